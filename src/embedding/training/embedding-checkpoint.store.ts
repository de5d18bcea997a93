/**
 * A training between two epochs, bit by bit: `training.safetensors` (tables, optimizer state, best tables so far) and
 * `training.json`. Everything random is a function of seed and epoch, so nothing else is needed to go on.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '../../formats/byte-sink.js';
import { type NamedTensor, SafetensorsFile, writeSafetensors } from '../../formats/safetensors.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { TABLE_NAMES, type TableName } from '../embedding-model.js';
import type { Evaluation } from '../evaluation/embedding-report.js';
import type { HeldEmbedding } from './embedding-trainer.js';
import { type CurvePoint, TrainingProgress } from './training-progress.js';

const TENSORS = 'training.safetensors';
const FACTS = 'training.json';

/** What a checkpoint says besides its numbers. */
export interface CheckpointFacts {
  /** The model in training: TransE comes before what starts from it. */
  readonly model: EmbeddingModelName;
  readonly epoch: number;
  readonly loss: number;
  readonly misses: number;
  readonly decays: number;
  readonly curve: readonly CurvePoint[];
  readonly best?: { readonly epoch: number; readonly mrr: number };
  /** Updates that the optimizer has made. */
  readonly step: number;
  /** Of the models before. */
  readonly evaluation: Readonly<Record<string, Evaluation>>;
}

export async function writeEmbeddingCheckpoint(
  folder: string,
  model: EmbeddingModelName,
  embedding: HeldEmbedding,
  progress: TrainingProgress,
  evaluation: Readonly<Record<string, Evaluation>>,
): Promise<void> {
  const tensors = [...arraysOf(embedding, progress.best?.tables)].map(([name, data]): NamedTensor => {
    return { name, shape: [data.length], data };
  });
  await writeFile(join(folder, TENSORS), (sink) => writeSafetensors(sink, tensors));
  const { epoch, loss, misses, decays, curve, best } = progress;
  const facts: CheckpointFacts = {
    model,
    epoch,
    loss,
    misses,
    decays,
    curve,
    best: best && { epoch: best.epoch, mrr: best.mrr },
    step: embedding.optimizer.step,
    evaluation,
  };
  const text = new TextEncoder().encode(`${JSON.stringify(facts, undefined, 2)}\n`);
  await writeFile(join(folder, FACTS), (sink) => sink.write(text));
}

export async function readCheckpointFacts(folder: string): Promise<CheckpointFacts> {
  return JSON.parse(await readFile(join(folder, FACTS), 'utf8'));
}

/** Fills an embedding made with the same settings. @returns how far it was */
export async function readEmbeddingCheckpoint(
  folder: string,
  { epoch, loss, misses, decays, curve, best, step }: CheckpointFacts,
  embedding: HeldEmbedding,
): Promise<TrainingProgress> {
  const file = await SafetensorsFile.open(join(folder, TENSORS));
  try {
    const bestTables = best && emptyTables(embedding);
    for (const [name, data] of arraysOf(embedding, bestTables)) await file.float32(name, data);
    embedding.optimizer.step = step;
    return Object.assign(new TrainingProgress(), {
      epoch,
      loss,
      misses,
      decays,
      curve: [...curve],
      best: best && bestTables && { ...best, tables: bestTables },
    });
  } finally {
    await file.close();
  }
}

function* arraysOf(
  { model, optimizer }: HeldEmbedding,
  best: ReadonlyMap<TableName, Float32Array> | undefined,
): Generator<[string, Float32Array]> {
  for (const name of TABLE_NAMES) {
    const table = model.tables[name];
    const state = optimizer.state.get(name);
    if (table === undefined || state === undefined) continue;
    yield [`table/${name}`, table];
    if (state.first.length > 0) yield [`first/${name}`, state.first];
    if (state.second.length > 0) yield [`second/${name}`, state.second];
    const bestTable = best?.get(name);
    if (bestTable) yield [`best/${name}`, bestTable];
  }
}

function emptyTables({ model }: HeldEmbedding): ReadonlyMap<TableName, Float32Array> {
  return new Map(
    TABLE_NAMES.flatMap((name) => {
      const table = model.tables[name];
      return table ? [[name, new Float32Array(table.length)] as const] : [];
    }),
  );
}
