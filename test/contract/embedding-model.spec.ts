import { createEmbedding, type EmbeddingOptions } from '../../src/embedding/create-embedding.js';
import { CAPACITY, embeddingModelSuite, SHAPE } from './embedding-model.suite.js';

const common: EmbeddingOptions = {
  model: 'transe',
  shape: { ...SHAPE, dimension: 14, relationDimension: 14 },
  norm: 2,
  loss: { kind: 'cross-entropy' },
  capacity: CAPACITY,
  optimizer: { kind: 'adagrad', projectionRate: 1, normaliseEntities: false },
  initial: { kind: 'uniform', bound: 0.5 },
  seed: 4,
};
const margin = { kind: 'margin', margin: 4 } as const;
const adam = { ...common.optimizer, kind: 'adam' } as const;
const narrow = { ...SHAPE, dimension: 14, relationDimension: 9 };

embeddingModelSuite('TransE, L2, cross-entropy, Adagrad', () => createEmbedding(common));
embeddingModelSuite('TransE, L1, margin, Adam', () =>
  createEmbedding({ ...common, norm: 1, loss: margin, optimizer: adam }),
);
embeddingModelSuite('TransR, L2, margin, Adam', () =>
  createEmbedding({ ...common, model: 'transr', shape: narrow, loss: margin, optimizer: adam }),
);
embeddingModelSuite('TransR, L1, cross-entropy, Adagrad', () =>
  createEmbedding({ ...common, model: 'transr', shape: narrow, norm: 1 }),
);
