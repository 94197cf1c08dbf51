/** A call as its text says it: the last name, and what stands before it. */
export type Callee = { readonly name: string; readonly receiver: string };

/** Which argument of a call is the flag's name: by place, or by what it is called. */
export type KeyPlace = { readonly index: number | null; readonly keyword: string | null };

// Names that only a flag SDK gives to the question, evened out by `plain`, with the place of the key. Sources: the public interfaces of OpenFeature
// (all SDKs), LaunchDarkly, Unleash, Flagsmith, GrowthBook, ConfigCat, Statsig, PostHog, Split, Flipper, Waffle, Pennant, Eppo.
const STRONG = new Map<string, readonly number[]>(
  [
    [
      '012',
      'boolvariation boolvariationdetail stringvariation stringvariationdetail intvariation intvariationdetail floatvariation floatvariationdetail doublevariation doublevariationdetail jsonvariation jsonvariationdetail jsonvaluevariation numbervariation variationdetail variationforuser',
    ],
    [
      '01',
      'booleanvalue booleanvaluedetails stringvaluedetails intvaluedetails floatvaluedetails objectvaluedetails getbooleanvalue getbooleandetails getstringdetails getintegerdetails getintdetails getfloatdetails getdoubledetails getnumberdetails getobjectdetails fetchbooleanvalue fetchbooleandetails fetchstringvalue fetchnumbervalue fetchintegervalue fetchfloatvalue fetchobjectvalue fetchstringdetails fetchnumberdetails fetchobjectdetails resolveboolvalue resolveintvalue resolvefloatvalue resolvestringvalue resolvestructvalue resolvebooldetails resolveintdetails getboolvalue getboolvaluedetails',
    ],
    [
      '01',
      'usegatevalue usefeaturegate usedynamicconfig usebooleanflagvalue usebooleanflagdetails usestringflagvalue usestringflagdetails usenumberflagvalue usenumberflagdetails useobjectflagvalue useobjectflagdetails useflag usevariant useflagenabled usefeatureison usefeaturevalue usefeature getfeaturevalue evalfeature isfeatureenabled featureenabled usefeatureflag usefeatureflagenabled usefeatureflagvariantkey usefeatureflagpayload getfeatureflag getfeatureflagpayload isfeatureflagenabled usegate getfeatureflagvalue boolflag featureisenabled featureflagenabled checkfeatureflag isflagenabled evaluateflag evalflag getfeatureflagasync isfeatureactive isfeatureon getflagvalue flip',
    ],
    ['01', 'flagisactive switchisactive sampleisactive'],
    ['01234', 'featuregate'],
    // Statsig and Split are told who asks before what is asked, where they are told at all.
    ['10', 'checkgate gettreatment gettreatmentwithconfig'],
    [
      '0',
      'getstringvalue getintegervalue getintvalue getfloatvalue getdoublevalue getnumbervalue getobjectvalue stringvalue intvalue floatvalue objectvalue',
    ],
  ].flatMap(([places = '', names = '']) =>
    names.split(' ').map((name) => [name, places.split('').map(Number)] as const),
  ),
);

// These are asked of many things that are no flags: what stands before the dot, or the file, has to say it is about flags.
const SHARED = new Set(
  'getstringvalue getintegervalue getintvalue getfloatvalue getdoublevalue getnumbervalue getobjectvalue stringvalue intvalue floatvalue objectvalue usefeature usevariant useflag flip'.split(
    ' ',
  ),
);

const WEAK = new Set(
  'isenabled isdisabled ison isoff enabled disabled isactive active inactive has get getvalue getvaluedetails variation evaluate eval check value getvariant getboolean getbool getstring getint getinteger getnumber getobject getjson getdouble getfloat boolean string int float object evaluateall allows isallowed getexperiment getdynamicconfig getconfig getlayer getvariation variant ask should getfeature hasfeature feature flag toggle ison$ getflag hasflag isfeature isflag when unless resolve canuse includes include contains using featurevalue allareactive someareactive allareinactive someareinactive batchhas trygetvalue getvalueordefault getordefault containskey'.split(
    ' ',
  ),
);

// Go's OpenFeature client says client.Boolean(ctx, key, …).
const TYPED = /^(?:bool|boolean|string|int|integer|float|number|object)$/;

