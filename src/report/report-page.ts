/**
 * The report as one self-contained HTML page: no script, no font, image or style from elsewhere (its own policy forbids
 * them), readable as text alone.
 */
import type { ChainReport, LinkedSample } from './chain-report.js';
import { coverageSection, embeddingSection, rankSection } from './graph-sections.js';
import { linkedText } from './linked-text.js';
import { html, Markup } from './markup.js';
import { durationText, numberText, percentText } from './number-text.js';
import { PAGE_STYLE } from './page-style.js';
import { provenanceSection } from './provenance-section.js';
import { trainingCurve } from './training-curves.js';
import { evaluationSection, trainingSection } from './training-sections.js';

/** Headings of the sections by id, in order. */
const CONTENTS: Readonly<Record<string, string>> = {
  linked: 'Linked text',
  training: 'Pre-training',
  evaluation: 'Graph on, off, shuffled',
  rank: 'Top-ranked entities',
  embedding: 'Embedding',
  coverage: 'Coverage',
  provenance: 'How it was made',
};

/** @returns the whole page, UTF-8 text */
export function reportPage(report: ChainReport): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.title}</title><style>${new Markup(PAGE_STYLE)}</style></head>
<body><main><header><h1>${report.title}</h1><p>${report.lead}</p>
<nav aria-label="Contents">${Object.entries(CONTENTS).map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
${tiles(report)}</header>
${linkedSection(report.linked)}
${trainingSection(report)}
${evaluationSection(report)}
<div class="columns">${rankSection(report)}<div>${embeddingSection(report)}${coverageSection(report)}</div></div>
${provenanceSection(report)}
</main></body></html>
`;
  return page.text;
}

function tiles(report: ChainReport): Markup {
  const total = trainingCurve(report.training, 'loss.total');
  const mentions = (graph: string) => report.evaluation.find((one) => one.graph === graph)?.figures['mentionAccuracy'];
  const best = report.embeddings.reduce<number | undefined>((mrr, score) => Math.max(mrr ?? 0, score.mrr), undefined);
  return html`<dl class="tiles">
${Object.entries(report.graph).map(([name, count]) => tile(name, numberText(count)))}
${tile('Embedding MRR', numberText(best, 3), 'filtered, held out')}
${total && tile('Training loss', `${numberText(total.start, 3)} → ${numberText(total.end, 3)}`, 'start and end')}
${tile('Masked mentions guessed', percentText(mentions('on')), `graph off ${percentText(mentions('off'))}`)}
${tile('Time', durationText(report.stages.reduce((sum, { seconds }) => sum + seconds, 0)), 'all stages')}</dl>`;
}

function tile(name: string, value: string, note?: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}${note === undefined ? undefined : html`<small>${note}</small>`}</dd></div>`;
}

function linkedSection(samples: readonly LinkedSample[]): Markup {
  const [first, ...others] = samples;
  if (!first) return html`<section id="linked"><h2>Linked text</h2><p>No sample was written out.</p></section>`;
  const more = others.map(
    (sample, i) => html`<details><summary>Sample ${i + 2}</summary>${linkedText(sample)}</details>`,
  );
  return html`<section id="linked"><h2>Linked text, and the neighbours that were infused</h2>
<p>A held-out sample: marked are the masked mentions, shown with the true text. For each, the neighbours with the highest PageRank, and how much attention the model gave their types and themselves; either sums to 100 % over the mention's neighbours.</p>
${linkedText(first)}${more}</section>`;
}
