/** The numbers that bound hostile or careless input. Each is checked once, at the door. */
export const LIMITS = {
  /** Largest single document read whole (manifest, plan, policy, keyring, one report), in bytes. */
  document_bytes: 64 * 1024 * 1024,
  /** Largest line of an NDJSON evidence stream, in bytes. */
  line_bytes: 4 * 1024 * 1024,
  /** Deepest nesting of objects and arrays accepted in any JSON document. */
  depth: 32,
  /** Most nodes in one cluster inventory. */
  inventory: 200_000,
  /** Most rows in one flag ownership table. */
  flags: 20_000,
  /** Most flags one node may report as bound or received. */
  node_flags: 20_000,
  /** Most artifacts, senders, code sites or declared pairs in one list. */
  list: 1_000,
  /** Longest free text (reason, purpose, path), in UTF-16 code units. */
  text: 4_096,
  /** Longest name (flag, owner, deployment, cluster), in UTF-16 code units. */
  name: 256,
  /** Findings of one code written out in a verdict; the rest are counted in `findings_omitted`. */
  findings_per_code: 1_000,
  /** Longest body of one ledger entry as text, in UTF-16 code units: room for a manifest of the largest size in its envelope. */
  ledger_body: 160 * 1024 * 1024,
  /** Signatures looked at in one envelope. */
  signatures: 16,
} as const;
