/**
 * What a model sees in texts as one self-contained HTML page: no script, no font, image or style from elsewhere (its own
 * policy forbids them). All that is drawn stands in a table too.
 */
import { dataTable, shareBar } from './data-table.js';
import type { ExplainedText, ExplainedTextMention, ExplanationReport } from './explained-text.js';
import { EXPLANATION_STYLE } from './explanation-style.js';
import { gateBars } from './gate-bars.js';
import { html, Markup } from './markup.js';
import { mentionCard } from './mention-card.js';
import { percentText } from './number-text.js';
import { PAGE_STYLE } from './page-style.js';

/** @returns the whole page, UTF-8 text */
export function explanationPage({ kg, corpus, model, texts }: ExplanationReport): string {
  const types = typesOf(texts);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What the model sees</title><style>${new Markup(PAGE_STYLE + EXPLANATION_STYLE)}</style></head>
<body><main><header><h1>What the model sees</h1>
<p>The entities that a text mentions, the neighbours from the graph ${kg} that were infused at each, and how much the model attended to them. Model ${model}, corpus ${corpus}.</p>
${texts.length < 2 ? undefined : html`<nav aria-label="Contents">${texts.map((_, i) => html`<a href="#text-${i + 1}">Text ${i + 1}</a>`)}</nav>`}</header>
${texts.map((text, i) => textSection(text, i, types))}
</main></body></html>
`;
  return page.text;
}

/** Types of neighbours, the most frequent first: the order of their colours. */
function typesOf(texts: readonly ExplainedText[]): string[] {
  const counts = new Map<string, number>();
  for (const { mentions } of texts) {
    for (const { neighbours } of mentions) {
      for (const { type } of neighbours) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([type]) => type);
}

function textSection(explained: ExplainedText, index: number, types: readonly string[]): Markup {
  const { mentions, cutTokens, predictions } = explained;
  const infused = mentions.filter(({ state }) => state === 'infused').length;
  const cut =
    cutTokens === 0
      ? undefined
      : html`<p class="notice">The model has no room for the last ${cutTokens} word pieces of this text.</p>`;
  return html`<section id="text-${index + 1}"><h2>Text ${index + 1}</h2>
<p class="quiet">${mentions.length} mentions, ${infused} of them infused; ${explained.tokens.length} word pieces.</p>${cut}
<p class="text" lang="zh">${markedText(explained)}</p>
${predictions.length > 0 ? maskSection(explained) : undefined}
${infused > 0 ? gateBars(explained) : undefined}
${mentions.length === 0 ? html`<p>The text mentions no entity of the graph: the model read it as a plain BERT does.</p>` : undefined}
<div class="mentions fans">${mentions.map((mention, m) => mentionCard(mention, m + 1, types))}</div></section>`;
}

function markedText({ text, mentions }: ExplainedText): Markup[] {
  const parts: Markup[] = [];
  let at = 0;
  for (const [m, mention] of mentions.entries()) {
    parts.push(html`${text.slice(at, mention.start)}`, mark(mention, m + 1));
    at = mention.end;
  }
  return [...parts, html`${text.slice(at)}`];
}

function mark({ surface, state, entity }: ExplainedTextMention, number: number): Markup {
  const kind = state === 'infused' ? 'infused' : 'left-out';
  return html`<mark class="${kind}" title="${`${entity.name} (${entity.type})`}">${surface}\u2060<sup>${number}</sup></mark>`;
}

function maskSection({ predictions }: ExplainedText): Markup {
  const tables = predictions.map(({ start, best }, i) =>
    dataTable(
      `Mask ${i + 1}, at character ${start}`,
      [{ title: 'Piece' }, { title: 'Probability', numeric: true }, { title: '' }],
      best.map(({ piece, probability }) => [piece, percentText(probability), shareBar(probability)]),
    ),
  );
  return html`<h3>What the model puts at each [MASK]</h3><div class="masks">${tables}</div>`;
}
