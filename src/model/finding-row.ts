/** What is fixed of one kind of finding. */
export type FindingRow = {
  readonly group: 'evidence' | 'binary' | 'flags' | 'manifest' | 'rollback' | 'after';
  readonly effect: 'block' | 'hold';
  readonly sentence: string;
  readonly remedy: string;
};
