import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'SDK calls',
    files: {
      'src/Pay.kt': `package shop
class Pay {
    fun pay(): Boolean {
        client.getBooleanValue("«read Pay.pay»new-checkout", false)
        ldClient.boolVariation("«read Pay.pay»new-checkout", false)
        if (unleash.isEnabled("«read Pay.pay»new-checkout")) return true
        gb.isOn("«read Pay.pay»new-checkout")
        Statsig.checkGate("«read Pay.pay»new-checkout")
        configCat.getValue("«read Pay.pay»new-checkout", false)
        flagsmith.hasFeatureFlag("«read Pay.pay»new-checkout") { result -> }
        return false
    }
}
`,
    },
  },
  {
    title: 'named arguments',
    files: {
      'src/Pay.kt': `fun pay() {
    client.getBooleanValue(key = "«read pay»new-checkout", defaultValue = false)
    screen(title = "«mention»new-checkout", featureFlag = "«read pay»new-checkout")
}
`,
    },
  },
  {
    title: 'constants, an object and an enum',
    files: {
      'src/Flags.kt': `const val NEW_CHECKOUT = "«mention»new-checkout"
object Flags {
    const val NEW = "«mention»new-checkout"
}
enum class Toggle(val key: String) {
    NEW_TOGGLE("«mention»new-checkout"),
    OTHER("other"),
}
class Shop {
    companion object { const val KEY = "«mention»new-checkout" }
}
`,
      'src/Pay.kt': `fun pay() {
    unleash.isEnabled(«read pay»NEW_CHECKOUT)
    unleash.isEnabled(Flags.«read pay»NEW)
    unleash.isEnabled(Toggle.«read pay»NEW_TOGGLE.key)
    unleash.isEnabled(Shop.«read pay»KEY)
}
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'src/FlagService.kt': `class FlagService(private val client: Client) {
    fun isOn(key: String): Boolean = client.getBooleanValue(key, false)
    fun gated(name: String) = isOn(name)
}
`,
      'src/Pay.kt': `fun pay(flags: FlagService) {
    flags.isOn("«read pay»new-checkout")
    flags.gated("«read pay»new-checkout")
}
`,
    },
  },
  {
    title: 'an annotation',
    files: {
      'src/Pay.kt': `@FeatureFlag("«read _»new-checkout")
fun pay() {}
@GetMapping("/«mention»new-checkout")
fun other() {}
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'src/Pay.kt': `private val log = LoggerFactory.getLogger("«mention»new-checkout")
// unleash.isEnabled("«mention»new-checkout")
fun pay() {
    analytics.track("«mention»new-checkout")
    license.hasFeature("«mention»new-checkout")
    mapOf("«mention»new-checkout" to 1)
    val text = """unleash.isEnabled("«mention»new-checkout")"""
    flags.setFlag("«mention»new-checkout", true)
}
`,
    },
  },
];

describe('flags in Kotlin', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
