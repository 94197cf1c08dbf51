import { type Callee, tokensOf } from './call-words.ts';

/** A file, as far as it tells what its words mean. */
type Site = {
  readonly file: string;
  readonly family: string;
  readonly text: string;
  readonly fileSpeaks: boolean;
};

// Whose flags and features are no switches: those of a command line, a letter, a packet, a processor, a map, a country, a price list.
const OWNERS = new Set(
  'args arg argv cli cmd command yargs meow oclif parser compiler compile linker email mail imap mailbox message msg packet tcp socket cpu cpuinfo gpu device adapter navigator geojson geo map layer wfs country countries nation plan plans tier pricing subscription entitlement entitlements license licence http'.split(
    ' ',
  ),
);
// The same in the name of the thing itself: `cliFlags`, `country_flags`, `FeatureDocs`. A `flagMap` is one of switches.
const OWN = new Set([
  ...'docs doc tour importance importances server view row segment column spec schema serializer'.split(' '),
  ...[...OWNERS].filter((word) => !/^(?:map|layer|http|message|device|adapter|command)$/.test(word)),
]);

const TAKES = String.raw`(?:^|\n)[ \t]*(?:import|from|using|(?:const|let|var)\b[^\n=]*=\s*(?:await )?(?:require|import)\()[^\n;]{0,200}?(?:^|[\s"'(/@.{,])`;
// A feature of a map has properties, one of a model has a weight, and a web server hands out its own by type.
const OF_FEATURES = new RegExp(
  `${TAKES}(?:ol|openlayers|mapbox-gl|maplibre-gl|leaflet|geojson|turf|esri|arcgis|cesium|topojson|shapely|geopandas|fiona|osgeo|gdal|qgis|rasterio|django\\.contrib\\.gis|NetTopologySuite|sklearn|scikit|torch|tensorflow|keras|xgboost|lightgbm|catboost|transformers|feast|numpy|pandas|Microsoft\\.ML|Microsoft\\.AspNetCore\\.Http\\.Features)(?![\\w-])`,
);
const OF_FLAGS = new RegExp(
  `${TAKES}(?:oclif|meow|commander|yargs|minimist|arg|argparse|click|absl|docopt|typer|gflags|cobra|pflag|System\\.CommandLine)(?![\\w-])`,
);

