import { CounterRandom } from '../../base/random.js';
import type { EmbeddingModel, EmbeddingShape } from '../embedding-model.js';
import type { TrainedEmbedding } from './embedding-trainer.js';

/**
 * Starting values of the tables. `xavier` is Glorot and Bengio 2010: uniform within sqrt(6 / (rows + columns)) of a
 * table seen as one matrix. Projections start so that TransR and TransD start as TransE (Lin et al. 2015, 3.3): matrices at
 * the identity, entities' second vectors at zero. Phases of RotatE start anywhere on the circle.
 */
export type Initialisation = { readonly kind: 'uniform'; readonly bound: number } | { readonly kind: 'xavier' };

export function initialiseTables({ name, tables, shape }: EmbeddingModel, initial: Initialisation, seed: number): void {
  const { entities, relations, dimension, relationDimension } = shape;
  fillUniform(tables.entity, boundOf(initial, entities, dimension), seed, 'embedding.entity');
  const relationBound = name.startsWith('RotatE') ? Math.PI : boundOf(initial, relations, relationDimension);
  fillUniform(tables.relation, relationBound, seed, 'embedding.relation');
  if (tables.projection) fillIdentities(tables.projection, shape);
  const { normal, relationProjection } = tables;
  if (normal) fillUniform(normal, 1, seed, 'embedding.normal');
  const projectionBound = boundOf(initial, relations, dimension);
  if (relationProjection) fillUniform(relationProjection, projectionBound, seed, 'embedding.relation-projection');
  tables.entityProjection?.fill(0);
}

/**
 * Starting values of some entities' rows, for models of which not all rows are in memory.
 * @param shape of the whole model
 * @param step tells the rows apart
 */
export function initialiseEntityRows(
  table: 'entity' | 'entityProjection',
  rows: Float32Array,
  initial: Initialisation,
  { entities, dimension }: EmbeddingShape,
  seed: number,
  step: number,
): void {
  if (table === 'entity') fillUniform(rows, boundOf(initial, entities, dimension), seed, 'embedding.entity', step);
  else rows.fill(0);
}

/**
 * Starts a model from another's entity and relation vectors.
 * @throws RangeError when the dimensions differ
 */
export function startFrom({ tables, shape }: EmbeddingModel, source: TrainedEmbedding): void {
  const { entities, relations, dimension, relationDimension } = source.shape;
  const isAlike = dimension === shape.dimension && relationDimension === shape.relationDimension;
  if (!isAlike || entities !== shape.entities || relations !== shape.relations) {
    throw new RangeError('a model starts from vectors of its own dimensions only');
  }
  fillFrom(tables.entity, source.parts('entity') ?? []);
  fillFrom(tables.relation, source.parts('relation') ?? []);
}

export function fillFrom(table: Float32Array, parts: Iterable<Float32Array>): void {
  let at = 0;
  for (const part of parts) {
    table.set(part, at);
    at += part.length;
  }
}

/** A multiple of the four words that a draw gives. */
const WORDS_AT_ONCE = 1 << 20;

function boundOf(initial: Initialisation, rows: number, columns: number): number {
  return initial.kind === 'uniform' ? initial.bound : Math.sqrt(6 / (rows + columns));
}

function fillUniform(table: Float32Array, bound: number, seed: number, purpose: string, step = 0): void {
  const random = new CounterRandom(seed, purpose);
  const words = new Uint32Array(Math.min(table.length, WORDS_AT_ONCE));
  for (let from = 0; from < table.length; from += words.length) {
    const count = Math.min(words.length, table.length - from);
    random.fillUint32(words.subarray(0, count), step, from);
    for (let i = 0; i < count; i++) table[from + i] = (words[i] / 2 ** 31 - 1) * bound;
  }
}

function fillIdentities(projection: Float32Array, { relations, dimension, relationDimension }: EmbeddingShape): void {
  projection.fill(0);
  const size = dimension * relationDimension;
  for (let r = 0; r < relations; r++) {
    for (let i = 0; i < Math.min(dimension, relationDimension); i++)
      projection[r * size + i * (relationDimension + 1)] = 1;
  }
}
