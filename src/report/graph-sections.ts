/** The part of the page about the graph: its most important entities, how well it was embedded, what the text mentions. */
import type { ChainReport, EmbeddingScore } from './chain-report.js';
import { dataTable, shareBar } from './data-table.js';
import { html, type Markup } from './markup.js';
import { numberText, percentText } from './number-text.js';

export function rankSection({ ranked }: ChainReport): Markup {
  const highest = ranked[0]?.rank ?? 1;
  const rows = ranked.map(({ name, type, rank }) => [name, type, shareBar(rank / highest), rank.toFixed(4)]);
  const columns = [
    { title: 'Entity' },
    { title: 'Type' },
    { title: 'Share of the highest' },
    { title: 'PageRank', numeric: true },
  ];
  return html`<section id="rank"><h2>Top-ranked entities</h2>
${dataTable('PageRank over the weighted triples; the ranks of all entities sum to 1.', columns, rows)}</section>`;
}

export function embeddingSection({ embeddings }: ChainReport): Markup {
  const columns = ['Model', 'MRR', 'Mean rank', 'Hits@1', 'Hits@3', 'Hits@10'].map((title, i) => ({
    title,
    numeric: i > 0,
  }));
  return html`<section id="embedding"><h2>Graph embedding</h2>
${dataTable('Filtered ranking of held-out triples, heads and tails, with realistic ties.', columns, embeddings.map(scoreRow))}</section>`;
}

function scoreRow({ model, mrr, meanRank, hitsAt1, hitsAt3, hitsAt10 }: EmbeddingScore): string[] {
  return [model, numberText(mrr, 3), numberText(meanRank, 3), ...[hitsAt1, hitsAt3, hitsAt10].map(percentText)];
}

export function coverageSection({ coverage }: ChainReport): Markup {
  const columns = [{ title: 'Figure' }, { title: 'Value', numeric: true }];
  const rows = coverage.map(({ name, value }) => [name, value]);
  return html`<section id="coverage"><h2>Coverage of the text</h2>
${dataTable('What the linker found of the graph in the corpus.', columns, rows)}</section>`;
}