const RECEIVER =
  /(?:^|[^a-z])(?:\w*(?:feature(?!d)|flag(?!ship)|toggle|unleash|launch_?darkly|growthbook|open_?feature|config_?cat|statsig|posthog|flipper|waffle|ff4j|togglz|pennant|experiment|split_?client|rollout|eppo)\w*|ld_?client|ldclient|gb|ff_?client|ff)\W*$/i;
// A gate stands by itself: an aggregate, a delegate and a gateway are none.
const GATE = /(?:(?<![A-Za-z])gate|Gate|GATE)(?![wW][aA][yY]|WAY)\w*\W*$/;

const SUBJECT =
  /^(?:features?|flags?|toggles?|gates?|gated|experiments?|experimental|variants?|variations?|treatments?|rollouts?|killswitch|switches|ff)$/;
const ASKS =
  /^(?:get|is|has|use|check|eval|evaluate|fetch|resolve|read|enabled|active|on|off|value|require|requires|if|when|can|should|with|guard|ask|lookup|query|test|allow|allows|allowed|load|feature|flag|gate|app|only|unless|conditional|waffle|beta|ensure|connect)$/;
// What a word of these does with a flag's name is not to ask for its value; or its subject is not a flag at all.
const OTHER =
  /^(?:set|define|defines|definition|register|create|add|delete|remove|update|upsert|mock|stub|override|overrides|overwrite|track|log|logger|emit|expect|describe|it|test|archive|save|store|insert|import|export|rename|parse|validate|serialize|license|licence|licensed|commercial|premium|plan|plans|paid|subscription|entitlement|permission|permissions|billing|analytics|metric|metrics|event|events|history|list|link|url|path|route|label|title|name|names|icon|description|docs|doc|template|seed|fake|dummy|sample|migrate|migration|invalidate|clear|reset|enable|disable|disables|turn|owner|owners|age|defined|exists|exist|retired|stale|deprecated|deprecate|admin|count|metadata|info|warn|warning|error|errors|exception|debug|increment|incr|report|option|raise|throw|stringify|json|print|say|editor|form|row|cell|badge|tooltip|story|snippet|removed|removal|tour|tours|importance|importances)$/;

// Asked of sets, maps and command lines as well: believed for a flag that is defined, and never followed to a wrapper.
const LOOSE =
  /^(?:has|get|getvalue|value|evaluate|eval|check|resolve|should|ask|canuse|allows|isallowed|getconfig|getlayer|getstring|getint|getinteger|getnumber|getobject|getjson|getdouble|getfloat|getbool|getboolean|bool|boolean|string|int|integer|float|number|object|feature|flag|toggle|getfeature|getflag|hasflag|isfeature|isflag|when|unless|using|includes?|contains|containskey|trygetvalue|getvalueordefault|getordefault|on|off|flip|variant|usefeature)$/;

/** A name's parts in lower case: `getFeatureFlag$` → get feature flag; `HTTPFlag` → http flag. */
export function tokensOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

/** A name without the marks that languages put around the same word: case, underscores, `Async`, `$`, `?`. */
export function plain(name: string): string {
  const even = name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
  // LaunchDarkly's functions for C carry the SDK in front, those for Go that take a context carry it behind.
  if (even.includes('variation')) return even.replace(/^ld(?:(?:server|client)sdk)?/, '').replace(/ctx$/, '');
  return even.replace(/(?<=.{4})a?sync$/, '');
}

/**
 * Does this call ask for a flag whatever name it is given? A call of a set or a map that happens to be called `features` does not;
 * a flag that is defined nowhere and a function that hands a name on are told by firm calls only.
 */
export function isFirm({ name, receiver }: Callee, argumentCount: number): boolean {
  const even = plain(name);
  if (even === 'has') return argumentCount >= 2 && /(?:^|\W)features?\.\s*$/.test(receiver);
  if (TYPED.test(even)) return argumentCount >= 3 && /client\W*$/i.test(receiver);
  if (isLoose(name)) return even !== 'has' && isFirmReceiver(receiver) && !ONLY_FEATURE.test(receiver);
  return !(WEAK.has(even) && !STRONG.has(even)) || isFirmReceiver(receiver);
}

/** Is a call of this name asked of sets, maps and shelves of all kinds as well, whatever it is called on? */
export function isLoose(name: string): boolean {
  return LOOSE.test(plain(name));
}

