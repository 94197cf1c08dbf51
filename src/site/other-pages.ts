import { rankSpecimens } from '../incidents/rank-specimens.ts';
import { ROLLBACK_TYPE_MEANINGS, RollbackType } from '../model/incident-terms.ts';
import type { FogClaim } from '../model/incident.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';
import { facts, linkTo, sourceItem } from './parts.ts';
import type { SiteContent } from './site.ts';
import { ACTOR_WORDS, counted, MATCH_WORDS, MOOD_BY_TYPE, plain, titled } from './words.ts';

/** The ten words for what a rollback turned out to be, each with its incidents. */
export function typesPage({ incidents }: SiteContent): Page {
  const sections = RollbackType.options.map((type) => {
    const own = incidents
      .filter(({ rollback_type: each }) => each === type)
      .toSorted((a, b) => (a.date < b.date ? 1 : -1));
    const items = own.map(
      (incident) =>
        html`<li>
          <span class="date soft">${incident.date}</span> ${linkTo(incident, '')}
          <span class="soft"
            >${incident.vendor ?? ''}${incident.evidence_grade === 'confirmed' ? null : `, ${incident.evidence_grade}`}</span
          >
        </li> `,
    );
    return html`<section class="type" id="${type}" aria-labelledby="${type}-name">
      <h2 id="${type}-name">
        <i class="dot ${MOOD_BY_TYPE[type]}" aria-hidden="true"></i>${titled(type)}
        <span class="soft">${own.length === 0 ? 'none on record' : own.length}</span>
      </h2>
      <p class="measure">${ROLLBACK_TYPE_MEANINGS[type]}</p>
      ${
        own.length === 0
          ? null
          : html`<ul class="plain measure">
              ${items}
            </ul>`
      }
    </section> `;
  });
  return {
    path: 'types.html',
    title: 'Rollback types',
    about: 'What a safety action turned out to be: ten words, each with the incidents it fits.',
    body: html`<h1>What a rollback turned out to be</h1>
      <p class="lede">
        Ten words. Each record has exactly one of them; where two fit, the one about what was done to healthy
        servers weighs most.
      </p>
      ${sections}`,
  };
}

/** The second specimens, the best match first. */
export function specimenPage({ incidents }: SiteContent): Page {
  const ranked = rankSpecimens(incidents);
  const rows = ranked.map((incident) => {
    const {
      rank,
      one_wrong_node: one,
      person_pressed: person,
      healthy_made_wrong: healthy,
    } = incident.second_specimen;
    return html`<tr role="row">
      <td role="cell" class="number">${rank}</td>
      <th role="rowheader" scope="row" class="title">
        ${linkTo(incident, '')}<span class="under"
          >${incident.vendor ?? 'vendor not known'}, ${incident.date}, ${incident.evidence_grade}, by
          ${ACTOR_WORDS[incident.actor]}</span
        >
      </th>
      <td role="cell" data-label="one wrong node">${MATCH_WORDS[one]}</td>
      <td role="cell" data-label="a person pressed">${MATCH_WORDS[person]}</td>
      <td role="cell" data-label="healthy made wrong">${MATCH_WORDS[healthy]}</td>
    </tr> `;
  });
  const words = ranked.map(
    (incident) =>
      html`<section class="type" aria-labelledby="${incident.id}-name">
        <h3 id="${incident.id}-name">${incident.second_specimen.rank}. ${linkTo(incident, '')}</h3>
        ${facts([
          ['Matches', incident.second_specimen.matches],
          ['Differs', incident.second_specimen.differs],
        ])}
      </section> `,
  );
  return {
    path: 'second-specimen.html',
    title: 'Is Knight the only one?',
    about:
      'The incidents that come nearest to Knight Capital in 2012, ranked, with what matches and what does not.',
    body: html`<h1>Is Knight the only one?</h1>
      <p class="lede">
        One wrong server, a person presses the button that looks safe, and healthy servers become like the
        wrong one. Knight Capital in 2012 has all three.
        ${
          ranked.length === 0
            ? 'No other record has been ranked beside it.'
            : html`${counted(ranked.length, 'record')} ${ranked.length === 1 ? 'comes' : 'come'} near; the
              rank is a judgement, and the three columns are what it rests on.`
        }
      </p>
      ${
        ranked.length === 0
          ? null
          : html`<h2>The second specimens, ranked</h2>
              <table class="stack" role="table">
                <caption class="unseen">
                  Second specimens by rank
                </caption>
                <thead role="rowgroup">
                  <tr role="row">
                    <th role="columnheader" scope="col" class="number">Rank</th>
                    <th role="columnheader" scope="col">Incident</th>
                    <th role="columnheader" scope="col">One wrong node</th>
                    <th role="columnheader" scope="col">A person pressed</th>
                    <th role="columnheader" scope="col">Healthy made wrong</th>
                  </tr>
                </thead>
                <tbody role="rowgroup">
                  ${rows}
                </tbody>
              </table>
              <h2>What matches, and what does not</h2>
              ${words}`
      }`,
  };
}

/** Claims that are no evidence. */
export function fogPage({ claims, incidents }: SiteContent): Page {
  return {
    path: 'fog.html',
    title: 'Fog',
    about:
      'Claims without a public source that was read: what was said, what was looked for, and what was not found.',
    body: html`<h1>Fog</h1>
      <p class="lede">
        ${
          claims.length === 0
            ? 'No claim is kept here.'
            : html`${counted(claims.length, 'claim')} that ${claims.length === 1 ? 'is' : 'are'} no evidence.
              Each says what would make it a record.`
        }
      </p>
      ${claims.map((claim) => fogSection(claim, incidents))}`,
  };
}

function fogSection(claim: FogClaim, incidents: SiteContent['incidents']): Html {
  const near = incidents.find(({ id }) => id === claim.nearest);
  const { id, title, date, vendor, sources, thread } = claim;
  return html`<section class="type" id="${id}" aria-labelledby="${id}-name">
    <p class="eyebrow">${vendor ?? 'Nobody named'} &middot; ${date ?? 'undated'}</p>
    <h2 id="${id}-name">${title}</h2>
    ${facts([
      ['Claimed by', claim.claimed_by],
      ['Claimed', claim.claimed],
      ['Looked for', claim.looked_for],
      ['Found', claim.found],
      ['Today', html`<strong>${claim.today}</strong>`],
      ['Would count if', claim.would_count_if],
      ['The thread said', thread?.said ?? null],
      ['Nearest on record', near === undefined ? null : linkTo(near, '')],
    ])}
    ${
      sources.length === 0
        ? null
        : html`<h3>${plain('texts that bear on it')}</h3>
            <ul class="sources">
              ${sources.map((source) => html`${sourceItem(source)} `)}
            </ul>`
    }
  </section> `;
}
