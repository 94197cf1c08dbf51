import { appConfig } from './appconfig.ts';
import { chromium } from './chromium.ts';
import { featureManagement } from './feature-management.ts';
import { flagd } from './flagd.ts';
import { flagsmith } from './flagsmith.ts';
import { gitlab } from './gitlab.ts';
import { goFeatureFlag } from './go-feature-flag.ts';
import { grafana } from './grafana.ts';
import { growthBook } from './growthbook.ts';
import { kubernetes } from './kubernetes.ts';
import { launchDarkly } from './launchdarkly.ts';
import { nameList } from './name-list.ts';
import { nimbus } from './nimbus.ts';
import { openFeature } from './openfeature.ts';
import { ownFlags } from './own-flags.ts';
import type { DefinitionReader } from './reader.ts';
import { unleash } from './unleash.ts';

/** Every format of flag definitions that is read; the first that a file fits reads it. */
export const READERS: readonly DefinitionReader[] = [
  ownFlags,
  openFeature,
  launchDarkly,
  flagd,
  unleash,
  // After the formats that hold a list or map called features, too.
  nimbus,
  growthBook,
  kubernetes,
  chromium,
  flagsmith,
  grafana,
  featureManagement,
  gitlab,
  appConfig,
  goFeatureFlag,
  nameList,
];
