import type { Incident, IncidentSource } from '../model/incident.ts';
import type { RollbackType } from '../model/incident-terms.ts';
import { type Html, html } from './html.ts';
import { ACTOR_WORDS, MOOD_BY_TYPE, plain } from './words.ts';

/** A rollback type as words with its colour and shape. */
export function typeWords(type: RollbackType): Html {
  return html`<span class="kind"
    ><i class="dot ${MOOD_BY_TYPE[type]}" aria-hidden="true"></i>${plain(type)}</span
  >`;
}

/** What a record says of itself in four words. */
export function chips(
  { rollback_type: type, evidence_grade: grade, actor, kind }: Incident,
  root: string,
): Html {
  const mood = MOOD_BY_TYPE[type];
  return html`<ul class="chips" aria-label="In short">
    <li>
      <a class="chip ${mood}" href="${root}types.html#${type}"
        ><i class="dot ${mood}" aria-hidden="true"></i>${plain(type)}</a
      >
    </li>
    <li><span class="chip">${grade}</span></li>
    <li><span class="chip">by ${ACTOR_WORDS[actor]}</span></li>
    ${kind === 'none' ? null : html`<li><span class="chip">${plain(kind)}</span></li>`}
  </ul>`;
}

/** Where it can be read. The address is the record’s: it begins with http:// or https://, or it is no link. */
export function sourceItem({ kind, title, publisher, date, address, place, note }: IncidentSource): Html {
  const name = /^https?:\/\//.test(address)
    ? html`<a href="${address}" rel="external noreferrer">${title}</a>`
    : html`${title}`;
  return html`<li>
    ${name}. ${publisher}, ${date ?? 'undated'}
    (${kind})${place === null ? null : html`, ${place}`}.${
      note === null ? null : html` <span class="under">${note}</span>`
    }
  </li>`;
}

/** Rows of a record that have something to say, as a list of terms. */
export function facts(rows: readonly (readonly [string, Html | string | null])[]): Html {
  const told = rows.flatMap(([term, said]) =>
    said === null
      ? []
      : [
          html`<dt>${term}</dt>
            <dd>${said}</dd> `,
        ],
  );
  return told.length === 0 ? html`` : html`<dl class="facts">${told}</dl>`;
}

export function linkTo({ id, title }: { readonly id: string; readonly title: string }, root: string): Html {
  return html`<a href="${root}incidents/${id}.html">${title}</a>`;
}