// A service of features may be one of maps: `featureService.getFeature('lake')`. It is firm when it is asked whether one is on.
const ONLY_FEATURE =
  /(?<!open_?)feature_?(?:manager|service|provider|client|list)\w*(?:\([^()]*\))?[?!)\]]*\s*(?:\.|::|->)\s*$/i;

// `Feature.enabled?` of GitLab and `Feature::active` of Pennant: the word as a name of its own.
function isFirmReceiver(receiver: string): boolean {
  return FIRM_RECEIVER.test(receiver) || /(?:^|[^\w.])Feature(?:\.|::)\s*$/.test(receiver);
}

const FIRM_RECEIVER =
  /(?:unleash|launch_?darkly|growthbook|flagsmith|open_?feature|config_?cat|statsig|posthog|flipper|waffle|eppo|feature_?(?:manager|service|provider|flags?|toggles?|client|gate|list)|flag_?(?:resolver|service|client|provider|manager)|ld_?client|(?:^|\W)(?:gb|ff|ld)\b)\w*(?:\([^()]*\))?[?!)\]]*\s*(?:\.|::|->)\s*$/i;

/** Does what stands before the call say that it is about flags? */
export function speaksOfFlags(receiver: string): boolean {
  const bare = receiver.replace(/\([^()]*\)\W*$/, '');
  if (namesFlags(bare)) return true;
  const holder = bare === receiver ? null : HANDED_OUT.exec(bare);
  return holder !== null && namesFlags(bare.slice(0, holder.index));
}

function namesFlags(holder: string): boolean {
  return RECEIVER.test(holder) || GATE.test(holder);
}

// `ldclient.get().variation()` and `Feature::for($user)->active()`: what is called hands out the thing itself.
const HANDED_OUT =
  /(?:\.|::|->)\s*(?:get|getInstance|get_instance|instance|shared|current|client|get_?[cC]lient|for|for_?[uU]ser|with\w*)$/;

// Go's own command-line flags, and those of pflag and cobra, are asked for in the same words.
const COMMAND_LINE =
  /(?:^|[^\w.])p?flag\.\s*$|(?:^|\W)\w*[fF]lag_?[sS]et\.\s*$|(?:Persistent|Local|Inherited|\W)Flags\(\)\.\s*$/;

/**
 * Is this a call of a flag SDK that is known by name, and at which places may its key stand? Whether the file names a flag system
 * tells `getStringValue` of a flag client from that of a settings reader; it is asked only where that matters.
 */
export function sdkKeyPlaces(
  { name, receiver }: Callee,
  file: { readonly fileSpeaks: boolean },
): readonly number[] | null {
  const even = plain(name);
  const strong = STRONG.get(even);
  if (OTHER_RECEIVER.test(lastOf(receiver))) return null;
  if (strong !== undefined) {
    if (!SHARED.has(even)) return strong;
    return speaksOfFlags(receiver) || file.fileSpeaks ? strong : null;
  }
  if (TYPED.test(even) && /client\W*$/i.test(receiver) && file.fileSpeaks) return [0, 1];
  if (/^o(?:n|ff)$/.test(even) && name.endsWith('?')) return speaksOfFlags(receiver) ? [0] : null;
  if (!WEAK.has(even) || !speaksOfFlags(receiver) || COMMAND_LINE.test(receiver)) return null;
  return [0, 1];
}

/** The thing that a call is made on, without what that is a part of. */
function lastOf(receiver: string): string {
  return /[\w$]*(?:\([^()]*\))?\W*$/.exec(receiver)?.[0] ?? '';
}

const sdkNames = new Map<string, boolean>();

/** Is this, whatever stands before it, a name that some flag SDK uses? Remembered, because a tree says the same words again and again. */
export function isSdkName(name: string): boolean {
  const known = sdkNames.get(name);
  if (known !== undefined) return known;
  const even = plain(name);
  const is = STRONG.has(even) || WEAK.has(even) || /^o(?:n|ff)\?$/.test(name);
  if (sdkNames.size < 100_000) sdkNames.set(name, is);
  return is;
}

const OTHER_RECEIVER =
  /licen[cs]e|commercial|premium|permission|subscription|logger|console|metric|statsd|analytics|span|sentry\.|JSON\.|enum(?:s|type)?\W*$/i;

