/** Trainings that benches measure, as src/embedding takes them, and a team of threads that runs one. */
import { rankingReport } from '../../dist/embedding/evaluation/ranking-evaluation.js';
import { TrainingTeam } from '../../dist/embedding/training/training-team.js';

/** DGL-KE's published setting of TransE-L2 on FB15k, without its penalty of 1e-9; starting values as there. */
export const DGL_KE = { model: 'transe', dimension: 400, chunk: 1000, negatives: 200, gamma: 19.9, rate: 0.25 };
/** As DGL-KE's processes update: without waiting for each other. */
export const DGL_KE_LOCK_FREE = { ...DGL_KE, lockFree: true };
/** TransE of the width that the paper of SMedBERT uses. */
export const TRANS_E_200 = { ...DGL_KE, dimension: 200 };
/** Chunks have one relation; few relations have 1,000 triples left at the end of an epoch. */
export const TRANS_R = { ...DGL_KE, model: 'transr', dimension: 200, chunk: 200, rate: 0.1 };

/**
 * @param graph `entities`, `relations`, `train` and, to be ranked, `valid` and `test`: src/embedding/triples.ts
 * @returns `epoch()` trains one and gives its milliseconds, positives and mean loss
 */
export async function openTraining(graph, recipe, threads) {
  const { entities, relations, train, valid, test } = graph;
  const { model, dimension, chunk, negatives, gamma, rate, lockFree = false } = recipe;
  const options = {
    model,
    shape: { entities, relations, dimension, relationDimension: dimension },
    norm: 2,
    loss: { kind: 'log-sigmoid', gamma, temperature: 0 },
    capacity: { positives: chunk, negatives },
    optimizer: { kind: 'adagrad', projectionRate: 0.03, normaliseEntities: false, lockFree },
    products: 'onnx',
    initial: { kind: 'uniform', bound: (gamma + 2) / dimension },
    seed: 1,
  };
  const plan = {
    ...{ chunkSize: chunk, negatives, targets: 'sampled', corruption: 'uniform', sampling: 'uniform' },
    ...{ filterNegatives: false, reciprocal: false, seed: 1 },
  };
  const rankings = test ? [{ triples: test, known: [train, valid, test] }] : [];
  const team = await TrainingTeam.open(options, plan, train, { threads, rankings });
  const { tables } = team.embedding.model;
  let number = 0;
  return {
    tables,
    positives: train.heads.length,
    epoch() {
      const start = performance.now();
      const rounds = team.epoch(++number, rate);
      let step = rounds.next();
      while (!step.done) step = rounds.next();
      return { ms: performance.now() - start, loss: step.value, positives: train.heads.length };
    },
    /** Filtered ranks of the test triples. */
    evaluate() {
      const start = performance.now();
      const { realistic } = rankingReport(team.rank(0), test);
      return { ms: performance.now() - start, mrr: realistic.mrr };
    },
    close: () => team.close(),
  };
}
