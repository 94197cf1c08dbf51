import { scoreChecks } from '../incidents/score-checks.ts';
import type { CheckScore } from '../model/incident-answers.ts';
import { IncidentCheck } from '../model/incident-terms.ts';
import type { Incident } from '../model/incident.ts';
import { CHECK_QUESTIONS } from './check-questions.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';
import { linkTo } from './parts.ts';
import type { SiteContent } from './site.ts';
import { counted, MOOD_BY_OUTCOME, OUTCOME_WORDS, titled } from './words.ts';

/** Which checks pay: by judgement over the confirmed cases, over all of them, and by measurement where there are replays. */
export function checksPage({ incidents, runs }: SiteContent): Page {
  const asked = incidents.filter(
    ({ rollback_type: type, evidence_grade: grade }) =>
      type === 'promoted_wrong_state' && grade === 'confirmed',
  );
  return {
    path: 'checks.html',
    title: 'Which checks pay',
    about: 'For each check how many incidents it would have stopped, by judgement and by replay.',
    body: html`<h1>Which checks pay</h1>
      <p class="lede">
        For each check: how many incidents it would have stopped, how many it would not have, and of how many
        nobody can say. The best comes first.
      </p>
      <h2>Confirmed incidents that put a wrong state onto healthy servers</h2>
      ${chart(asked, 'promoted')}
      <h2>Every record</h2>
      ${chart(incidents, 'every')} ${measured(runs, incidents)}
      <h2>The judgements, check by check</h2>
      <p class="soft measure">
        A judgement says what a check could have seen, and not what this program has been shown to do.
      </p>
      ${IncidentCheck.options.map((check) => judgedBy(check, incidents))}`,
  };
}

function key(kind: string, words: string): Html {
  return html`<li>
    <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">${cell(kind, 0, 12)}</svg>${words}
  </li>`;
}

function chart(incidents: readonly Incident[], name: string): Html {
  const scores = scoreChecks(incidents);
  return html`<ul class="key">
      ${key('yes', 'would have stopped it')}${key('no', 'would not')}${key('left', 'nobody can say')}
      <li>One box, one incident.</li>
    </ul>
    <table class="bars stack" role="table" id="${name}">
      <caption>
        By judgement, of ${counted(incidents.length, 'incident')}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Check</th>
          <td role="cell"></td>
          <th role="columnheader" scope="col" class="number">Yes</th>
          <th role="columnheader" scope="col" class="number">No</th>
          <th role="columnheader" scope="col" class="number">Open</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${scores.map((score) => bar(score, incidents.length))}
      </tbody>
    </table>`;
}

const STEP = 12;

function bar(score: CheckScore, count: number): Html {
  const { check, would_have_blocked: yes, would_not_have_blocked: no, not_scored: open } = score;
  const kinds = [
    ...Array<string>(yes).fill('yes'),
    ...Array<string>(no).fill('no'),
    ...Array<string>(open).fill('left'),
  ];
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${titled(check)}<span class="under">${titled(CHECK_QUESTIONS[check])}</span>
    </th>
    <td role="cell" class="drawn">
      ${
        count === 0
          ? null
          : html`<svg
              viewBox="0 0 ${count * STEP} 12"
              preserveAspectRatio="none"
              aria-hidden="true"
              focusable="false"
            >
              ${kinds.map((kind, at) => cell(kind, at * STEP, STEP))}
            </svg>`
      }
    </td>
    <td role="cell" class="number" data-label="yes">${yes}</td>
    <td role="cell" class="number" data-label="no">${no}</td>
    <td role="cell" class="number" data-label="open">${open}</td>
  </tr> `;
}

/** One incident in a bar: full for yes, a frame for no, a low mark for open, so that the three differ without colours. */
function cell(kind: string, x: number, step: number): Html {
  if (kind === 'yes') return html`<rect class="yes" x="${x + 1}" y="0" width="${step - 2}" height="12" />`;
  if (kind === 'no') return html`<rect class="no" x="${x + 2}" y="1" width="${step - 4}" height="10" />`;
  return html`<rect class="left" x="${x + step / 2 - 2}" y="8.5" width="4" height="3" />`;
}

/** What the gate did in the replays: a measurement, beside the judgements. */
function measured(runs: SiteContent['runs'], incidents: readonly Incident[]): Html | null {
  if (runs.size === 0) return null;
  const rows = incidents.flatMap((incident) => {
    const run = runs.get(incident.id);
    if (run === undefined) return [];
    return [
      html`<tr role="row">
        <th role="rowheader" scope="row" class="title">${linkTo(incident, '')}</th>
        <td role="cell">
          <span class="kind"
            ><i class="dot ${MOOD_BY_OUTCOME[run.outcome]}" aria-hidden="true"></i
            >${OUTCOME_WORDS[run.outcome]}</span
          >
        </td>
        <td role="cell">${run.sentence}</td>
      </tr> `,
    ];
  });
  return html`<h2>By measurement: what the gate did in ${counted(runs.size, 'replay')}</h2>
    <table class="stack" role="table">
      <caption>
        Each incident played through the gate, moment by moment; its own page has the timeline
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Incident</th>
          <th role="columnheader" scope="col">Outcome</th>
          <th role="columnheader" scope="col">What came of it</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows}
      </tbody>
    </table>`;
}

function judgedBy(check: IncidentCheck, incidents: readonly Incident[]): Html {
  const judged = incidents.flatMap((incident) =>
    incident.checks.filter((each) => each.check === check).map((each) => ({ ...each, incident })),
  );
  const side = (would: boolean): readonly Html[] =>
    judged
      .filter(({ would_have_blocked: blocked }) => blocked === would)
      .map(
        ({ incident, reason }) =>
          html`<li>
            <span class="would ${would ? 'yes' : 'no'}">${would ? 'yes' : 'no'}</span> ${linkTo(incident, '')}
            <span class="under">${reason}</span>
          </li> `,
      );
  return html`<details id="${check}">
    <summary>${titled(check)} <span class="soft">${counted(judged.length, 'judgement')}</span></summary>
    <p class="soft measure">It asks: ${CHECK_QUESTIONS[check]}</p>
    <ul class="plain measure">
      ${side(true)}${side(false)}
    </ul>
  </details> `;
}
