import type { Initializer, ParameterSpec } from '../../nn/parameter-store.js';
import type { KnowledgeConfig } from './smedbert-config.js';

/** The names of the tables that are read row by row outside the program. */
export const ENTITY_TABLE = 'knowledge.entity_embeddings.weight';
export const RELATION_TABLE = 'knowledge.relation_embeddings.weight';
export const TRANSFER_TABLE = 'knowledge.transfer_matrices.weight';
/** Frozen: the mean vector of each type's entities. */
export const TYPE_TABLE = 'knowledge.type_embeddings.weight';
export const FROZEN_WORD_TABLE = 'knowledge.objective.frozen_word_embeddings.weight';

export interface GraphVectors {
  /** [E, d2], [R, d2] and [R, d2 * d2] (row-major, a row vector times the matrix). */
  readonly entity: Float32Array;
  readonly relation: Float32Array;
  readonly transfer: Float32Array;
  readonly entityCount: number;
  readonly relationCount: number;
  /** [E] type of each entity. */
  readonly entityTypes: Uint16Array;
  readonly typeCount: number;
}

/**
 * Parameters of hybrid attention and the knowledge objectives. Dense weights are [out, in].
 * @param vectors where entities, relations and transfer matrices start: the graph embedding
 * @param trainVectors whether they are trained on
 */
export function knowledgeParameterSpecs(
  hidden: number,
  config: KnowledgeConfig,
  vectors: GraphVectors,
  trainVectors: boolean,
): ParameterSpec[] {
  const { width } = config;
  return [
    ...tables(vectors, width, trainVectors),
    ...(config.hybridAttention ? hybridAttentionSpecs(hidden, width, config) : []),
    ...(config.knowledgeLosses ? objectiveSpecs(hidden, width, config) : []),
    ...(config.oneHopMixer ? mixerSpecs(hidden, vectors, config) : []),
  ];
}

function tables(vectors: GraphVectors, width: number, trainable: boolean): ParameterSpec[] {
  const table = (name: string, shape: number[], values: Float32Array): ParameterSpec => ({
    name,
    shape,
    initial: { kind: 'values', values },
    decay: false,
    trainable,
  });
  return [
    table(ENTITY_TABLE, [vectors.entityCount, width], vectors.entity),
    table(RELATION_TABLE, [vectors.relationCount, width], vectors.relation),
    table(TRANSFER_TABLE, [vectors.relationCount, width * width], vectors.transfer),
  ];
}

function hybridAttentionSpecs(hidden: number, width: number, config: KnowledgeConfig): ParameterSpec[] {
  const dense = denseSpecs(config);
  return [
    ...dense('knowledge.span_pooling', 1, hidden),
    ...dense('knowledge.mention.dense', width, hidden),
    ...norm('knowledge.mention', width),
    ...(config.typeAttention ? typeAttentionSpecs(width, dense) : []),
    ...dense('knowledge.node_attention.query', width, width, false),
    ...dense('knowledge.node_attention.key', width, width, false),
    ...dense('knowledge.node_attention.value', width, width),
    ...dense('knowledge.aggregate.inner', 4 * width, width),
    ...dense('knowledge.aggregate.outer', width, 4 * width),
    ...norm('knowledge.aggregate', width),
    ...dense('knowledge.fusion.mention', 2 * width, 2 * width),
    ...dense('knowledge.fusion.project', hidden, 2 * width),
    ...norm('knowledge.fusion', hidden),
    ...dense('knowledge.gate', hidden, 2 * hidden),
    ...dense('knowledge.infuse', hidden, 2 * hidden),
  ];
}

function typeAttentionSpecs(width: number, dense: ReturnType<typeof denseSpecs>): ParameterSpec[] {
  return [
    ...dense('knowledge.type_attention.mention', width, width, false),
    ...dense('knowledge.type_attention.type', width, width, false),
    ...dense('knowledge.type_attention.score', 1, width, false),
  ];
}

function objectiveSpecs(hidden: number, width: number, config: KnowledgeConfig): ParameterSpec[] {
  const dense = denseSpecs(config);
  return [
    ...dense('knowledge.objective.span_pooling', 1, hidden),
    ...dense('knowledge.objective.mention', width, hidden),
    ...norm('knowledge.objective', width),
  ];
}

function mixerSpecs(hidden: number, vectors: GraphVectors, config: KnowledgeConfig): ParameterSpec[] {
  const { width } = config;
  const dense = denseSpecs(config);
  const types: Initializer = { kind: 'values', values: meanByType(vectors, width) };
  return [
    { name: TYPE_TABLE, shape: [vectors.typeCount, width], initial: types, decay: false, trainable: false },
    ...dense('knowledge.mixer.entity', hidden, width),
    ...dense('knowledge.mixer.type', hidden, width),
    ...['query', 'key', 'value'].flatMap((part) => dense(`knowledge.mixer.${part}`, hidden, hidden)),
    ...norm('knowledge.mixer.mention', hidden),
    ...norm('knowledge.mixer.output', hidden),
  ];
}

/** [types, d2] */
function meanByType({ entity, entityTypes, typeCount }: GraphVectors, width: number): Float32Array {
  const means = new Float32Array(typeCount * width);
  const counts = new Float64Array(typeCount);
  entityTypes.forEach((type, e) => {
    counts[type]++;
    for (let j = 0; j < width; j++) means[type * width + j] += entity[e * width + j];
  });
  return means.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / width)]));
}

function denseSpecs({ initializerRange }: KnowledgeConfig) {
  const initial: Initializer = { kind: 'normal', deviation: initializerRange };
  return (name: string, out: number, input: number, bias = true): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [out, input], initial, decay: true, trainable: true },
    ...(bias ? [vector(`${name}.bias`, out, { kind: 'zeros' })] : []),
  ];
}

function norm(name: string, size: number): ParameterSpec[] {
  return [
    vector(`${name}.LayerNorm.weight`, size, { kind: 'ones' }),
    vector(`${name}.LayerNorm.bias`, size, { kind: 'zeros' }),
  ];
}

function vector(name: string, size: number, initial: Initializer): ParameterSpec {
  return { name, shape: [size], initial, decay: false, trainable: true };
}
