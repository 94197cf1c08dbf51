import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'SDK calls',
    files: {
      'src/Pay.php': `<?php
namespace Shop;
class Pay {
    public function run(): void {
        $on = $client->getBooleanValue('«read Pay.run»new-checkout', false);
        if ($this->ldClient->variation("«read Pay.run»new-checkout", $context, false)) {}
        if ($unleash->isEnabled('«read Pay.run»new-checkout', $context)) {}
        $flags = $flagsmith->getEnvironmentFlags();
        if ($flags->isFeatureEnabled('«read Pay.run»new-checkout')) {}
        if ($growthbook->isOn('«read Pay.run»new-checkout')) {}
        $configCatClient->getValue('«read Pay.run»new-checkout', false, $user);
        $statsig->checkGate($user, '«read Pay.run»new-checkout');
    }
}
`,
    },
  },
  {
    title: 'Laravel Pennant',
    files: {
      'app/Http/Pay.php': `<?php
use Laravel\\Pennant\\Feature;
class Pay {
    public function run() {
        if (Feature::active('«read Pay.run»new-checkout')) {}
        if (Feature::for($user)->active('«read Pay.run»new-checkout')) {}
        Feature::when('«read Pay.run»new-checkout', fn () => 1, fn () => 2);
        Feature::value('«read Pay.run»new-checkout');
        Feature::allAreActive(['«read Pay.run»new-checkout', '«read Pay.run other»other']);
        Feature::define('«mention»new-checkout', fn () => true);
        Feature::activate('«mention»new-checkout');
        Feature::forget('«mention»new-checkout');
        Route::get('/x')->middleware(EnsureFeaturesAreActive::using('«read Pay.run»new-checkout'));
    }
}
`,
      'resources/pay.blade.php': `@feature('«mention»new-checkout')
`,
    },
  },
  {
    title: 'constants, an enum and a class',
    files: {
      'src/Flags.php': `<?php
const NEW_CHECKOUT = '«mention»new-checkout';
define('AGAIN', '«mention»new-checkout');
final class Flags { public const NEW = '«mention»new-checkout'; }
enum Toggle: string { case New = '«mention»new-checkout'; }
`,
      'src/Pay.php': `<?php
class Pay {
    private const OWN = '«mention»new-checkout';
    public function run() {
        $unleash->isEnabled(«read Pay.run»NEW_CHECKOUT);
        $unleash->isEnabled(Flags::«read Pay.run»NEW);
        $unleash->isEnabled(Toggle::«read Pay.run»New->value);
        $unleash->isEnabled(self::«read Pay.run»OWN);
    }
}
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'src/FlagService.php': `<?php
class FlagService {
    public function isOn(string $key, bool $otherwise = false): bool { return $this->client->getBooleanValue($key, $otherwise); }
    public function gated($name) { return $this->isOn($name); }
}
`,
      'src/Pay.php': `<?php
function pay($flagService) {
    if ($flagService->isOn('«read pay»new-checkout')) {}
    if ($flagService->gated(name: '«read pay»new-checkout')) {}
}
`,
    },
  },
  {
    title: 'an attribute and a named argument',
    files: {
      'src/Pay.php': `<?php
#[FeatureFlag('«read Pay»new-checkout')]
class Pay {
    #[Route('/«mention»new-checkout')]
    public function run() { screen(title: '«mention»new-checkout', featureFlag: '«read Pay.run»new-checkout'); }
}
`,
    },
  },
  {
    title: 'a table of routes',
    files: {
      'src/routes.php': `<?php
return [
    ['path' => '/new', 'feature_flag' => '«read _»new-checkout'],
    ['path' => '/«mention»new-checkout', 'name' => '«mention»new-checkout'],
];
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'src/Pay.php': `<?php
// $unleash->isEnabled('«mention»new-checkout')
function pay() {
    $logger->info('«mention»new-checkout');
    $license->hasFeature('«mention»new-checkout');
    $tracker->track('«mention»new-checkout');
    $map = ['«mention»new-checkout' => 1];
    echo $map['«mention»new-checkout'];
    $text = <<<'TEXT'
$unleash->isEnabled('«mention»new-checkout')
TEXT;
    $cache->get('«mention»new-checkout');
    $flags->setFlag('«mention»new-checkout', true);
}
`,
    },
  },
];

describe('flags in PHP', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
