/** What `kg.embed` says of a trained model: the ranking of held-out triples, and how it was taken. */
import type { StageFigures } from '../../runs/stage.js';
import type { TrainedEmbedding } from '../training/embedding-trainer.js';
import type { TripleSplit } from '../training/split-triples.js';
import type { TrainingOutcome } from '../training/train-embedding.js';
import { tripleCount } from '../triples.js';
import type { DataFacts } from './data-hash.js';
import type { RankingReport } from './ranking-evaluation.js';
import type { RankingTask } from './ranking-lane.js';

/** What `evaluation.json` says of a model. */
export interface Evaluation extends Partial<RankingReport> {
  readonly training: TrainingOutcome;
  /** The triples that were ranked. */
  readonly split: 'test' | 'validation' | 'none';
  /** The triples that were left out of the ranking as known to be true. */
  readonly filter: string;
  /** What was trained on and held out. */
  readonly data: DataFacts;
}

/** The ranking that `evaluation.json` reports on; undefined when nothing was held out. */
export function finalTask({ train, valid, test }: TripleSplit): RankingTask | undefined {
  const ranked = tripleCount(test) > 0 ? test : valid;
  return tripleCount(ranked) > 0 ? { triples: ranked, known: [train, valid, test] } : undefined;
}

/** @param report of the final ranking, where there is one */
export function evaluationOf(
  { test }: TripleSplit,
  data: DataFacts,
  training: TrainingOutcome,
  report?: RankingReport,
): Evaluation {
  const split = report === undefined ? 'none' : tripleCount(test) > 0 ? 'test' : 'validation';
  return { training, split, filter: 'training, validation and test', data, ...report };
}

export function evaluationFigures(
  evaluation: Readonly<Record<string, Evaluation>>,
  { name, shape }: TrainedEmbedding,
  triples: number,
  relations: number,
): StageFigures {
  const figures: StageFigures = { model: name, entities: shape.entities, relations, triples };
  for (const [model, { realistic, training }] of Object.entries(evaluation)) {
    figures[`${model}Epochs`] = training.epochs;
    figures[`${model}Loss`] = training.loss;
    if (!realistic) continue;
    figures[`${model}Mrr`] = realistic.mrr;
    figures[`${model}Hits10`] = realistic.hits10;
  }
  return figures;
}

export function describeSplit({ train: training, valid, test }: TripleSplit): string {
  const [trained, stopping, tested] = [training, valid, test].map(tripleCount);
  return `${trained} triples to train on, ${stopping} to stop by, ${tested} to test on`;
}

export function describeEvaluation(name: string, { training, split, filter, ...report }: Evaluation): string {
  const trained = `${name}: ${training.epochs} epochs, the best was ${training.bestEpoch}`;
  const { realistic, optimistic, pessimistic } = report;
  if (!realistic || !optimistic || !pessimistic) return `${trained}; nothing was held out to rank`;
  const three = (value: number) => value.toFixed(3);
  const gap = three(optimistic.mrr - pessimistic.mrr);
  return `${trained}; ${split} MRR ${three(realistic.mrr)}, hits@10 ${three(realistic.hits10)} (realistic ties, optimistic - pessimistic ${gap}; filtered by ${filter})`;
}