/** Does the name of a function or attribute alone say that it asks for a flag? Only believed for a flag that is defined. */
export function asksForFlag({ name, receiver }: Callee): boolean {
  const tokens = tokensOf(name);
  // What is added "for a feature" is there only while that feature is on.
  if (/[a-z](?:For|_for_)[fF]eature$|^flag_set$/.test(name)) return true;
  if (tokens.some((token) => OTHER.test(token)) || OTHER_RECEIVER.test(receiver)) return false;
  // To toggle is to turn, and React's `useToggle` keeps a state of its own.
  if (tokens[0] === 'toggle' || (tokens[0] === 'use' && tokens[1] === 'toggle')) return false;
  if (tokens[0] === 'with' && tokens[1] === 'variant') return false;
  if (/^(?:get|load|fetch|query|lookup|find)$/.test(tokens[0] ?? '') && isMany(tokens)) return false;
  const even = plain(name);
  if (even === 'isenabled' || even === 'ison') return speaksOfFlags(receiver) || HOUSE.test(receiver);
  if (tokens.some((token) => /^(?:enabled|disabled|active|inactive)$/.test(token)) && speaksOfFlags(receiver))
    return true;
  if (tokens.at(0) === 'use' && tokens.length === 1) return false;
  const subject = tokens.findLastIndex((token) => SUBJECT.test(token));
  if (subject === -1)
    return /\bswitch(?:ed)?\b/.test(tokens.join(' ')) && tokens.some((token) => STATE.test(token));
  // `feature()` and `gated()` ask; `renderFeature()` does not, since it says that it does another thing.
  // `Flag("x")` makes one; `feature("x")` asks.
  // A variant alone may be one of a picture or a button.
  if (tokens.length === 1)
    return (/^[a-z_]/.test(name) && !/^variants?$/.test(name)) || tokens.includes('gated');
  return tokens.some((token, index) => index !== subject && ASKS.test(token));
}

// A switch alone may be one of a page; one that is asked whether it is on is one of these.
const STATE = /^(?:on|off|enabled|disabled|active|inactive)$/;

/** `getFlags(project)` gives a list of some kind: it is not asked for one flag by its name. */
function isMany(tokens: readonly string[]): boolean {
  return tokens.some((token) => /^(?:features|flags|toggles)$/.test(token));
}

// What a team calls the thing it asks: its own settings, service or context. A button is asked the same words.
const HOUSE =
  /^\s*$|(?:client|flags?|config|settings|service|resolver|manager|provider|store|context|ctx|env|app|this|self)\W*$/i;

/** Is this the name of a thing, such as `FeatureFlag`, and of nothing that is done? A call of it makes one. */
export function isNoun(name: string): boolean {
  return /^[A-Z]/.test(name) && tokensOf(name).every((token) => SUBJECT.test(token) && token !== 'gated');
}

/** Does this call say that it logs, counts, stores, shows or deletes, whatever it is given? */
export function isOtherWork({ name, receiver }: Callee): boolean {
  const tokens = [...tokensOf(name), ...tokensOf(/[\w$]*\W*$/.exec(receiver)?.[0] ?? '')];
  return tokens.some((token) => OTHER.test(token)) || OTHER_RECEIVER.test(receiver);
}

/** Does a key of a table, an attribute or a keyword say that its value is a flag's name? `flag`, `featureFlag`, `flag_key`, `toggleName`. */
export function holdsFlagName(key: string): boolean {
  const tokens = [...tokensOf(key)];
  if (tokens.some((token) => OTHER.test(token) && token !== 'name')) return false;
  while (tokens.length > 1 && /^(?:key|keys|name|names|id|ids)$/.test(tokens.at(-1) ?? '')) tokens.pop();
  const last = tokens.at(-1) ?? '';
  if (/^(?:flag|flags|toggle|gate|killswitch)$/.test(last)) return true;
  // `flag_required=`
  if (/^requires?d?$/.test(last) && /^(?:flag|feature|toggle)$/.test(tokens.at(-2) ?? '')) return true;
  return tokens.length < [...tokensOf(key)].length && last === 'feature';
}

