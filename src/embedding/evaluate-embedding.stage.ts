/**
 * `kg.evaluate`: judges the newest vectors of a graph on triples that training held out, or on a file of triples. Leaves
 * `evaluation.json` (figures, the convention they were taken by in words, a hash of the data) and `evaluation.txt`, its table.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { EvaluateEmbeddingSettings } from './evaluate-embedding-settings.js';
import { splitOfEmbedding } from './evaluation/embedded-split.store.js';
import { evaluationRecord, recordFigures } from './evaluation/evaluation-record.js';
import { evaluationTable } from './evaluation/evaluation-table.js';
import { RankTable } from './evaluation/rank-table.js';
import type { RankingTask } from './evaluation/ranking-lane.js';
import { rankByTeam } from './evaluation/ranking-team.js';
import { classifyTriples } from './evaluation/triple-classification.js';
import { type OpenedModel, openModelFile } from './model-file.store.js';
import { type ReadTriples, readHeldOut } from './training/held-out.store.js';
import { shuffledRange } from './training/shuffle.js';
import type { TripleSplit } from './training/split-triples.js';
import { NO_TRIPLES, selectTriples, type Triples, tripleCount } from './triples.js';

async function* run(
  settings: EvaluateEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { threads, seed, candidates } = settings;
  const hits = hitsOf(settings.hits);
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const split = await splitOfEmbedding(snapshot, inputs['vectors']);
  const asked = await askedTriples(settings, snapshot, split);
  if (asked.dropped > 0) yield { kind: 'warning', message: `${asked.dropped} lines name what the graph does not have` };
  const { triples } = asked;
  const known = [split.train, split.valid, split.test, ...(settings.triples === undefined ? [] : [triples])];
  const opened = await openModelFile(inputs['vectors'].folder, { products: settings.engine, threads });
  const table = yield* ranked(opened, { triples, known, typed: candidates === 'typed' }, threads, signal);
  // What is classified cannot be what thresholds are chosen by.
  const valid = settings.split === 'valid' && settings.triples === undefined ? NO_TRIPLES : split.valid;
  const classified = settings.classification
    ? classifyTriples(opened.scorer, { valid, test: triples, known }, { typed: settings.negatives === 'typed', seed })
    : undefined;
  const model = opened.model.name;
  const record = evaluationRecord({ settings, snapshot, split, model, asked, table, classified, hits });
  const text = evaluationTable(record);
  yield { kind: 'note', message: text };
  await writeFileAtomically(join(folder, 'evaluation.json'), `${JSON.stringify(record, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, 'evaluation.txt'), `${text}\n`);
  return recordFigures(record);
}

async function* ranked(
  model: OpenedModel,
  task: RankingTask,
  threads: number,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, RankTable> {
  const total = tripleCount(task.triples);
  yield { kind: 'progress', phase: 'rank', done: 0, total, unit: 'triples' };
  const parts = rankByTeam(model, task, threads);
  try {
    for (let step = await parts.next(); ; step = await parts.next()) {
      if (step.done) return step.value;
      yield { kind: 'progress', phase: 'rank', done: step.value, total, unit: 'triples' };
      // Ranking computes without a pause: let the signal have its turn.
      await setImmediate();
      throwIfCancelled(signal);
    }
  } finally {
    await parts.return(new RankTable(0));
  }
}

/** @throws MedgraftError `settings.invalid` */
function hitsOf(text: string): number[] {
  const ranks = text.split(',').map((part) => Number(part.trim() || Number.NaN));
  if (ranks.every((rank) => Number.isSafeInteger(rank) && rank >= 1)) return ranks;
  throw new MedgraftError('input', 'settings.invalid', 'hits are counted up to ranks', {
    place: 'hits',
    expected: 'whole numbers from 1 with commas between them, such as 1,3,10,50',
    got: JSON.stringify(text),
  });
}

async function askedTriples(
  { kg, triples: file, split: name, dropUnknown, limit, seed }: EvaluateEmbeddingSettings,
  snapshot: GraphSnapshot,
  split: TripleSplit,
): Promise<ReadTriples> {
  const { triples, dropped } =
    file === undefined ? { triples: split[name], dropped: 0 } : await readHeldOut(file, snapshot, dropUnknown);
  if (tripleCount(triples) === 0) throw nothingHeldOut(kg, name, split);
  return { triples: sampled(triples, limit, seed), dropped };
}

function sampled(triples: Triples, limit: number | undefined, seed: number): Triples {
  const count = tripleCount(triples);
  if (limit === undefined || limit >= count) return triples;
  const order = shuffledRange(count, seed, 'embedding.evaluate', 0);
  return selectTriples(triples, order.subarray(0, limit).sort());
}

function nothingHeldOut(kg: string, name: string, split: TripleSplit): MedgraftError {
  const others = (['test', 'valid', 'train'] as const).filter((other) => tripleCount(split[other]) > 0);
  return new MedgraftError(
    'input',
    'embedding.empty-split',
    `the vectors of ${kg} were trained without ${name} triples`,
    {
      place: 'split',
      expected: `${others.map((other) => `--split ${other}`).join(' or ')}, or --triples FILE`,
      got: name,
      hint: `hold some out: medgraft kg embed --kg ${kg} --test-share 0.05`,
    },
  );
}

export const evaluateEmbedding: Stage<EvaluateEmbeddingSettings> = {
  name: 'kg.evaluate',
  summary: "Judge a graph's vectors on held-out triples: filtered and raw ranking, and classification.",
  version: 2,
  kind: 'artefact',
  settings: EvaluateEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import', vectors: 'kg.embed' },
  sources: ({ triples }) => (triples === undefined ? [] : [triples]),
  run,
};
