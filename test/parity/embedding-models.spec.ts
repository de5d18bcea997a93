/** Every embedding model, loss and penalty against PyTorch's autograd in float64 (embedding_models.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEmbedding, type EmbeddingModelName } from '../../src/embedding/create-embedding.js';
import {
  type ChunkGradients,
  type EmbeddingModel,
  type EmbeddingShape,
  TABLE_NAMES,
  type TableName,
} from '../../src/embedding/embedding-model.js';
import type { LossOptions } from '../../src/embedding/models/loss.js';
import type { PenaltyOptions } from '../../src/embedding/models/penalty.js';
import { referenceEmbeddingKernels } from '../../src/engine/kernels/embedding-reference.js';

interface ReferenceChunk {
  heads: number[];
  relations: number[];
  tails: number[];
  negatives: number[];
  corrupt: 'head' | 'tail';
  weights: number[];
  struck: number[];
  answers?: number[][];
}

interface Reference {
  model: EmbeddingModelName;
  norm: 1 | 2;
  shape: EmbeddingShape;
  tables: Partial<Record<TableName, number[]>>;
  triples: number[];
  tails: number[];
  heads: number[];
  cases: {
    loss: LossOptions;
    penalty: PenaltyOptions | null;
    relationWeight: number;
    chunk: ReferenceChunk;
    value: number;
    gradients: Partial<Record<TableName, number[]>>;
  }[];
}

const TOLERANCE = 2e-5;
const REFERENCES: Reference[] = JSON.parse(readFileSync(new URL('embedding-models.json', import.meta.url), 'utf8'));
const KERNELS = [
  ['WebAssembly', undefined],
  ['plain', referenceEmbeddingKernels],
] as const;

function modelOf(
  { model, norm, shape, tables }: Reference,
  loss: LossOptions,
  penalty: PenaltyOptions | null,
  relationWeight: number,
  kernels: (typeof KERNELS)[number][1],
): EmbeddingModel {
  const embedding = createEmbedding(
    {
      model,
      shape,
      norm,
      loss,
      penalty: penalty ?? undefined,
      relationWeight,
      capacity: { positives: 8, negatives: 8 },
      optimizer: { kind: 'sgd', projectionRate: 1, normaliseEntities: false },
      products: 'wasm',
      initial: { kind: 'xavier' },
      seed: 1,
    },
    kernels,
  );
  for (const name of TABLE_NAMES) if (tables[name]) embedding.model.tables[name]?.set(tables[name]);
  return embedding.model;
}

function chunkOf({ corrupt, answers, ...lists }: ReferenceChunk) {
  const [heads, relations, tails, negatives, struck] = [
    lists.heads,
    lists.relations,
    lists.tails,
    lists.negatives,
    lists.struck,
  ].map((list) => Int32Array.from(list));
  const chunk = { heads, relations, tails, negatives, corrupt };
  if (answers === undefined) return { ...chunk, struck, weights: Float32Array.from(lists.weights) };
  const offsets = Int32Array.of(0, ...answers.map((_, i) => answers.slice(0, i + 1).flat().length));
  return { ...chunk, answers: { offsets, columns: Int32Array.from(answers.flat()) } };
}

function dense(model: EmbeddingModel, { tables }: ChunkGradients, name: TableName): number[] {
  const all = new Array<number>(model.tables[name]?.length ?? 0).fill(0);
  for (const { table, ids, values, count, width } of tables) {
    if (table !== name) continue;
    for (let p = 0; p < count; p++) for (let c = 0; c < width; c++) all[ids[p] * width + c] = values[p * width + c];
  }
  return all;
}

function expectClose(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i])), 0);
  expect(worst).toBeLessThan(TOLERANCE);
}

describe.each(REFERENCES.map((one) => [one.model, one] as const))('%s equals PyTorch', (_model, reference) => {
  it.each(KERNELS)('in its scores, with %s kernels', (_kernels, kernels) => {
    const [{ loss, chunk }] = reference.cases;
    const model = modelOf(reference, loss, null, 0, kernels);
    const { heads, relations, tails } = chunkOf(chunk);
    const some = new Float32Array(heads.length);
    const all = new Float32Array(heads.length * reference.shape.entities);
    model.scoreTriples(heads, relations, tails, some);
    expectClose(some, reference.triples);
    model.scoreTails(heads, relations, all);
    expectClose(all, reference.tails);
    model.scoreHeads(relations, tails, all);
    expectClose(all, reference.heads);
  });

  describe.each(KERNELS)('with %s kernels', (_kernels, kernels) => {
    const labelled = reference.cases.map(
      (one) => [`${one.loss.kind}${one.chunk.answers ? ' over answers' : ''}, ${one.chunk.corrupt}`, one] as const,
    );
    it.each(labelled)('in loss and gradients: %s', (_label, one) => {
      const { loss, penalty, relationWeight, chunk, value, gradients } = one;
      const model = modelOf(reference, loss, penalty, relationWeight, kernels);
      const result = model.chunkGradients(chunkOf(chunk));
      expect(Math.abs(result.loss - value)).toBeLessThan(TOLERANCE);
      for (const name of TABLE_NAMES) if (gradients[name]) expectClose(dense(model, result, name), gradients[name]);
    });
  });
});
