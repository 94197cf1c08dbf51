/** The cases of names used twice that people have found in these histories by hand, and the release at which each must be told. */
export type KnownCase = {
  readonly flag: string;
  readonly version: string;
  readonly kind: 'reuse' | 'retype' | 'return';
};

export const KNOWN_CASES: readonly KnownCase[] = [
  { flag: 'bounceTrackingProtection.enabled', version: 'v131.0.0', kind: 'retype' },
  { flag: 'app-icon-selection-feature', version: 'v145.3.0', kind: 'reuse' },
  { flag: 'start-at-home-feature', version: 'v139.0.0', kind: 'return' },
  { flag: 'start-at-home-feature.setting', version: 'v139.0.0', kind: 'return' },
  { flag: 'tabPreview.tabPreviewsEnabled', version: 'v128.0.0', kind: 'reuse' },
  { flag: 'networking.enableOffMainThreadStreamDecompression', version: 'v130.0.0', kind: 'reuse' },
  { flag: 'newtabInlineTopicSelection.TopicSelectionEnabled', version: 'v137.0.0', kind: 'reuse' },
  { flag: 'pqcrypto.dtlsWebRTCEnableMlkem', version: 'v145.0.0', kind: 'reuse' },
  { flag: 'newtabPrivatePing.includeInferredInterests', version: 'v140.0.4', kind: 'reuse' },
  { flag: 'newtabMerinoOhttp.enabled', version: 'v140.0.4', kind: 'reuse' },
  { flag: 'scriptloader.navigation_cache_enabled', version: 'v145.0.0', kind: 'reuse' },
  { flag: 'newtabPrivatePing.privatePingEnabled', version: 'v140.0.0', kind: 'retype' },
  { flag: 'cartFailure', version: '3.0.0', kind: 'retype' },
];

/**
 * What else the judge tells of, looked at by hand: names that were gone from a release and are back in a later one, as they were.
 * Nobody listed them, and each is a name that returned without a word.
 */
export const OTHER_RETURNS: readonly KnownCase[] = [
  { flag: 'preonboarding.onTrainRolloutEnabled', version: 'v138.0.0', kind: 'return' },
  { flag: 'gecko-nimbus-validation', version: 'v151.0.0', kind: 'return' },
  { flag: 'gecko-nimbus-validation.test-preference', version: 'v151.0.0', kind: 'return' },
  { flag: 'toolbar-refactor-feature.toolbar_update_hint', version: 'v139.1.0', kind: 'return' },
  { flag: 'sent-from-firefox-feature', version: 'v145.3.0', kind: 'return' },
  { flag: 'sent-from-firefox-feature.enabled', version: 'v145.3.0', kind: 'return' },
  { flag: 'sent-from-firefox-feature.isTreatmentA', version: 'v145.3.0', kind: 'return' },
];

/** The names that two lines of Firefox gave different meanings at the same time, and the lines. */
export const AT_THE_SAME_TIME: readonly { readonly flag: string; readonly lines: readonly string[] }[] = [
  { flag: 'bounceTrackingProtection.enabled', lines: ['esr128', 'mainline'] },
  { flag: 'networking.enableOffMainThreadStreamDecompression', lines: ['esr128', 'mainline'] },
  { flag: 'pqcrypto.dtlsWebRTCEnableMlkem', lines: ['esr140', 'mainline'] },
  { flag: 'newtabPrivatePing.includeInferredInterests', lines: ['esr140', 'mainline'] },
  { flag: 'newtabMerinoOhttp.enabled', lines: ['esr140', 'mainline'] },
];