// A file that takes apart a command line itself.
const TAKES_COMMANDS =
  /\bprocess\.argv\b|\bsys\.argv\b|\bos\.Args\b|\bGetCommandLineArgs\b|\bparseArgs\(|\bARGV\b|\bstatic\s[\w<> ]{0,30}Main\(\s*string\[\]/;
const OF_COUNTRIES = /countr(?:y|ies)|nationalit|language|\blocales?\b|emoji/i;
const OF_SWITCHES = /feature|toggle|experiment|roll_?out/i;

type Trade = { readonly ofFeatures: boolean; readonly ofFlags: boolean };

const trades = new WeakMap<Site, Trade>();

function tradeOf(site: Site): Trade {
  const known = trades.get(site);
  if (known !== undefined) return known;
  const isOpen = !site.fileSpeaks;
  const trade = {
    ofFeatures: isOpen && OF_FEATURES.test(site.text),
    ofFlags: isOpen && (OF_FLAGS.test(site.text) || TAKES_COMMANDS.test(site.text)),
  };
  trades.set(site, trade);
  return trade;
}

/**
 * Is this call, by the words around it, about features and flags that are no switches: those of a map, a model, a command line, a price list?
 * A name that says `featureFlag` is never doubted.
 */
export function isOfOtherTrade({ name, receiver }: Callee, site: Site): boolean {
  const words = tokensOf(name);
  const chain = chainOf(receiver);
  if (isCompound(words) || isCompound(tokensOf(chain.at(-1) ?? ''))) return false;
  if (saysOtherwise(chain, site) || isPartOfOne(name, chain, site) || isOfPlan(name, receiver, site))
    return true;
  const subjects = [...words, ...tokensOf(chain.at(-1) ?? '')].filter((word) => SUBJECT.test(word));
  const isAsked =
    words.some((word) => /^(?:enabled|disabled|active|inactive)$/.test(word)) ||
    /^(?:on|off)$/.test(words.at(-1) ?? '');
  return subjects.length > 0 && !isAsked && subjects.every((word) => isTradeWord(word, site));
}

/** Is a thing that is called as a table of flags is one of another trade: `args.flags`, `geojson.features`? */
export function isOtherTable(expression: string, site: Site): boolean {
  const chain = chainOf(`${expression}.`);
  const words = tokensOf(chain.at(-1) ?? '');
  if (isCompound(words)) return false;
  // `options.Flags['x']` may be of anything, and so it is where nothing in the file is about features.
  const isOfOptions = /^(?:options|opts)$/i.test(chain.at(-2) ?? '') && /^flags$/i.test(chain.at(-1) ?? '');
  if (isOfOptions && !OF_SWITCHES.test(site.text)) return true;
  return saysOtherwise(chain, site) || words.some((word) => isTradeWord(word, site));
}

/** Is this the code of a country or a language, in a file that is about these? Its flag hangs on a pole. */
export function isCountryCode(flag: string, { text, fileSpeaks }: Site): boolean {
  return /^[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?$/.test(flag) && !fileSpeaks && OF_COUNTRIES.test(text);
}

const SUBJECT = /^(?:features?|flags?|toggles?|gates?|experiments?|variants?)$/;

function isTradeWord(word: string, site: Site): boolean {
  if (/^features?$/.test(word)) return tradeOf(site).ofFeatures;
  return /^flags?$/.test(word) && tradeOf(site).ofFlags;
}

function saysOtherwise(chain: readonly string[], { family }: Site): boolean {
  const holder = chain.at(-1) ?? '';
  const owner = chain.at(-2) ?? '';
  const isHolder = tokensOf(holder).some((word) => SUBJECT.test(word));
  if (tokensOf(holder).some((word) => (isHolder ? OWN : OWNERS).has(word))) return true;
  if (isHolder && tokensOf(owner).some((word) => OWNERS.has(word))) return true;
  // ASP.NET keeps the abilities of the server in the request: context.Features.Get<IHttpRequestFeature>().
  return family === 'c-sharp' && holder === 'Features' && /(?:[cC]ontext|[rR]equest|[sS]erver)$/.test(owner);
}

/** `HasFeature("events")` in `PlanAdapter.cs` asks what a plan includes. */
function isOfPlan(name: string, receiver: string, { file, fileSpeaks }: Site): boolean {
  if (receiver !== '' || fileSpeaks || !/^has_?feature$/i.test(name)) return false;
  const words = tokensOf(file.slice(file.lastIndexOf('/') + 1));
  return words.some((word) =>
    /^(?:plans?|pricing|tiers?|subscriptions?|licen[cs]es?|entitlements?)$/.test(word),
  );
}

/** `feature.get('name')`, `flag["owner"]`: what is asked of one feature or one flag is what it has, unless it is a module. */
function isPartOfOne(name: string, chain: readonly string[], { text }: Site): boolean {
  const holder = chain.at(-1) ?? '';
  if (chain.length !== 1 || !/^(?:get|get_?[vV]alue|has|value)$/.test(name)) return false;
  if (!/^[a-z]/.test(holder) || !/^(?:feature|flag)$/.test(tokensOf(holder).at(-1) ?? '')) return false;
  return !new RegExp(
    `(?:^|\\n)[ \\t]*(?:import|from|use|require|using)\\b[^\\n]*\\b${holder.replaceAll('$', '')}\\b`,
  ).test(text);
}

function isCompound(words: readonly string[]): boolean {
  const all = words.join(' ');
  return /\bfeature ?(?:flag|toggle|gate|switch)|\bfeature(?:flag|toggle)|\brelease (?:flag|toggle)/.test(
    all,
  );
}

/** The names of a chain that ends here: `this.user.plan?.features.` → this user plan features. */
function chainOf(receiver: string): readonly string[] {
  const end =
    /(?:[\w$]+(?:\([^()]*\)|\[[^[\]]*\])?[!?]{0,2}\s*(?:\.|::|->)\s*){1,8}$/.exec(
      receiver.slice(-240),
    )?.[0] ?? '';
  const dotted = end
    .replaceAll(/\[\s*["']([\w$-]+)["']\s*\]/g, '.$1')
    .replaceAll(/\([^()]*\)|\[[^[\]]*\]/g, '');
  return [...dotted.matchAll(/[\w$]+/g)].map(([word]) => word);
}
