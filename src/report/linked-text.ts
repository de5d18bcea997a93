/**
 * A sample as the model read it: its text with the mentions marked, and for each masked mention the neighbours that were
 * infused there, with the attention to their types and to themselves.
 */
import type { LinkedMention, LinkedNeighbour, LinkedSample } from './chain-report.js';
import { shareBar } from './data-table.js';
import { html, type Markup } from './markup.js';
import { percentText } from './number-text.js';

/** Neighbours shown of a mention, the heaviest. */
const SHOWN_NEIGHBOURS = 10;
const SPECIAL = new Set(['[CLS]', '[SEP]', '[PAD]']);

export function linkedText(sample: LinkedSample): Markup {
  const explained = explainedMentions(sample);
  return html`<p class="text" lang="zh">${markedTokens(sample, explained)}</p>
<div class="mentions">${explained.map((mention, i) => mentionCard(sample, mention, i + 1))}</div>`;
}

/** The mentions that have neighbours to show, in the order of the text. */
export function explainedMentions({ mentions }: LinkedSample): LinkedMention[] {
  return mentions.filter(({ neighbours }) => neighbours.length > 0).sort((a, b) => a.start - b.start);
}

/** Word pieces [start, end) as text: `##` joins, and Latin words and numbers keep a space between them. */
export function joinTokens(tokens: readonly string[], start = 0, end = tokens.length): string {
  let text = '';
  for (const token of tokens.slice(start, end)) {
    if (!SPECIAL.has(token)) text += spaceBefore(text, token) + token.replace(/^##(?=.)/, '');
  }
  return text;
}

function spaceBefore(text: string, token: string): string {
  return /[\p{Script=Latin}\p{N}%]$/u.test(text) && /^[\p{Script=Latin}\p{N}]/u.test(token) ? ' ' : '';
}

function markedTokens({ tokens, mentions }: LinkedSample, explained: readonly LinkedMention[]): Markup[] {
  const parts: Markup[] = [];
  let at = 0;
  for (const mention of [...mentions].sort((a, b) => a.start - b.start)) {
    if (mention.start < at) continue;
    parts.push(html`${joinTokens(tokens, at, mention.start)}`, mark(tokens, mention, explained.indexOf(mention) + 1));
    at = mention.end;
  }
  return [...parts, html`${joinTokens(tokens, at)}`];
}

function mark(tokens: readonly string[], mention: LinkedMention, number: number): Markup {
  const text = joinTokens(tokens, mention.start, mention.end);
  const title = `${mention.entity}${mention.masked ? ', masked' : ''}`;
  const label = number > 0 ? html`<sup>${number}</sup>` : undefined;
  return mention.masked
    ? html`<mark class="masked" title="${title}">${text}${label}</mark>`
    : html`<mark title="${title}">${text}${label}</mark>`;
}

function mentionCard({ tokens }: LinkedSample, mention: LinkedMention, number: number): Markup {
  const surface = joinTokens(tokens, mention.start, mention.end);
  const name = surface === mention.entity ? undefined : html` <span class="quiet">“${surface}”</span>`;
  const state = mention.masked ? 'masked: the model had to guess it' : 'left readable';
  return html`<article class="card"><h4><sup>${number}</sup> ${mention.entity}${name}</h4><p class="quiet">${state}</p>
<table class="plain"><thead><tr><th scope="col">Neighbour</th><th scope="col" class="weight">Attention</th></tr></thead>
${neighbourGroups(mention.neighbours).map(groupRows)}</table></article>`;
}

interface NeighbourGroup {
  readonly type: string;
  readonly weight: number;
  readonly members: readonly LinkedNeighbour[];
}

/** By type, the heaviest type first; inside a type the heaviest neighbour first. */
export function neighbourGroups(neighbours: readonly LinkedNeighbour[]): NeighbourGroup[] {
  const shown = [...neighbours].sort((a, b) => b.nodeWeight - a.nodeWeight).slice(0, SHOWN_NEIGHBOURS);
  const types = [...new Set(shown.map(({ type }) => type))];
  return types
    .map((type) => {
      const members = shown.filter((neighbour) => neighbour.type === type);
      return { type, weight: members[0].typeWeight, members };
    })
    .sort((a, b) => b.weight - a.weight);
}

function groupRows({ type, weight, members }: NeighbourGroup): Markup {
  return html`<tbody><tr class="type"><th scope="rowgroup">${type} <span class="quiet">(type)</span></th><td class="weight">${weightCell(weight)}</td></tr>
${members.map(neighbourRow)}</tbody>`;
}

function neighbourRow({ relation, direction, name, nodeWeight }: LinkedNeighbour): Markup {
  const arrow = direction === 1 ? `${relation} → ` : `${relation} ← `;
  return html`<tr><td><span class="quiet">${arrow}</span>${name}</td><td class="weight">${weightCell(nodeWeight)}</td></tr>`;
}

function weightCell(weight: number): Markup {
  return html`${shareBar(weight)}<span>${percentText(weight)}</span>`;
}
