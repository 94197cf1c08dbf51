import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'OpenFeature and LaunchDarkly',
    files: {
      'app/pay.rb': `class Pay
  def run
    on = client.fetch_boolean_value(flag_key: "«read Pay.run»new-checkout", default_value: false)
    detail = client.fetch_string_details flag_key: '«read Pay.run»new-checkout', default_value: ''
    @ld_client.variation("«read Pay.run»new-checkout", context, false)
  end
end
`,
    },
  },
  {
    title: 'Unleash, Flagsmith, GrowthBook, ConfigCat and Statsig',
    files: {
      'app/pay.rb': `def run
  if UNLEASH.is_enabled?("«read run»new-checkout", context) then 1 end
  @unleash.enabled? "«read run»new-checkout", context
  flags = flagsmith.get_environment_flags
  flags.is_feature_enabled("«read run»new-checkout")
  gb.on?(:'«read run»new-checkout')
  gb.feature_value("«read run»new-checkout", 'blue')
  configcat_client.get_value("«read run»new-checkout", false, user)
  Statsig.check_gate(user, '«read run»new-checkout')
end
`,
    },
  },
  {
    title: 'Flipper',
    names: ['new_checkout'],
    files: {
      'app/pay.rb': `def run
  return unless Flipper.enabled?(:«read run new_checkout»new_checkout, user)
  Flipper[:«read run new_checkout»new_checkout].enabled?
  flipper.feature("«read run new_checkout»new_checkout").enabled?(user)
  Flipper.enable(:«mention _ new_checkout»new_checkout)
end
`,
    },
  },
  {
    title: 'GitLab',
    names: ['new_checkout'],
    files: {
      'app/pay.rb': `module Shop
  def run
    if Feature.enabled?(:«read Shop.run new_checkout»new_checkout, project)
      ::Feature.disabled?(:«read Shop.run new_checkout»new_checkout, type: :ops)
    end
    push_frontend_feature_flag(:«read Shop.run new_checkout»new_checkout, group)
    Feature.enabled?("«read Shop.run new_checkout»new_checkout")
  end
end
`,
      'spec/pay_spec.rb': `stub_feature_flags(«mention _ new_checkout»new_checkout: true)
`,
    },
  },
  {
    title: 'keyword arguments and a hash',
    files: {
      'app/pay.rb': `before_action :check, feature_flag: '«read»new-checkout', only: :index
worker flag: :'«read»new-checkout', name: '«mention»new-checkout'
`,
    },
  },
  {
    title: 'constants',
    files: {
      'app/flags.rb': `module Flags
  NEW_CHECKOUT = '«mention»new-checkout'.freeze
  AGAIN = :'«mention»new-checkout'
end
`,
      'app/pay.rb': `def run
  unleash.enabled?(Flags::«read run»NEW_CHECKOUT)
  unleash.enabled?(Flags::«read run»AGAIN)
end
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'app/flags.rb': `class FlagService
  def on?(name, actor = nil)
    UNLEASH.enabled?(name, actor)
  end
  def gated?(key) = on?(key)
end
`,
      'app/pay.rb': `def run
  flag_service.on?('«read run»new-checkout')
  flag_service.gated?('«read run»new-checkout')
end
`,
    },
  },
  {
    title: 'every flag seen read, when none is defined',
    names: [],
    files: {
      'app/pay.rb': `def run
  Flipper.enabled?(:«read run one»one)
  client.fetch_boolean_value(flag_key: '«read run two»two', default_value: false)
  hash.fetch('three')
  cache.enabled?(:four)
end
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'app/pay.rb': `# Flipper.enabled?('«mention»new-checkout')
def run
  logger.info('«mention»new-checkout')
  License.feature_available?('«mention»new-checkout')
  Analytics.track('«mention»new-checkout')
  { '«mention»new-checkout' => 1 }
  hash['«mention»new-checkout']
  text = <<~TEXT
    Flipper.enabled?('«mention»new-checkout')
  TEXT
end
`,
    },
  },
  {
    title: 'an ERB template',
    names: ['new_checkout'],
    files: {
      'app/views/pay.html.erb': `<% if Feature.enabled?('«read _ new_checkout»new_checkout') %>
<%# Feature.enabled?('«mention _ new_checkout»new_checkout') %>
<div id="«mention _ new_checkout»new_checkout"></div>
`,
    },
  },
];

describe('flags in Ruby', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
