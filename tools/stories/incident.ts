import type { IncidentCase } from './case.ts';

/** The documents of an incident by file name, and the questions asked with them. */
export type Story = {
  /** An array becomes one line for each entry, a text is written as it is, anything else becomes JSON. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly cases: readonly IncidentCase[];
};

/** The same without the one wrong fact, so that every gate lets it pass: it shows that the incident blocks for its reason. */
type Twin = { readonly instead: string; readonly story: Story };

/** One folder under incidents/. */
export type Incident = {
  readonly name: string;
  readonly title: string;
  /** What happens, what the gate says, and why: each a paragraph of the README. */
  readonly happens: string;
  readonly says: string;
  readonly why: string;
  /** Which incident on public record it reminds of, in our own words, with its address; null for none. */
  readonly reminds: string | null;
  readonly story: Story;
  /** One for each case of the story; none where nothing is wrong. */
  readonly twins: readonly Twin[];
};

type Telling = Omit<Incident, 'story' | 'twins'> & {
  /** What its clean twin has instead; null where nothing is wrong. */
  readonly instead: string | null;
};

/** An incident of one case, told once with its wrong fact and once without. */
export function incident({ instead, ...telling }: Telling, tell: (isWrong: boolean) => Story): Incident {
  return {
    ...telling,
    story: tell(true),
    twins: instead === null ? [] : [{ instead, story: tell(false) }],
  };
}
