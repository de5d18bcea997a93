import { createEmbedding, type EmbeddingOptions } from '../../src/embedding/create-embedding.js';
import { CAPACITY, embeddingModelSuite, SHAPE } from './embedding-model.suite.js';

const common: EmbeddingOptions = {
  model: 'transe',
  shape: { ...SHAPE, dimension: 14, relationDimension: 14 },
  norm: 2,
  loss: { kind: 'cross-entropy' },
  capacity: CAPACITY,
  optimizer: { kind: 'adagrad', projectionRate: 1, normaliseEntities: false },
  products: 'wasm',
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

const width = (relationDimension: number) => ({ ...SHAPE, dimension: 14, relationDimension });
const logSigmoid = { kind: 'log-sigmoid', gamma: 4, temperature: 0 } as const;
const binary = { kind: 'binary', smoothing: 0.1 } as const;

embeddingModelSuite('TransH, L2, log-sigmoid', () =>
  createEmbedding({ ...common, model: 'transh', loss: logSigmoid, penalty: { power: 2, weight: 0.1 } }),
);
embeddingModelSuite('TransH, L1, margin', () => createEmbedding({ ...common, model: 'transh', norm: 1, loss: margin }));
embeddingModelSuite('TransD, L2, cross-entropy', () => createEmbedding({ ...common, model: 'transd' }));
embeddingModelSuite('DistMult, binary, L2 penalty', () =>
  createEmbedding({ ...common, model: 'distmult', loss: binary, penalty: { power: 2, weight: 0.1 } }),
);
embeddingModelSuite('ComplEx, cross-entropy, N3', () =>
  createEmbedding({ ...common, model: 'complex', penalty: { power: 3, weight: 0.1 } }),
);
embeddingModelSuite('ComplEx, weighed negatives, diagonal Adagrad', () =>
  createEmbedding({
    ...common,
    model: 'complex',
    loss: { kind: 'cross-entropy', negativeWeight: 5 },
    optimizer: { ...common.optimizer, kind: 'adagrad-diagonal' },
  }),
);
embeddingModelSuite(
  'SimplE, log-sigmoid, plain descent',
  () =>
    createEmbedding({
      ...common,
      model: 'simple',
      loss: { ...logSigmoid, gamma: 0 },
      optimizer: { ...common.optimizer, kind: 'sgd' },
    }),
  4,
);
embeddingModelSuite('RotatE, log-sigmoid', () =>
  createEmbedding({ ...common, model: 'rotate', norm: 1, shape: width(7), loss: logSigmoid }),
);
embeddingModelSuite('RotatE, Euclidean, cross-entropy', () =>
  createEmbedding({ ...common, model: 'rotate', norm: 2, shape: width(7) }),
);
embeddingModelSuite('RESCAL, cross-entropy, L2 penalty', () =>
  createEmbedding({ ...common, model: 'rescal', shape: width(196), penalty: { power: 2, weight: 0.01 } }),
);

for (const model of ['transe', 'distmult', 'complex', 'simple'] as const) {
  embeddingModelSuite(`${model}, guessing relations too`, () =>
    createEmbedding({ ...common, model, relationWeight: 2, penalty: { power: 3, weight: 0.1 } }),
  );
}

const dropout = { rate: 0.25, seed: 3 };
const penalty = { power: 3, weight: 0.1 } as const;
embeddingModelSuite('TransE with dropout', () => createEmbedding({ ...common, dropout }));
embeddingModelSuite('ComplEx with dropout, N3, guessing relations', () =>
  createEmbedding({ ...common, model: 'complex', relationWeight: 2, penalty, dropout }),
);
for (const model of ['transr', 'transd'] as const) {
  embeddingModelSuite(`${model} with dropout, N3`, () => createEmbedding({ ...common, model, penalty, dropout }));
}
