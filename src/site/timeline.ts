import { LETTER_BY_STATE, ServerState } from '../model/replay-run.ts';
import type { ReplayRun, ReplayServer } from '../model/replay-run.ts';
import { type Html, html } from './html.ts';
import { hostNames } from '../incidents/host-names.ts';
import { stripOf } from './strip.ts';
import { type ReplayedMoment, MOOD_BY_OUTCOME, moodOfVerdict, STATE_MEANINGS } from './words.ts';

/** A replay: how it ended, every server at every moment as a picture, and the moments one by one with what the gate said. */
export function timeline(run: ReplayRun): Html {
  const [head = '', ...rest] = run.sentence.split(/(?=:)/);
  const said = rest.join('');
  return html`<p class="outcome ${MOOD_BY_OUTCOME[run.outcome]}"><strong>${head}</strong>${said}</p>
    <p class="measure">
      Each moment shows what the record says happened, as there was no gate; beside it stands what the gate
      says then.
    </p>
    <figure>${stripOf(run)}</figure>
    ${legend()}
    <ol class="moments">
      ${run.moments.map((each, at) => moment(each, run.moments[at - 1] ?? null))}
    </ol>`;
}

function legend(): Html {
  return html`<ul class="legend" aria-label="What the letters mean">
    ${ServerState.options.map((state) => html`<li>${tile(state)}<span>${state}: ${STATE_MEANINGS[state]}</span></li> `)}
  </ul>`;
}

function tile(state: ServerState): Html {
  return html`<span class="tile ${state}" aria-hidden="true">${LETTER_BY_STATE[state]}</span>`;
}

function moment(each: ReplayedMoment, before: ReplayedMoment | null): Html {
  const day = each.time.slice(0, 10);
  const isNewDay = before === null || before.time.slice(0, 10) !== day;
  return html`<li class="moment ${each.marks}">
    <div class="when">
      ${isNewDay ? html`<span class="soft small day">${day}</span>` : null}<time datetime="${each.time}"
        >${each.clock ?? `about ${clockOf(each.time)}`}</time
      >${mark(each.marks)}${filledIn(each)}
    </div>
    <div class="what">
      <h3>${each.title}</h3>
      <p>${each.happened}</p>
      ${fleet(each.servers)}
    </div>
    ${gate(each)}
  </li> `;
}

/** What of a moment is not on record. */
function filledIn({ clock, is_assumed: isAssumed }: ReplayedMoment): Html | null {
  if (isAssumed) return html`<span class="soft small">not on record, filled in</span>`;
  return clock === null ? html`<span class="soft small">time not on record</span>` : null;
}

const MARKS = { button: 'the button', harm: 'the harm' } as const;

function mark(marks: ReplayedMoment['marks']): Html | null {
  return marks === 'none' ? null : html`<span class="mark ${marks}">${MARKS[marks]}</span>`;
}

/** `13:30` of `2012-08-01T13:30:00Z`; a time is shown by its own clock. */
function clockOf(time: string): string {
  return `${time.slice(11, 16)}${time.endsWith('Z') ? ' UTC' : ''}`;
}

/** The servers at one moment: the tiles for the eye, and who is what in words, those that agree together. */
function fleet(servers: readonly ReplayServer[]): Html {
  const groups = new Map<
    string,
    { readonly state: ServerState; readonly says: string; readonly names: string[] }
  >();
  for (const { hostname, state, says } of servers) {
    const key = `${state}\n${says}`;
    const group = groups.get(key) ?? { state, says, names: [] };
    group.names.push(hostname);
    groups.set(key, group);
  }
  return html`<ul class="fleet" aria-hidden="true">
      ${servers.map(({ state }) => html`<li>${tile(state)}</li>`)}
    </ul>
    <ul class="who small">
      ${[...groups.values()].map(
        ({ state, says, names }) =>
          html`<li>
            <b>${names.length} ${state}</b>
            ${hostNames(names)}${says === '' ? null : html`<span class="soft">: ${says}</span>`}
          </li>`,
      )}
    </ul>`;
}

function gate({ gate: asked, actor, verdict, sentence, findings }: ReplayedMoment): Html {
  if (asked === null || verdict === null) return html`<div class="gate idle"><p>No gate is asked.</p></div>`;
  const by = actor === null ? null : html`, asked by ${actor === 'operator' ? 'a person' : 'automation'}`;
  return html`<div class="gate ${moodOfVerdict(verdict)}">
    <p class="soft small">The ${asked} gate${by}:</p>
    <p><span class="word">${verdict}</span></p>
    ${
      findings.length === 0
        ? null
        : html`<ul>
            ${findingLines(findings)}
          </ul>`
    }
    ${sentence === null ? null : html`<p class="said">${sentence}</p>`}
  </div>`;
}

/** Findings of one code in one line: eight servers with the same fault are one fact to a reader. */
function findingLines(findings: ReplayedMoment['findings']): readonly Html[] {
  const byCode = new Map<string, { readonly hosts: Set<string>; readonly flags: Set<string> }>();
  for (const { code, hostname, flag } of findings) {
    const found = byCode.get(code) ?? { hosts: new Set(), flags: new Set() };
    if (hostname !== null) found.hosts.add(hostname);
    if (flag !== null) found.flags.add(flag);
    byCode.set(code, found);
  }
  return [...byCode].map(
    ([code, { hosts, flags }]) =>
      html`<li>
        <code>${code}</code>${hosts.size === 0 ? null : html` ${hostNames([...hosts])}`}${
          flags.size === 0 ? null : html` <span class="soft">(${[...flags].join(', ')})</span>`
        }
      </li>`,
  );
}
