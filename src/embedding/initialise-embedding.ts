import { CounterRandom } from '../base/random.js';
import type { EmbeddingModel, EmbeddingShape } from './embedding-model.js';

/**
 * Starting values of the tables. `xavier` is Glorot and Bengio 2010: uniform within sqrt(6 / (rows + columns)) of a
 * table seen as one matrix. Projections start so that TransR and TransD start as TransE (Lin et al. 2015, 3.3): matrices at
 * the identity, entities' second vectors at zero. Phases of RotatE start anywhere on the circle.
 */
export type Initialisation = { readonly kind: 'uniform'; readonly bound: number } | { readonly kind: 'xavier' };

export function initialiseTables({ name, tables, shape }: EmbeddingModel, initial: Initialisation, seed: number): void {
  const { entities, relations, dimension, relationDimension } = shape;
  fillUniform(tables.entity, boundOf(initial, entities, dimension), seed, 'embedding.entity');
  const relationBound = name === 'RotatE' ? Math.PI : boundOf(initial, relations, relationDimension);
  fillUniform(tables.relation, relationBound, seed, 'embedding.relation');
  if (tables.projection) fillIdentities(tables.projection, shape);
  const { normal, relationProjection } = tables;
  if (normal) fillUniform(normal, 1, seed, 'embedding.normal');
  const projectionBound = boundOf(initial, relations, dimension);
  if (relationProjection) fillUniform(relationProjection, projectionBound, seed, 'embedding.relation-projection');
  tables.entityProjection?.fill(0);
}

/**
 * Starts a model from another's entity and relation vectors.
 * @throws RangeError when the dimensions differ
 */
export function startFrom(model: EmbeddingModel, source: EmbeddingModel): void {
  const [to, from] = [model.tables, source.tables];
  if (to.entity.length !== from.entity.length || to.relation.length !== from.relation.length) {
    throw new RangeError('a model starts from vectors of its own dimensions only');
  }
  to.entity.set(from.entity);
  to.relation.set(from.relation);
}

function boundOf(initial: Initialisation, rows: number, columns: number): number {
  return initial.kind === 'uniform' ? initial.bound : Math.sqrt(6 / (rows + columns));
}

function fillUniform(table: Float32Array, bound: number, seed: number, purpose: string): void {
  const words = new Uint32Array(table.length);
  new CounterRandom(seed, purpose).fillUint32(words, 0);
  for (let i = 0; i < table.length; i++) table[i] = (words[i] / 2 ** 31 - 1) * bound;
}

function fillIdentities(projection: Float32Array, { relations, dimension, relationDimension }: EmbeddingShape): void {
  projection.fill(0);
  const size = dimension * relationDimension;
  for (let r = 0; r < relations; r++) {
    for (let i = 0; i < Math.min(dimension, relationDimension); i++)
      projection[r * size + i * (relationDimension + 1)] = 1;
  }
}
