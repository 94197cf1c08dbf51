import type { CheckJudgement, Incident } from '../model/incident.ts';
import { ROLLBACK_TYPE_MEANINGS } from '../model/incident-terms.ts';
import type { ReplayRun } from '../model/replay-run.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';
import { chips, facts, sourceItem } from './parts.ts';
import { timeline } from './timeline.ts';
import { ACTOR_WORDS, GRADE_MEANINGS, KIND_MEANINGS, MATCH_WORDS, plain, titled } from './words.ts';

/** Who comes before and after an incident in time; null at the ends. */
type Neighbours = { readonly before: Incident | null; readonly after: Incident | null };

/** One incident: the ugly row first, because it is what the record is about, then the replay, the checks and the sources. */
export function incidentPage(incident: Incident, run: ReplayRun | null, neighbours: Neighbours): Page {
  const { id, title, date, vendor, checks, safety_action: action } = incident;
  return {
    path: `incidents/${id}.html`,
    title,
    about: action,
    body: html`<p class="eyebrow">
        ${vendor ?? 'Vendor not known'} &middot; <time datetime="${date}">${date}</time> &middot;
        <code>${id}</code>
      </p>
      <h1>${title}</h1>
      ${chips(incident, '../')}
      <h2>What was done to healthy servers</h2>
      ${uglyRow(incident)}
      <h2>What happened</h2>
      ${happened(incident)}
      <h2 id="replay">${run === null ? 'No replay' : 'Replayed, with the gate in front of every button'}</h2>
      ${run === null ? html`<p class="soft measure">This incident has not been put through the gate: there is no replay of it.</p>` : timeline(run)}
      <h2>Which checks would have stopped it</h2>
      ${judgements(checks)} ${specimen(incident)}
      <h2>Evidence</h2>
      ${evidence(incident)} ${between(neighbours)}`,
  };
}

function stated(text: string | null): Html | string {
  return text ?? html`<span class="soft">not stated</span>`;
}

function uglyRow({ healthy_nodes: healthy, rollback_type: type }: Incident): Html {
  const mood = type === 'promoted_wrong_state' ? 'bad' : type === 'clean' ? 'good' : 'open';
  return html`<dl class="row">
    <div class="before">
      <dt>Before the safety action</dt>
      <dd>${stated(healthy.before)}</dd>
    </div>
    <div class="after ${mood}">
      <dt>After it</dt>
      <dd>${stated(healthy.after)}</dd>
    </div>
  </dl>`;
}

function happened(incident: Incident): Html {
  const {
    systems,
    trigger,
    safety_action: action,
    actor,
    other_clock: clock,
    kind,
    rollback_type: type,
  } = incident;
  return facts([
    ['Systems', systems],
    ['Trigger', trigger],
    ['Safety action', action],
    ['By', ACTOR_WORDS[actor]],
    ['Turned out to be', html`<strong>${titled(type)}</strong>. ${ROLLBACK_TYPE_MEANINGS[type]}`],
    [
      'What was wrong',
      kind === 'none' ? KIND_MEANINGS.none : html`<strong>${titled(kind)}</strong>. ${KIND_MEANINGS[kind]}`,
    ],
    ['Other clock', clock === null ? null : html`<strong>${titled(clock.lives_in)}</strong>. ${clock.what}`],
    ['To learn', incident.notes],
  ]);
}

function judgements(checks: readonly CheckJudgement[]): Html {
  if (checks.length === 0) return html`<p class="soft">No check has been judged for this one.</p>`;
  const sorted = checks.toSorted((a, b) => Number(b.would_have_blocked) - Number(a.would_have_blocked));
  return html`<ul class="judgements">
    ${sorted.map(
      ({ check, would_have_blocked: would, reason }) =>
        html`<li>
          <h3><span class="would ${would ? 'yes' : 'no'}">${would ? 'yes' : 'no'}</span>${titled(check)}</h3>
          <p>${reason}</p>
        </li> `,
    )}
  </ul>`;
}

function specimen({ second_specimen: second, thread }: Incident): Html | null {
  if (second === null && thread === null) return null;
  return html`<h2>How near it comes to Knight</h2>
    ${facts([
      [
        'Rank',
        second === null
          ? null
          : html`<a href="../second-specimen.html">${second.rank}</a> among the second specimens`,
      ],
      ['One wrong node', second === null ? null : MATCH_WORDS[second.one_wrong_node]],
      ['A person pressed', second === null ? null : MATCH_WORDS[second.person_pressed]],
      ['Healthy made wrong', second === null ? null : MATCH_WORDS[second.healthy_made_wrong]],
      ['Matches', second?.matches ?? null],
      ['Differs', second?.differs ?? null],
      ['The thread said', thread?.said ?? null],
      ['Today', thread?.today ?? null],
    ])}`;
}

function evidence({
  evidence_grade: grade,
  evidence_note: note,
  read_status: read,
  sources,
}: Incident): Html {
  return html`${facts([
      ['Grade', html`<strong>${titled(grade)}</strong>. ${GRADE_MEANINGS[grade]}`],
      ['How it was read', plain(read)],
      ['Missing', note],
    ])}
    <h3>Sources</h3>
    <ul class="sources">
      ${sources.map((source) => html`${sourceItem(source)} `)}
    </ul>`;
}

function between({ before, after }: Neighbours): Html {
  return html`<nav class="neighbours" aria-label="Incidents before and after">
    <span
      >${
        before === null ? null : html`<a href="${before.id}.html" rel="prev">Before: ${before.title}</a>`
      }</span
    ><span
      >${after === null ? null : html`<a href="${after.id}.html" rel="next">After: ${after.title}</a>`}</span
    >
  </nav>`;
}
