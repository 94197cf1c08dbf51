import type { FlagScan, ScannedFlag } from '../../model/flag-scan.ts';
import { sarifLog, type SarifProblem, type SarifRule } from './sarif-log.ts';
import { listsOf, shownSites } from './scan-lists.ts';

export const SCAN_RULES: readonly SarifRule[] = [
  {
    id: 'flag_read_not_defined',
    level: 'error',
    sentence: 'The code asks for a flag that no definition file names.',
    remedy: 'Define the flag, or delete this read: nobody can say what it would switch on.',
  },
  {
    id: 'flag_defined_not_read',
    level: 'warning',
    sentence: 'A flag is defined and no code asks for it.',
    remedy: 'Delete the definition, or mark the flag retired so that its name stays taken.',
  },
  {
    id: 'flag_owner_unknown',
    level: 'note',
    sentence: 'Nobody is known to own a flag.',
    remedy: 'Name an owner in its definition or in CODEOWNERS.',
  },
];

type About = {
  readonly hasDefinitions: boolean;
  /** Leads from the top of the repository to the source root. */
  readonly prefix: string;
  readonly version: string;
  readonly fromRoot: FromRoot;
};

/** The path from the source root to a definition file, which people see as it was typed. */
export type FromRoot = (file: string) => string;

/** The problems of a scan as SARIF 2.1.0 for code scanning: one rule a problem, one result a place. */
export function scanSarif(scan: FlagScan, { hasDefinitions, prefix, version, fromRoot }: About): string {
  const { readNotDefined, definedNotRead, ownerless } = listsOf(scan, hasDefinitions);
  const problems = [
    ...readNotDefined.flatMap(orphanReads),
    ...definedNotRead.map((flag) => unread(flag, fromRoot)),
    ...ownerless.map((flag) => withoutOwner(flag, fromRoot)),
  ];
  const notes = scan.unreadable.map(({ file, reason }) => `${file} was not read: ${reason}.`);
  return sarifLog({ id: 'haunted/flags-scan/', version, prefix, rules: SCAN_RULES, problems, notes });
}

function orphanReads(flag: ScannedFlag): SarifProblem[] {
  return shownSites(flag).map(({ file, line, column, symbol }) => ({
    rule: 'flag_read_not_defined',
    flag: flag.flag,
    text: `The flag '${flag.flag}' is read here${symbol === null ? '' : ` in ${symbol}`}, and no definition file names it.`,
    place: { file, line, column },
  }));
}

function unread(flag: ScannedFlag, fromRoot: FromRoot): SarifProblem {
  const bound = flag.state === 'dormant_but_bound' ? ', and something sets it' : '';
  return {
    rule: 'flag_defined_not_read',
    flag: flag.flag,
    text: `The flag '${flag.flag}' is defined here, and no code was seen to ask for it${bound}.`,
    place: definitionPlace(flag, fromRoot),
  };
}

function withoutOwner(flag: ScannedFlag, fromRoot: FromRoot): SarifProblem {
  const [site] = shownSites(flag);
  return {
    rule: 'flag_owner_unknown',
    flag: flag.flag,
    text: `Nobody is known to own the flag '${flag.flag}'.`,
    place: flag.definitions.length > 0 || site === undefined ? definitionPlace(flag, fromRoot) : site,
  };
}

/** Where a flag is defined first. */
export function definitionPlace({ definitions }: ScannedFlag, fromRoot: FromRoot): SarifProblem['place'] {
  const [definition] = definitions;
  const file = definition === undefined ? '.' : fromRoot(definition.file);
  return { file, line: definition?.line ?? 1, column: null };
}
