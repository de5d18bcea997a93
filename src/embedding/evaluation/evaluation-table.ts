/** The figures of `kg.evaluate` as a table for people. */
import { textTable } from '../../base/text-table.js';
import type { EvaluationRecord, RelationRecord } from './evaluation-record.js';
import type { RankingFigures } from './ranking-evaluation.js';

/** Relations that are shown, those with the most triples. */
const SHOWN = 20;

export function evaluationTable(record: EvaluationRecord): string {
  const { kg, model, ranked, triples, ranking, classification, relations, data, convention } = record;
  const hits = Object.keys(ranking.realistic).filter((name) => name.startsWith('hits'));
  const row = (name: string, figures: RankingFigures) => [name, ...cellsOf(figures, hits)];
  const head = ['', 'MRR', 'MR', 'AMRI', ...hits.map((name) => name.replace('hits', 'hits@'))];
  const rows = [
    head,
    row('filtered', ranking.realistic),
    row('  optimistic', ranking.optimistic),
    row('  pessimistic', ranking.pessimistic),
    row('  tails', ranking.tail),
    row('  heads', ranking.head),
    row('raw', ranking.raw),
    ...(ranking.seen && ranking.seen.count > 0 ? [row(`seen (${ranking.seen.count / 2})`, ranking.seen)] : []),
    ...Object.entries(ranking.classes ?? {}).flatMap(([name, { count, tail, head: heads }]) => [
      row(`${name} tails (${count})`, tail),
      row(`${name} heads (${count})`, heads),
    ]),
  ];
  return [
    `${model} on ${triples} triples of ${kg} (${ranked}); data ${data.sha256.slice(0, 16)}`,
    textTable(rows),
    ...(classification ? ['', textTable(classificationRows(classification))] : []),
    '',
    textTable(relationRows(relations)),
    ...(relations.length > SHOWN ? [`... and ${relations.length - SHOWN} relations more in evaluation.json`] : []),
    '',
    textTable(Object.entries(convention)),
  ].join('\n');
}

function cellsOf(figures: RankingFigures, hits: readonly string[]): string[] {
  const { mrr, mr, amri } = figures;
  return [three(mrr), mr.toFixed(1), three(amri), ...hits.map((name) => three(figures[name as 'hits1']))];
}

function classificationRows({
  overall,
  relationMean,
  globalThreshold,
  leftOut,
}: NonNullable<EvaluationRecord['classification']>): string[][] {
  const judged = ({
    accuracy,
    balancedAccuracy,
    precision,
    recall,
    f1,
  }: Partial<NonNullable<typeof globalThreshold>>) => [accuracy, balancedAccuracy, precision, recall, f1].map(three);
  const rows = [
    [`classification (${leftOut} left out)`, 'accuracy', 'balanced', 'precision', 'recall', 'F1', 'ROC AUC', 'AP'],
    ['all relations', ...judged(overall), three(overall.rocAuc), three(overall.averagePrecision)],
    ['  mean of relations', '', '', '', '', '', three(relationMean.rocAuc), three(relationMean.averagePrecision)],
  ];
  if (globalThreshold) rows.push(['  by one threshold', ...judged(globalThreshold)]);
  return rows;
}

function relationRows(relations: readonly RelationRecord[]): string[][] {
  const shown = [...relations].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  const judged = relations.some(({ classification }) => classification);
  return [
    ['relation', 'class', 'triples', 'MRR tails', 'heads', ...(judged ? ['accuracy', 'ROC AUC', 'AP'] : [])],
    ...shown.map(({ relation, class: kind, count, tail, head, classification }) => [
      relation,
      kind,
      String(count),
      three(tail.mrr),
      three(head.mrr),
      ...(classification
        ? [classification.accuracy, classification.rocAuc, classification.averagePrecision].map(three)
        : []),
    ]),
  ];
}

/** Nothing for a mean over nothing. */
function three(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : value.toFixed(3);
}
