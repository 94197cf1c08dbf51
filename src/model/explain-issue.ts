import { quoted } from './quoted.ts';

/** One thing a schema did not like: the fields of a zod issue that sentences are made of, so that zod itself is not needed here. */
export type Issue = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  readonly expected?: string | undefined;
  readonly values?: readonly unknown[] | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly origin?: string | undefined;
  readonly errors?: readonly (readonly Issue[])[] | undefined;
};

const KINDS = new Map([
  ['array', 'a list'],
  ['boolean', 'true or false'],
  ['int', 'a whole number'],
  ['number', 'a number'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['string', 'a text'],
]);

/** What is wrong with `value`, as a clause that follows the document's name: the first wrong field, and how many more there are. */
export function explainIssues(issues: readonly Issue[], value: unknown): string {
  const version = issues.find((issue) => isVersion(issue));
  if (version !== undefined) return explainVersion(version, value);
  const [first] = issues;
  if (first === undefined) return 'is not accepted';
  const places = [...new Set(issues.flatMap((issue) => placesOf(issue)))];
  const [place = ''] = places;
  const where = place === '' ? '' : `is wrong at ${place}: it `;
  return `${where}${explain(first, value)}${moreFields(places.length - 1)}`;
}

/** What is wrong with `value`, field by field: where it is (empty for the whole) and a clause that follows "it". */
export function issueClauses(
  issues: readonly Issue[],
  value: unknown,
): readonly { readonly place: string; readonly clause: string }[] {
  return issues.flatMap((issue) =>
    placesOf(issue).map((place) => ({
      place,
      clause: isVersion(issue) ? explainVersion(issue, value) : explain(issue, value),
    })),
  );
}

function moreFields(more: number): string {
  if (more < 1) return '';
  return more === 1 ? ' (one more field is wrong)' : ` (${more} more fields are wrong)`;
}

function isVersion(issue: Issue): boolean {
  return issue.code === 'invalid_value' && issue.path.length === 1 && issue.path[0] === 'schema';
}

function explainVersion(issue: Issue, value: unknown): string {
  const schema = valueAt(value, ['schema']);
  const is = typeof schema === 'string' ? `is ${word(schema)}` : 'does not say which `schema` it has';
  return `${is}; this version of haunted reads ${list(issue.values)}`;
}

function explain(issue: Issue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return 'is a field that this version of haunted does not know';
  if (valueAt(value, issue.path) === undefined) return 'is missing';
  return rule(issue);
}

/** What the value must be. Our own schemas' messages say it themselves; zod's are told again from their code. */
function rule(issue: Issue): string {
  if (issue.message.startsWith('must ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindOf(issue)}`;
    case 'invalid_value':
      return `must be ${list(issue.values)}`;
    case 'too_big':
      return `must ${amount(issue, 'at most', issue.maximum)}`;
    case 'too_small':
      return `must ${amount(issue, 'at least', issue.minimum)}`;
    case 'invalid_union':
      return `must be ${kindsOf(issue)}`;
    case undefined:
    default:
      return `is not accepted: ${issue.message}`;
  }
}

function kindOf(issue: Issue): string {
  return KINDS.get(String(issue.expected)) ?? String(issue.expected);
}

function kindsOf(union: Issue): string {
  const kinds = (union.errors ?? []).flatMap((branch) =>
    branch.filter((issue) => issue.code === 'invalid_type' && issue.path.length === 0).map(kindOf),
  );
  return kinds.length === 0 ? 'one of the shapes its schema lists' : [...new Set(kinds)].join(' or ');
}

function amount(issue: Issue, bound: string, count: number | bigint | undefined): string {
  if (issue.origin === 'string') return `have ${bound} ${count} characters`;
  if (issue.origin === 'array') return `have ${bound} ${count} items`;
  return `be ${bound} ${count}`;
}

function list(values: readonly unknown[] | undefined): string {
  return (values ?? [])
    .map((value) => (typeof value === 'string' ? word(value) : String(value)))
    .join(' or ');
}

function word(text: string): string {
  return /^[\w./-]{1,80}$/.test(text) ? text : quoted(text);
}

/** The fields an issue is about, as `cluster_inventory[3]`; an unknown field is a place of its own. */
function placesOf(issue: Issue): readonly string[] {
  const place = placeOf(issue.path);
  return issue.code === 'unrecognized_keys'
    ? (issue.keys ?? []).map((key) => placeOf([...issue.path, key]))
    : [place];
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${word(String(step))}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => {
    const holder = Object(at) as Record<PropertyKey, unknown>;
    return Object.hasOwn(holder, step) ? holder[step] : undefined;
  }, value);
}
