import type { Finding } from '../../model/finding.ts';
import type { Verdict } from '../../model/verdict.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import { describeOmitted } from './finding-groups.ts';
import { shadowNotice } from './rendering.ts';
import type { Rendering } from './rendering.ts';
import { summaryLine } from './summary-line.ts';
import { xmlAttributes, xmlText } from './xml.ts';

type Outcome = 'passed' | 'failure' | 'error';
type Case = { readonly outcome: Outcome; readonly xml: string };

/**
 * The check as one JUnit suite: a test case for the gate, one for each fact about the whole cluster, one for each server. What
 * blocks is a <failure>, what holds is an <error>; what is only shown passes and says so in <system-out>.
 */
export function renderJunit(rendering: Rendering): string {
  const { verdict, shadow } = rendering;
  const cases = casesOf(rendering);
  const suite = xmlAttributes({
    name: `haunted check ${verdict.gate}`,
    tests: cases.length,
    failures: cases.filter((item) => item.outcome === 'failure').length,
    errors: cases.filter((item) => item.outcome === 'error').length,
    skipped: 0,
    time: 0,
    timestamp: verdict.judged_at,
  });
  const said = [
    summaryLine(verdict),
    ...(shadow ? [shadowNotice(verdict)] : []),
    ...describeOmitted(verdict),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `<testsuite${suite}>`,
    '<properties>',
    `<property${xmlAttributes({ name: 'verdict', value: verdict.verdict })}/>`,
    `<property${xmlAttributes({ name: 'shadow_mode', value: String(shadow) })}/>`,
    '</properties>',
    ...cases.map((item) => item.xml),
    `<system-out>${said.map(xmlText).join('\n')}</system-out>`,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf({ verdict, inventory }: Rendering): Case[] {
  const className = verdict.cluster ?? 'haunted';
  const byHost = Map.groupBy(verdict.findings, (finding) => finding.hostname);
  const clusterWide = Map.groupBy(byHost.get(null) ?? [], (finding) => finding.code);
  const named = [...byHost.keys()].filter((host): host is string => host !== null);
  const hosts = [...new Set([...inventory, ...named, ...verdict.pre_deploy_check.servers_without_evidence])];
  return [
    gateCase(verdict, className),
    ...[...clusterWide].map(([code, findings]) => makeCase(className, `cluster: ${code}`, findings)),
    ...hosts.map((host) => makeCase(className, `server ${host}`, byHost.get(host) ?? [])),
  ];
}

function gateCase(verdict: Verdict, className: string): Case {
  const attributes = xmlAttributes({ classname: className, name: `gate ${verdict.gate}`, time: 0 });
  const exit = EXIT_BY_VERDICT[verdict.verdict];
  if (exit === 0) return { outcome: 'passed', xml: `<testcase${attributes}/>` };
  const outcome = exit === 3 ? 'error' : 'failure';
  const reason = verdict.block_reason ?? verdict.verdict;
  const why = xmlAttributes({ type: verdict.verdict, message: reason });
  return {
    outcome,
    xml: `<testcase${attributes}><${outcome}${why}>${xmlText(reason)}</${outcome}></testcase>`,
  };
}

function makeCase(className: string, name: string, findings: readonly Finding[]): Case {
  const attributes = xmlAttributes({ classname: className, name, time: 0 });
  const body = findings.map((finding) => xmlText(describe(finding))).join('\n');
  const worst =
    findings.find((finding) => finding.effect === 'block') ?? findings.find((f) => f.effect === 'hold');
  if (worst !== undefined) {
    const outcome = worst.effect === 'block' ? 'failure' : 'error';
    const why = xmlAttributes({ type: worst.code, message: worst.sentence });
    return { outcome, xml: `<testcase${attributes}><${outcome}${why}>${body}</${outcome}></testcase>` };
  }
  const rest = findings.length === 0 ? '/>' : `><system-out>${body}</system-out></testcase>`;
  return { outcome: 'passed', xml: `<testcase${attributes}${rest}` };
}

function describe(finding: Finding): string {
  const parts = [
    `${finding.effect} ${finding.code}${finding.phase === 'after_rollback' ? ' (after the rollback)' : ''}: ${finding.sentence}`,
    ...(finding.flag === null ? [] : [`flag ${finding.flag}`]),
    ...(finding.expected === null ? [] : [`expected ${finding.expected}`]),
    ...(finding.actual === null ? [] : [`actual ${finding.actual}`]),
    ...(finding.where.length === 0 ? [] : [`where ${finding.where.join('; ')}`]),
    `do: ${finding.remedy}`,
  ];
  return parts.join(' | ');
}
