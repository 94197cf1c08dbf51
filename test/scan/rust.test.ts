import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'SDK calls',
    files: {
      'src/pay.rs': `use open_feature::OpenFeature;
impl Shop {
    async fn pay(&self) {
        let on = client.get_bool_value("«read Shop.pay»new-checkout", None, None).await.unwrap_or(false);
        let d = client.get_string_details("«read Shop.pay»new-checkout", None, None).await;
        if self.ld.bool_variation(&context, "«read Shop.pay»new-checkout", false) {}
        if unleash.is_enabled("«read Shop.pay»new-checkout", None, false) {}
        if Statsig::check_gate(&user, "«read Shop.pay»new-checkout").unwrap_or(false) {}
        let flag = flags.is_feature_enabled("«read Shop.pay»new-checkout").unwrap();
        let value: bool = configcat_client.get_value("«read Shop.pay»new-checkout", false, None).await;
    }
}
`,
    },
  },
  {
    title: 'constants and an enum of names',
    files: {
      'src/flags.rs': `pub const NEW_CHECKOUT: &str = "«mention»new-checkout";
pub static AGAIN: &str = "«mention»new-checkout";
pub struct Flags;
impl Flags { pub const NEW: &'static str = "«mention»new-checkout"; }
`,
      'src/pay.rs': `use crate::flags::{self, Flags, NEW_CHECKOUT};
fn pay() {
    client.bool_variation(&ctx, «read pay»NEW_CHECKOUT, false);
    client.bool_variation(&ctx, flags::«read pay»AGAIN, false);
    client.bool_variation(&ctx, Flags::«read pay»NEW, false);
}
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'src/flags.rs': `pub async fn is_on(key: &str) -> bool { client.get_bool_value(key, None, None).await.unwrap_or(false) }
impl Gate { pub async fn open_for(&self, name: &str) -> bool { is_on(name).await } }
`,
      'src/pay.rs': `async fn pay(gate: &Gate) { if is_on("«read pay»new-checkout").await || gate.open_for("«read pay»new-checkout").await {} }
`,
    },
  },
  {
    title: 'inside a macro',
    files: {
      'src/pay.rs': `fn pay() { assert!(true); info!("{}", client.is_enabled("«read pay»new-checkout", None)); }
`,
    },
  },
  {
    title: 'an attribute',
    files: {
      'src/pay.rs': `#[feature_flag("«read _»new-checkout")]
fn pay() {}
#[cfg(feature = "«mention»new-checkout")]
fn other() {}
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'src/pay.rs': `// client.get_bool_value("«mention»new-checkout")
fn pay() {
    info!("«mention»new-checkout");
    license.has_feature("«mention»new-checkout");
    tracker.track("«mention»new-checkout");
    let m = HashMap::from([("«mention»new-checkout", 1)]);
    m.get("«mention»new-checkout");
    let text = r#"client.is_enabled("«mention»new-checkout")"#;
    if cfg!(feature = "«mention»new-checkout") {}
}
#[cfg(test)]
mod tests {
    #[test]
    fn pays() { client.is_enabled("«mention»new-checkout", None); }
}
`,
    },
  },
];

describe('flags in Rust', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
