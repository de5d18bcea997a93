import { CounterRandom } from '../../src/base/random.js';
import type { GraphVectors } from '../../src/smedbert/model/knowledge-parameters.js';
import type { KnowledgeConfig } from '../../src/smedbert/model/smedbert-config.js';
import type { SmedbertConfig } from '../../src/smedbert/model/smedbert-model.js';

/** A configuration that runs in milliseconds. */
export function tinyConfig(knowledge: Partial<KnowledgeConfig> = {}, vocabularySize = 60): SmedbertConfig {
  return {
    encoder: {
      vocabularySize,
      hiddenSize: 32,
      layers: 2,
      heads: 2,
      intermediateSize: 64,
      maximumPositions: 32,
      typeVocabularySize: 2,
      layerNormEpsilon: 1e-12,
      initializerRange: 0.02,
      hiddenDropout: 0,
      attentionDropout: 0,
    },
    knowledge: {
      width: 16,
      neighbours: 2,
      infusionLayer: 1,
      heads: 2,
      typeAggregation: 'sum',
      typeAttention: true,
      hybridAttention: true,
      knowledgeLosses: true,
      oneHopMixer: false,
      scoreScale: 10,
      negatives: 4,
      neighbourLossWeight: 2,
      mentionLossWeight: 4,
      layerNormEpsilon: 1e-12,
      initializerRange: 0.02,
      ...knowledge,
    },
  };
}

/** Normal vectors of width 16; transfer matrices are the identity. */
export function drawVectors(entityTypes: Uint16Array, typeCount: number, relationCount: number): GraphVectors {
  const width = 16;
  const random = new CounterRandom(8, 'vectors');
  const draw = (rows: number, step: number) =>
    Float32Array.from({ length: rows * width }, (_, i) => random.normal(step, i));
  const square = width * width;
  return {
    entity: draw(entityTypes.length, 0),
    relation: draw(relationCount, 1),
    transfer: Float32Array.from({ length: relationCount * square }, (_, i) =>
      (i % square) % (width + 1) === 0 ? 1 : 0,
    ),
    entityCount: entityTypes.length,
    relationCount,
    entityTypes,
    typeCount,
  };
}