/** Is this the name of a thing that holds flags by name: `flags.x`, `featureToggles['x']`, `settings.FEATURES`? */
export function holdsFlags(name: string): boolean {
  const tokens = tokensOf(name);
  const isKept =
    tokens.length > 1 && /^(?:options|settings|config|configuration|enabled)$/.test(tokens.at(-1) ?? '');
  if (isKept) tokens.pop();
  const last = tokens.at(-1) ?? '';
  if (
    isKept &&
    /^(?:flag|toggle|switch)$/.test(last) &&
    !/enabled$/i.test(name) &&
    tokens.at(-2) === 'feature'
  )
    return true;
  if (/^(?:flags|toggles|features|switches)$/.test(last)) return !tokens.some((token) => OTHER.test(token));
  return /^(?:featureflags|featuretoggles|featureflag)$/.test(last);
}

/** Is this the name of a type whose members are flags: `FeatureFlag`, `FlagKeys`, `AdminFlagValue`? */
export function holdsFlagMembers(type: string): boolean {
  const tokens = tokensOf(type);
  const all = tokens.length;
  while (
    tokens.length > 1 &&
    /^(?:keys?|names?|ids?|values?|constants?|enum|types?)$/.test(tokens.at(-1) ?? '')
  )
    tokens.pop();
  // What a `FeatureName` names is a switch; a bare `Feature` may be one of a map.
  if (tokens.length === 1 && all > 1 && /^features?$/.test(tokens[0] ?? '')) return true;
  return /^(?:flags?|toggles?|gates?|killswitch(?:es)?|featureflags?)$/.test(tokens.at(-1) ?? '');
}

/** Is a function of this name so common that only its place says whether it is the one that was found to ask for flags? */
export function isCommonName(name: string): boolean {
  if (tokensOf(name).length === 1) return true;
  return !tokensOf(name).some(
    (token) =>
      SUBJECT.test(token) ||
      /^(?:featureflags?|flagd|flagsmith|growthbook|unleash|darkly|launchdarkly|statsig|posthog|configcat|openfeature|flipper|waffle|eppo|enabled)$/.test(
        token,
      ),
  );
}

/** Pieces of the SDKs' names: a file with none of them and no defined flag holds no read that could be known. */
export const SDK_PIECES: readonly string[] =
  'BooleanValue boolean_value bool_value BoolValue StringValue string_value NumberValue number_value IntegerValue integer_value IntValue int_value FloatValue float_value DoubleValue ObjectValue object_value struct_value BooleanDetails boolean_details bool_details StringDetails string_details NumberDetails number_details IntegerDetails ObjectDetails object_details Variation( variation( VariationCtx( VariationDetail variation_detail VariationForUser Variation< FlagValue FlagDetails flag_value useFlag useVariant FeatureIsOn FeatureValue feature_value evalFeature EvalFeature FeatureEnabled featureEnabled feature_enabled FeatureFlag( FeatureFlag$ FeatureFlag< FeatureFlagValue FeatureFlagEnabled FeatureFlagPayload FeatureFlagVariant FeatureFlagAsync feature_flag( feature_flag_enabled FeatureGate checkGate check_gate CheckGate useGate Treatment( treatment( TreatmentWithConfig treatment_with_config flag_is_active switch_is_active sample_is_active evaluate/flags/ isEnabled IsEnabled is_enabled enabled? isOn( isOn$( IsOn( is_on( .Enabled( .Disabled( .enabled( .isActive( .is_active( features.has Feature:: .Boolean( .boolean( FlagEnabled flagEnabled flag_enabled FlagActive evaluateFlag EvaluateFlag evaluate_flag getFlag( get_flag( isFlag( FeatureActive FeatureOn featureIsEnabled getFeature( useFeature( hasFeature( has_feature( getVariant( get_variant( getBool( GetBool( get_bool( .Int( .String( .Float( .Object( getValue( GetValue( get_value( getValueAsync( GetValueAsync( getValueDetails get_value_details isOff( IsOff( is_off( getExperiment( get_experiment( GetExperiment( getDynamicConfig get_dynamic_config getLayer( get_layer( GetLayer( useDynamicConfig BooleanAssignment boolean_assignment StringAssignment string_assignment BoolAssignment NumericAssignment numeric_assignment GetVariant( eval_feature GetConfigSync LDConsumer waffle_tags <feature'.split(
    ' ',
  );
const PIECES = new Set(SDK_PIECES);

/** Is this a piece of an SDK's name, so that a file that holds it may hold calls that ask for flags? */
export function isSdkPiece(word: string): boolean {
  return PIECES.has(word);
}
