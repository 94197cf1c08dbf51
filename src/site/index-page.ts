import type { Incident } from '../model/incident.ts';
import { EvidenceGrade, IncidentActor, RollbackType, WrongKind } from '../model/incident-terms.ts';
import type { ReplayRun } from '../model/replay-run.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';
import { linkTo, typeWords } from './parts.ts';
import type { SiteContent } from './site.ts';
import { ACTOR_WORDS, counted, OUTCOME_WORDS, plain } from './words.ts';

/** The first page: what there is, in figures and as a table. Newest first, because that is how people look for one. */
export function indexPage(content: SiteContent): Page {
  const { incidents, claims, runs } = content;
  const rows = incidents.toSorted((a, b) =>
    a.date === b.date ? (a.id < b.id ? -1 : 1) : a.date < b.date ? 1 : -1,
  );
  const promoted = incidents.filter(({ rollback_type: type }) => type === 'promoted_wrong_state').length;
  return {
    path: 'index.html',
    title: 'Rollbacks on record',
    about: `${counted(incidents.length, 'incident')} on public record: what each rollback turned out to be, and how good the evidence is.`,
    hasTable: true,
    body: html`<h1>What the safe button did</h1>
      <p class="lede">
        ${counted(incidents.length, 'incident')} on public record in which somebody, or some program, took a
        safety action. Each is graded by what can be read about it. In ${promoted} of them the action put a
        wrong state onto servers that were well until then.
      </p>
      ${figures(content)} ${form(incidents, runs)}
      <p id="shown" class="soft small" role="status" hidden></p>
      ${table(rows, runs)}
      <p class="soft">
        ${counted(claims.length, 'claim')} without a public source ${claims.length === 1 ? 'is' : 'are'} kept
        apart as <a href="fog.html">fog</a>.
      </p>`,
  };
}

function figures({ incidents, runs }: SiteContent): Html {
  const promoted = incidents.filter(({ rollback_type: type }) => type === 'promoted_wrong_state');
  const confirmed = promoted.filter(({ evidence_grade: grade }) => grade === 'confirmed').length;
  const alone = promoted.filter(({ actor }) => actor === 'automation').length;
  const stopped = [...runs.values()].filter(({ outcome }) => outcome.startsWith('blocked')).length;
  return html`<dl class="figures">
    <div>
      <dt>incidents on record</dt>
      <dd>${incidents.length}</dd>
    </div>
    <div>
      <dt>put a wrong state onto healthy servers</dt>
      <dd>${promoted.length}</dd>
    </div>
    <div>
      <dt>of these confirmed by a primary source</dt>
      <dd>${confirmed}</dd>
    </div>
    <div>
      <dt>of these by automation alone, without a button</dt>
      <dd>${alone}</dd>
    </div>
    ${
      runs.size === 0
        ? null
        : html`<div>
            <dt>of ${counted(runs.size, 'replay')} the gate stops</dt>
            <dd>${stopped}</dd>
          </div>`
    }
  </dl>`;
}

function choice(name: string, label: string, options: readonly (Html | null)[]): Html {
  return html`<label
    >${label}<select name="${name}">
      <option value="">any</option>
      ${options}
    </select></label
  > `;
}

function form(incidents: readonly Incident[], runs: SiteContent['runs']): Html {
  const isUsed = (word: string): boolean =>
    incidents.some(({ rollback_type: type, evidence_grade: grade, actor, kind }) =>
      [type, grade, actor, kind].some((each) => each === word),
    );
  const option = (word: string, name: string): Html | null =>
    isUsed(word) ? html`<option value="${word}">${name}</option>` : null;
  const outcomes = new Set([...runs.values()].map(({ outcome }) => outcome));
  return html`<form id="choose" aria-label="Choose incidents" hidden>
    <label>Find<input type="search" name="find" autocomplete="off" spellcheck="false" /></label>
    ${choice(
      'type',
      'Turned out to be',
      RollbackType.options.map((word) => option(word, plain(word))),
    )}${choice(
      'kind',
      'What was wrong',
      WrongKind.options.map((word) => option(word, word === 'none' ? 'nothing' : plain(word))),
    )}${choice(
      'actor',
      'By',
      IncidentActor.options.map((word) => option(word, ACTOR_WORDS[word])),
    )}${choice(
      'grade',
      'Evidence',
      EvidenceGrade.options.map((word) => option(word, word)),
    )}${
      runs.size === 0
        ? null
        : choice('replay', 'Replay', [
            ...[...outcomes]
              .sort()
              .map((word) => html`<option value="${word}">${OUTCOME_WORDS[word]}</option>`),
            html`<option value="none">none</option>`,
          ])
    }<button type="reset">Show all</button>
  </form>`;
}

function table(rows: readonly Incident[], runs: SiteContent['runs']): Html {
  const hasRuns = runs.size > 0;
  return html`<table id="incidents" class="stack" role="table">
    <caption class="unseen">
      Incidents on record, the newest first
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col" data-key="date" aria-sort="descending">Date</th>
        <th role="columnheader" scope="col" data-key="incident">Incident</th>
        <th role="columnheader" scope="col" data-key="vendor">Vendor</th>
        <th role="columnheader" scope="col" data-key="type">Turned out to be</th>
        <th role="columnheader" scope="col" data-key="actor">By</th>
        <th role="columnheader" scope="col" data-key="grade">Evidence</th>
        ${hasRuns ? html`<th role="columnheader" scope="col" data-key="replay">Replay</th>` : null}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((incident) => row(incident, hasRuns, runs.get(incident.id) ?? null))}
    </tbody>
  </table>`;
}

function row(incident: Incident, hasRuns: boolean, run: ReplayRun | null): Html {
  const { date, vendor, rollback_type: type, evidence_grade: grade, actor, kind } = incident;
  return html`<tr
    role="row"
    data-type="${type}"
    data-grade="${grade}"
    data-actor="${actor}"
    data-kind="${kind}"
    data-replay="${run?.outcome ?? 'none'}"
  >
    <td role="cell" class="date">${date}</td>
    <th role="rowheader" scope="row" class="title">${linkTo(incident, '')}</th>
    <td role="cell">${vendor ?? 'not known'}</td>
    <td role="cell">${typeWords(type)}</td>
    <td role="cell" data-label="by">${ACTOR_WORDS[actor]}</td>
    <td role="cell" data-label="evidence">${grade}</td>
    ${
      hasRuns
        ? html`<td role="cell" data-label="replay">
            ${run === null ? html`<span class="soft">none</span>` : OUTCOME_WORDS[run.outcome]}
          </td>`
        : null
    }
  </tr> `;
}
