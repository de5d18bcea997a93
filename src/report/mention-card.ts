/** One mention: what it means and why, and its neighbours as a fan and as a table. */
import { dataTable } from './data-table.js';
import type { ExplainedNeighbour, ExplainedTextMention } from './explained-text.js';
import { html, type Markup } from './markup.js';
import { byType, neighbourFan } from './neighbour-fan.js';
import { numberText, percentText } from './number-text.js';

const STATES: Readonly<Record<string, string>> = {
  'no-neighbours': 'Not infused: the entity has no neighbours.',
  'below-threshold': 'Not linked: no candidate scores enough.',
  'not-whole-pieces': 'Not infused: it does not stand on whole word pieces.',
  'too-long': 'Not infused: it has more word pieces than a mention may have.',
  cut: 'Not read: the model has no room for this part of the text.',
};

const RULES: Readonly<Record<string, string>> = {
  rank: 'the highest rank',
  order: 'equal ranks: the first key',
  context: 'the best score',
};

/** @param types of neighbours, in the order of their colours */
export function mentionCard(mention: ExplainedTextMention, number: number, types: readonly string[]): Markup {
  const { surface, entity, state, neighbours } = mention;
  const said = surface === entity.name ? undefined : html` <span class="quiet">“${surface}”</span>`;
  return html`<article class="card"><h4><sup>${number}</sup> ${entity.name}${said} <span class="quiet">${entity.type}</span></h4>
${state in STATES ? html`<p class="notice">${STATES[state]}</p>` : undefined}${candidates(mention)}
${neighbours.length === 0 ? undefined : html`${neighbourFan(surface, neighbours, types)}${neighbourTable(neighbours)}`}</article>`;
}

function candidates({ candidates: all, rule }: ExplainedTextMention): Markup | undefined {
  if (all.length < 2) return undefined;
  const rows = all.map(({ name, type, prior, context, score, chosen }) => [
    html`${name} <span class="quiet">${type}</span>${chosen ? html` <span aria-label="chosen">✓</span>` : undefined}`,
    percentText(prior),
    numberText(context, 3),
    percentText(score),
  ]);
  return dataTable(
    `${all.length} entities have the name; decided by ${RULES[rule] ?? rule}`,
    [{ title: 'Entity' }, ...['Prior', 'Context', 'Score'].map((title) => ({ title, numeric: true }))],
    rows,
  );
}

function neighbourTable(neighbours: readonly ExplainedNeighbour[]): Markup {
  const heads = neighbours[0].headWeights.length;
  const hasTypes = neighbours[0].typeWeight !== undefined;
  const numeric = (title: string) => ({ title, numeric: true });
  const rows = byType(neighbours)
    .flat()
    .map(({ name, relation, direction, type, rank, typeWeight, nodeWeight, headWeights }) => [
      name,
      direction === 'out' ? `${relation} →` : `← ${relation}`,
      type,
      numberText(rank, 3),
      ...(hasTypes ? [percentText(typeWeight)] : []),
      percentText(nodeWeight),
      ...(heads > 1 ? headWeights.map(percentText) : []),
    ]);
  const columns = [
    { title: 'Neighbour' },
    { title: 'Relation' },
    { title: 'Type' },
    numeric('PageRank'),
    ...(hasTypes ? [numeric('Type attention')] : []),
    numeric('Attention'),
    ...(heads > 1 ? Array.from({ length: heads }, (_, h) => numeric(`Head ${h + 1}`)) : []),
  ];
  return html`<details><summary>Neighbours as a table (${neighbours.length})</summary>${dataTable('Attention sums to 100 % over the neighbours, type attention over the types', columns, rows)}</details>`;
}
