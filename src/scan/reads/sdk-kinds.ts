/** A flag SDK: what its packages and classes are called, and in which words its client is asked for a flag. */
export type SdkKind = {
  readonly packages: RegExp;
  readonly classes: RegExp;
  /** The words, evened out by `plain`, with the places where the key may stand. */
  readonly words: ReadonlyMap<string, readonly number[]>;
};

// What teams call the thing of their own that knows which flags are on.
const HOUSE_CLASS =
  /^I?\w*(?:Feature|Flag|Toggle|Gate(?!way))\w*(?:Client|Service|Manager|Provider|Resolver|Evaluator|Checker|Reader)$|^I?(?:Feature)?(?:Flags|Toggles|Gates)$/;

/** What a call on an object itself is made on: its class, when that is one of the team's own that is asked for flags. */
export function houseReceiver(receiver: string, className: string | null): string {
  const isOwn = /(?:^|[^\w.$)\]])\$?(?:this|self|cls)[?!]?\s*(?:\.|->|::)\s*$/.test(receiver);
  return isOwn && className !== null && HOUSE_CLASS.test(className) ? `${className}.` : receiver;
}

function kind(packages: RegExp, classes: RegExp, words: string, places: readonly number[] = [0]): SdkKind {
  return { packages, classes, words: new Map(words.split(' ').map((word) => [word, places])) };
}

// Sources: the public documentation of each SDK. A word that other things are asked as well stands here only, and not among the words that any call is known by.
export const SDK_KINDS: readonly SdkKind[] = [
  // Java is told the type of the value before the key.
  kind(/config-?cat/i, /^I?config_?cat(?:client)?$/i, 'getvalue getvaluedetails', [0, 1]),
  kind(
    /launch-?darkly|^ldclient$/i,
    /^I?(?:LaunchDarkly|L[Dd]Client(?:Interface|Node)?|ldclient)$/,
    'variation variationdetail boolvariation stringvariation jsonvariation intvariation doublevariation floatvariation numbervariation',
  ),
  kind(
    /unleash/i,
    /^(?:I?Unleash|DefaultUnleash|UnleashClient|UnleashBuilder|UnleashClientFactory)$/,
    'isenabled getvariant',
  ),
  kind(
    /growth-?book/i,
    /^I?GrowthBook(?:Client|SDKBuilder)?$/,
    'ison isoff getfeaturevalue evalfeature feature run',
  ),
  kind(
    /flagsmith/i,
    /^I?Flagsmith(?:Client)?$/,
    'hasfeature getvalue isfeatureenabled getfeaturevalue getflag',
  ),
  // Statsig is told who asks before what is asked, where it is told at all.
  kind(
    /statsig/i,
    /^I?Statsig(?:Server|Client)?$/,
    'checkgate getfeaturegate getexperiment getdynamicconfig getconfig getlayer',
    [1, 0],
  ),
  kind(
    /^Microsoft\.FeatureManagement/,
    /^I?(?:Variant)?FeatureManager(?:Snapshot)?$/,
    'isenabled getvariant isactive',
  ),
  kind(
    /open-?feature/i,
    /^(?:OpenFeature(?:API|Client)?|I?FeatureClient)$/,
    'getbooleanvalue getstringvalue getintegervalue getdoublevalue getnumbervalue getobjectvalue stringvalue intvalue floatvalue objectvalue',
    [0, 1],
  ),
  kind(
    /(?!)/,
    HOUSE_CLASS,
    'isenabled isdisabled ison isoff isactive enabled isfeatureenabled isflagenabled',
    [0, 1],
  ),
  kind(
    /eppo/i,
    /^I?Eppo(?:JS|JSClient)?Client$/,
    'getbooleanassignment getboolassignment getstringassignment getintegerassignment getnumericassignment getjsonassignment',
  ),
];
