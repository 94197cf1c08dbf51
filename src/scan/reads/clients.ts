import { type Callee, plain } from './call-words.ts';
import { sdkImports } from './sdk-imports.ts';
import { SDK_KINDS, type SdkKind } from './sdk-kinds.ts';

/** What a file calls the clients of flag SDKs, the SDKs' modules, and their functions that it took by name. */
type Clients = {
  readonly clients: ReadonlyMap<string, SdkKind>;
  readonly modules: ReadonlyMap<string, SdkKind>;
  readonly functions: ReadonlyMap<string, SdkKind>;
};

const NONE: Clients = { clients: new Map(), modules: new Map(), functions: new Map() };
const SPEAKS_OF_SDK =
  /config_?-?cat|launch_?-?darkly|ldclient|unleash|growth_?-?book|flagsmith|statsig|feature|eppo|flag|toggle/i;

// `client = await ldclient.get(`, `client, err := ld.MakeClient(`; a name that gets another name's thing has no bracket.
const BOUND =
  /(?<![\w$])([A-Za-z_$][\w$]*)(?:\s{0,9},\s{0,9}[A-Za-z_]\w{0,40})?\s{0,20}(?::\s{0,9}[\w.<>[\]?| *]{1,80})?(?::=|=(?![=>]))\s{0,40}(?:(?:await|yield|new)\s{1,20}|&){0,3}([A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*){0,4})(?:<[^<>()]{0,80}>)?\s{0,20}(\(|;|\n|$)/g;
const TYPED_AFTER =
  /(?<![\w$])([A-Za-z_$][\w$]*)[?!]?\s{0,20}:\s{0,20}&?(?:Optional\[)?["']?(?:[A-Za-z_$][\w$]*\.){0,3}([A-Z]\w*)(?!\w|\s*[(.])/g;
const TYPED_BEFORE =
  /(?<![\w$.])(?:[A-Za-z_]\w*\.){0,3}([A-Z]\w*)(?:<[^<>]{0,60}>)?[?&*]?\s{1,20}[&*$]{0,2}([A-Za-z_]\w*)\s{0,20}(?=[,;=){:])/g;
const TYPED_GO = /(?<![\w.])([A-Za-z_]\w*)[ \t]{1,20}\*?(?:(\w+)\.)?([A-Z]\w*)(?![\w.(])/g;

// What hands out a client. Its argument is an address or the key of the SDK, which is a secret and never a flag.
const FACTORY =
  /^(?:get|init|initialize|initialise|create|make|new|build|start|connect|instance|shared|singleton|get_?(?:shared_?)?instance|initialize_?async|(?:get|create|make|make_?custom|new|init|initialize)_?\w{0,20}client\w{0,12}|use\w{0,20}client|use_?growth_?book|use_?flagsmith|get_?(?:environment|identity)_?flags)$/i;

type Site = { readonly text: string; readonly family: string };

const clientsBySite = new WeakMap<Site, Clients>();

/** Which local names of this file hold a client of a flag SDK, by what they are given or by their declared type? By the text alone, in linear time. */
function clientsIn(site: Site): Clients {
  const known = clientsBySite.get(site);
  if (known !== undefined) return known;
  const clients = SPEAKS_OF_SDK.test(site.text) ? lookedUp(site.text, site.family) : NONE;
  clientsBySite.set(site, clients);
  return clients;
}

function lookedUp(text: string, family: string): Clients {
  const { modules, members, functions } = sdkImports(text, family);
  const clients = new Map([...modules, ...members]);
  for (const [, name = '', path = '', end = ''] of text.matchAll(BOUND)) {
    const parts = path.split(/\.|::|->/);
    const kind = end === '(' ? madeBy(parts, clients, functions) : clients.get(path);
    if (kind !== undefined) clients.set(name, kind);
  }
  for (const { name, kind } of typedNames(text, family, clients)) clients.set(name, kind);
  return { clients, modules, functions };
}

/** Of which SDK does a call of this path hand out a client? */
function madeBy(
  parts: readonly string[],
  clients: ReadonlyMap<string, SdkKind>,
  functions: ReadonlyMap<string, SdkKind>,
): SdkKind | undefined {
  const [first = ''] = parts;
  const end = parts.at(-1) ?? '';
  const isMade = FACTORY.test(end);
  for (const kind of SDK_KINDS)
    if (parts.some((part, index) => kind.classes.test(part) && (isMade || index === parts.length - 1)))
      return kind;
  if (parts.length === 1) return isMade ? functions.get(first) : undefined;
  return isMade || /^[A-Z]\w*Client$/.test(end) ? clients.get(first) : undefined;
}

type NamedKind = { readonly name: string; readonly kind: SdkKind };

function named(name: string, type: string): readonly NamedKind[] {
  const kind = SDK_KINDS.find(({ classes }) => classes.test(type));
  return kind === undefined ? [] : [{ name, kind }];
}

function typedNames(text: string, family: string, roots: ReadonlyMap<string, SdkKind>): readonly NamedKind[] {
  switch (family) {
    case 'javascript':
    case 'python':
    case 'kotlin':
    case 'rust':
      return [...text.matchAll(TYPED_AFTER)].flatMap(([, name = '', type = '']) => named(name, type));
    case 'c-sharp':
    case 'java':
    case 'php':
    case 'cpp':
      return [...text.matchAll(TYPED_BEFORE)].flatMap(([, type = '', name = '']) => named(name, type));
    case 'go':
      return [...text.matchAll(TYPED_GO)].flatMap(([, name = '', root = '', type = '']) => {
        const kind = type === 'Client' ? roots.get(root) : undefined;
        return kind === undefined ? named(name, type) : [{ name, kind }];
      });
    default:
      return [];
  }
}

// The parameters of an experiment or a layer are no flags.
const PARAMETER =
  /^(?:get|value|get(?:value|string|bool|boolean|int|integer|number|double|float|object|array|json))$/;
const OF_EXPERIMENT =
  /(?:get_?experiment|get_?dynamic_?config|get_?layer|get_?config)(?:_?a?sync)?\([^()]{1,200}(?:\([^()]{0,80}\)[^()]{0,80})?\)\)?\s*[?!]?(?:\.|::|->)\s*$/i;
const SDK_ITSELF = /^I?(?:config_?cat(?:client)?|ldclient)$/i;

/**
 * At which places does a call that is made on a client of a flag SDK take a flag's name? Null when it is known to take none, as
 * what hands out a client does; undefined when nothing is known of it.
 */
export function clientPlaces({ name, receiver }: Callee, site: Site): readonly number[] | null | undefined {
  const word = plain(name);
  if (PARAMETER.test(word) && OF_EXPERIMENT.test(receiver)) return null;
  const holder = holderOf(receiver);
  if (word === 'get' && holder !== null && SDK_ITSELF.test(holder)) return null;
  if (!WORDS.has(word) && word !== 'get') return undefined;
  const known = clientsIn(site);
  if (word === 'get') return holder !== null && known.modules.has(holder) ? null : undefined;
  const kind =
    receiver === ''
      ? known.functions.get(name)
      : (known.clients.get(holder ?? '') ?? SDK_KINDS.find(({ classes }) => classes.test(holder ?? '')));
  return kind?.words.get(word);
}

/** Is a call known to be of a flag SDK's client by what its file says of the name that it is made on? */
export function isAskedOfClient(callee: Callee, site: Site): boolean {
  return Array.isArray(clientPlaces(callee, site));
}

const WORDS = new Set(SDK_KINDS.flatMap(({ words }) => [...words.keys()]));

/** The name of the thing that a call is made on, when that is one name or a member of the object itself. */
function holderOf(receiver: string): string | null {
  const bare = receiver.replace(/[!?)\s]{0,9}(?:\.|::|->)\s*$/, '');
  if (bare === receiver) return null;
  return (
    /(?:(?:^|[^\w$.>:])(?:(?:this|self|cls|[a-z]{1,3})[?!]?(?:\.|->|::))?)[$@]{0,2}([A-Za-z_][\w$]*)$/.exec(
      bare,
    )?.[1] ?? null
  );
}
