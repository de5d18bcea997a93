/** The part of the page about the language model: its loss curves, and held-out text with the graph on, off and shuffled. */
import type { ChainReport, GraphEvaluation } from './chain-report.js';
import { dataTable } from './data-table.js';
import { lineChart } from './line-chart.js';
import { html, Markup } from './markup.js';
import { numberText, percentText } from './number-text.js';
import { trainingCurve } from './training-curves.js';

/** Figures of the log's step lines, and of its evaluation lines, with what they measure. */
export const LOSSES = [
  { figure: 'loss.total', held: 'loss', title: 'All losses', meaning: 'Weighted sum of the four below.' },
  { figure: 'loss.mlm', held: 'mlm', title: 'MLM', meaning: 'Masked tokens, nats a token.' },
  { figure: 'loss.sop', held: 'sop', title: 'SOP', meaning: 'Order of two sentences, nats.' },
  { figure: 'loss.mnem', held: 'mnem', title: 'MNeM', meaning: 'Neighbours of a mention, sampled softmax.' },
  { figure: 'loss.mmem', held: 'mmem', title: 'MMeM', meaning: 'Tokens of a masked mention from the graph.' },
] as const;

export function trainingSection({ training }: ChainReport): Markup {
  const charts = LOSSES.flatMap(({ figure, held, title, meaning }) => {
    const curve = trainingCurve(training, figure, held);
    return curve === undefined ? [] : [lineChart(curve, { title, meaning })];
  });
  return html`<section id="training"><h2>Pre-training</h2>
<p>Loss over optimizer steps; the numbers at the right are the means of the first and of the last 5 % of them.</p>
${LEGEND}<div class="charts">${charts}</div></section>`;
}

const LEGEND = new Markup(`<ul class="legend">
<li><svg aria-hidden="true"><path class="raw" d="M0 5H22"/></svg>each step</li>
<li><svg aria-hidden="true"><path class="mean" d="M0 5H22"/></svg>mean of the last 5 % of steps</li>
<li><svg aria-hidden="true"><circle class="held" cx="11" cy="5" r="4"/></svg>held-out text</li></ul>`);

/** What is compared between the graphs; a share is best when high, a loss when low. */
const COMPARED = [
  { figure: 'mlm', title: 'MLM loss, all masked tokens' },
  { figure: 'mentionMlm', title: 'MLM loss, tokens of mentions' },
  { figure: 'otherMlm', title: 'MLM loss, other tokens' },
  { figure: 'accuracy', title: 'Right guesses, all masked tokens', share: true },
  { figure: 'mentionAccuracy', title: 'Right guesses, tokens of mentions', share: true },
  { figure: 'otherAccuracy', title: 'Right guesses, other tokens', share: true },
] as const;

export function evaluationSection({ evaluation }: ChainReport): Markup {
  const columns = [
    { title: 'Held-out text' },
    ...evaluation.map(({ graph }) => ({ title: `Graph ${graph}`, numeric: true })),
  ];
  const rows = COMPARED.filter(({ figure }) => evaluation.some(({ figures }) => figure in figures)).map((compared) => [
    compared.title,
    ...evaluation.map((one) => cellOf(compared, one, evaluation)),
  ]);
  return html`<section id="evaluation"><h2>With the graph on, off and shuffled</h2>
<p>One model, the same segments, the same masks. Off leaves the neighbours out; shuffled gives each entity those of another. The best of a row is bold.</p>
${dataTable('Figures on text that was held out.', columns, rows)}</section>`;
}

/** Bold where it is the best of its row as far as the digits shown tell. */
function cellOf(
  { figure, ...kind }: (typeof COMPARED)[number],
  { figures }: GraphEvaluation,
  all: readonly GraphEvaluation[],
): Markup {
  const share = 'share' in kind;
  const write = share ? percentText : numberText;
  const values = all.map((one) => one.figures[figure]).filter(Number.isFinite);
  const best = write(share ? Math.max(...values) : Math.min(...values));
  const text = write(figures[figure]);
  const differ = values.some((value) => write(value) !== best);
  return text === best && differ ? html`<strong>${text}</strong>` : html`${text}`;
}
