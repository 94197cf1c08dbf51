import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CodeSite, FlagOwnership, FlagType } from '../../src/model/flag.ts';

/**
 * The releases of test/fixtures/flag-histories (its README says where the facts are from), each as what a definition and the
 * code say of every flag, in one form for all of them.
 */

export type SaidFlag = Pick<FlagOwnership, 'flag' | 'state'> & {
  readonly type?: FlagType | undefined;
  readonly purpose?: string | null;
  readonly target?: string | null;
  readonly where: CodeSite[];
};

export type Release = {
  /** What ships together: the flags of one product share their names. */
  readonly product: string;
  /** A line of releases; several of one product run at the same time. */
  readonly line: string;
  readonly version: string;
  /** The release of the main line that this line parted from, for the first release of a line that did. */
  readonly branchedFrom: string | null;
  readonly flags: readonly SaidFlag[];
};

const FOLDER = path.join(import.meta.dirname, '..', 'fixtures', 'flag-histories');

function records<T>(name: string): T[] {
  const lines = readFileSync(path.join(FOLDER, `${name}.ndjson`), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

const TYPES = { b: 'boolean', i: 'integer', s: 'string', j: 'object' } as const;
type Letter = keyof typeof TYPES;
type Variable = Letter | [Letter, string | null, string[]?];
type Features = Map<string, Map<string, Variable>>;
type MozillaRecord = {
  readonly product: string;
  readonly line: string;
  readonly version: string;
  readonly changes_to?: string;
  readonly branched?: true;
  readonly put?: Readonly<Record<string, Readonly<Record<string, Variable>>>>;
  readonly gone?: readonly string[];
};

/**
 * Mozilla: a feature and each of its variables is a flag. A variable has its type and the preference it is bound to. A feature
 * is known by what it reaches: its variables, which are read as properties of it, and their preferences stand for the functions
 * that evaluate it. So a variable that is renamed and keeps its preference leaves the feature what it was.
 */
export function mozillaReleases(): Release[] {
  const at = new Map<string, Features>();
  return records<MozillaRecord>('mozilla').map((record) => {
    const { product, line, version, changes_to: base } = record;
    const before = at.get(base === undefined ? `${product} ${line}` : `${product} mainline ${base}`);
    const features = changed(before ?? new Map(), record);
    at.set(`${product} ${line}`, features).set(`${product} ${line} ${version}`, features);
    const branchedFrom = record.branched === true ? (base ?? null) : null;
    return { product, line, version, branchedFrom, flags: [...features].flatMap(featureFlags) };
  });
}

function changed(before: Features, { put = {}, gone = [] }: MozillaRecord): Features {
  const after: Features = new Map([...before].map(([name, variables]) => [name, new Map(variables)]));
  for (const name of gone) {
    const [feature = '', ...rest] = name.split('.');
    if (rest.length === 0) after.delete(feature);
    else after.get(feature)?.delete(rest.join('.'));
  }
  for (const [feature, variables] of Object.entries(put)) {
    const known = after.get(feature) ?? new Map<string, Variable>();
    for (const [name, variable] of Object.entries(variables)) known.set(name, variable);
    after.set(feature, known);
  }
  return after;
}

function featureFlags([feature, variables]: [string, Map<string, Variable>]): SaidFlag[] {
  const reached = [...variables].flatMap(([name, variable]) => [name, partsOf(variable).target ?? name]);
  const where = [...new Set(reached)].map((symbol) => ({ file: feature, symbol }));
  const own: SaidFlag = { flag: feature, state: 'live', type: 'object', where };
  return [
    own,
    ...[...variables].map(([name, variable]): SaidFlag => {
      return { flag: `${feature}.${name}`, state: 'live', ...partsOf(variable), where: [] };
    }),
  ];
}

function partsOf(variable: Variable): { readonly type: FlagType; readonly target: string | null } {
  const [type, target = null] = typeof variable === 'string' ? [variable] : variable;
  return { type: TYPES[type], target };
}

type Gate = [kep: string | null, stage: string | null, byDefault: boolean | null, locked: boolean | null];
type KubernetesRecord = {
  readonly version: string;
  readonly put: Readonly<Record<string, Gate>>;
  readonly gone: readonly string[];
};

/** Kubernetes: a gate is a boolean whose purpose is its enhancement proposal, where it has one. */
export function kubernetesReleases(): Release[] {
  const gates = new Map<string, Gate>();
  return records<KubernetesRecord>('kubernetes-apiserver').map(({ version, put, gone }) => {
    for (const name of gone) gates.delete(name);
    for (const [name, gate] of Object.entries(put)) gates.set(name, gate);
    const flags = [...gates].map(([flag, [kep]]): SaidFlag => {
      return { flag, state: 'live', type: 'boolean', purpose: kep === null ? null : `KEP-${kep}`, where: [] };
    });
    return { product: 'kube-apiserver', line: 'mainline', version, branchedFrom: null, flags };
  });
}

type DemoRecord = {
  readonly version: string;
  readonly defined: Readonly<Record<string, FlagType>>;
  readonly read: readonly [flag: string, service: string, file: string, line: number, type: FlagType][];
};

/** The OpenTelemetry demo: the type as the definition has it, else as the code reads it; dormant when nothing defines it. */
export function demoReleases(): Release[] {
  return records<DemoRecord>('opentelemetry-demo').map(({ version, defined, read }) => {
    const names = [...new Set([...Object.keys(defined), ...read.map(([flag]) => flag)])].sort();
    const flags = names.map((flag): SaidFlag => {
      const reads = read.filter(([name]) => name === flag);
      return {
        flag,
        state: defined[flag] === undefined ? 'dormant' : 'live',
        type: defined[flag] ?? reads[0]?.[4],
        where: reads.map(([, , file, line]) => ({ file, line, symbol: null })),
      };
    });
    return { product: 'opentelemetry-demo', line: 'mainline', version, branchedFrom: null, flags };
  });
}
