/** The report as text for a terminal: the same data as the page, what matters most of it. */
import type { ChainReport, GraphEvaluation, LinkedSample } from '../../report/chain-report.js';
import { explainedMentions, joinTokens, neighbourGroups } from '../../report/linked-text.js';
import { durationText, numberText, percentText } from '../../report/number-text.js';
import { trainingCurve } from '../../report/training-curves.js';
import { LOSSES } from '../../report/training-sections.js';
import { table } from '../output.js';

const TOP_ENTITIES = 8;
const MENTIONS = 3;
const NEIGHBOURS = 4;

export function terminalReport(report: ChainReport): string {
  const counts = Object.entries(report.graph).map(([name, count]) => `${numberText(count)} ${name.toLowerCase()}`);
  const seconds = report.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  return [
    section('Graph', counts.join(', ')),
    section('Top-ranked entities', ranks(report)),
    section('Embedding, filtered ranking of held-out triples', embeddings(report)),
    section('Coverage of the text', table(report.coverage.map(({ name, value }) => [name, value]))),
    section('Losses of pre-training, means of the first and of the last 5 % of steps', losses(report)),
    section('Held-out text with the graph on, off and shuffled', evaluation(report.evaluation)),
    section('A linked text: masked mentions, their neighbours and the attention to them', sample(report.linked[0])),
    section('Time', `${durationText(seconds)} in ${report.stages.length} stages`),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Nothing where there is nothing to say. */
function section(title: string, text: string): string {
  return text === '' ? '' : `${title}\n${text.replace(/^(?=.)/gm, '  ')}`;
}

function ranks({ ranked }: ChainReport): string {
  return table(ranked.slice(0, TOP_ENTITIES).map(({ name, type, rank }) => [name, type ?? '', rank.toFixed(4)]));
}

function embeddings({ embeddings: scores }: ChainReport): string {
  if (scores.length === 0) return '';
  const rows = scores.map(({ model, mrr, meanRank, hitsAt1, hitsAt10 }) => [
    model,
    numberText(mrr, 3),
    numberText(meanRank, 3),
    percentText(hitsAt1),
    percentText(hitsAt10),
  ]);
  return table([['', 'MRR', 'mean rank', 'hits@1', 'hits@10'], ...rows]);
}

function losses({ training }: ChainReport): string {
  const rows = LOSSES.flatMap(({ figure, held, title }) => {
    const curve = trainingCurve(training, figure, held);
    if (curve === undefined) return [];
    const last = curve.held[curve.held.length - 1];
    return [[title, numberText(curve.start), numberText(curve.end), numberText(last?.y)]];
  });
  return rows.length === 0 ? '' : table([['', 'start', 'end', 'held out'], ...rows]);
}

function evaluation(graphs: readonly GraphEvaluation[]): string {
  if (graphs.length === 0) return '';
  const rows = graphs.map(({ graph, figures }) => [
    `graph ${graph}`,
    numberText(figures['mlm']),
    numberText(figures['mentionMlm']),
    percentText(figures['accuracy']),
    percentText(figures['mentionAccuracy']),
  ]);
  return table([['', 'MLM', 'MLM, mentions', 'right', 'right, mentions'], ...rows]);
}

function sample(linked: LinkedSample | undefined): string {
  if (linked === undefined) return '';
  const mentions = explainedMentions(linked).slice(0, MENTIONS);
  const lines = mentions.flatMap((mention) => [
    `${mention.entity} ("${joinTokens(linked.tokens, mention.start, mention.end)}")`,
    ...neighbourGroups(mention.neighbours)
      .flatMap(({ members }) => members)
      .sort((a, b) => b.nodeWeight - a.nodeWeight)
      .slice(0, NEIGHBOURS)
      .map(
        ({ relation, direction, name, type, typeWeight, nodeWeight }) =>
          `  ${percentText(nodeWeight).padStart(6)}  ${relation} ${direction === 1 ? '->' : '<-'} ${name} (${type}: ${percentText(typeWeight)})`,
      ),
  ]);
  return [joinTokens(linked.tokens), ...lines].join('\n');
}
