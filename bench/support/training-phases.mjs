/**
 * Where the leading thread's time goes in a training, by sampling (V8's profiler): a sample belongs to the innermost function
 * that a phase is known by.
 */
import { Session } from 'node:inspector/promises';

const EPOCHS = 3;
const INTERVAL_MICROSECONDS = 200;
const DISTANCES = ['squaredNorms', 'negateDistances', 'distanceWeights', 'subtractScaledRows', 'pairScores'];
const KERNELS = {
  loss: ['logSigmoidLoss'],
  distances: [...DISTANCES, 'euclideanBackward', 'pairBackward'],
  gather: ['gather', 'gatherSums', 'addScaled'],
  'sums by row': ['coalesce', 'sumRows'],
  'row updates': ['adagrad'],
};
const PRODUCTS = {
  products: ['runSession'],
  'copies for products': ['copyIn', 'copyOut', 'still', 'memoryOf', 'tensor', 'multiply', 'blockGradients'],
};
const FILES = {
  waiting: ['thread-barrier.js'],
  'chunk making': [
    'training-chunks.js',
    'random.js',
    'shuffle.js',
    'triples.js',
    'negative-sampling.js',
    'chunk-rows.js',
  ],
};

/**
 * @param open gives a training of `recipe`
 * @returns `rate` in positives/s; `phases` with shares of the time and, where the bytes of a phase are known, its GB/s
 */
export async function trainingPhases(open, recipe) {
  const training = await open();
  training.epoch();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
  await session.post('Profiler.start');
  const epochs = Array.from({ length: EPOCHS }, () => training.epoch());
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  training.close();
  const seconds = epochs.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const shares = sharesOf(profile);
  const rate = (EPOCHS * training.positives) / seconds;
  // The leader works on half of the positives.
  const bytes = bytesOf(recipe);
  const phases = [...shares].map(([phase, share]) => {
    const bandwidth = bytes[phase] && (bytes[phase] * rate) / 2 / share / 1e9;
    return { phase, share, bandwidth };
  });
  return { rate, phases: phases.sort((a, b) => b.share - a.share) };
}

/** Bytes read and written for a positive: rows of floats that are not in any cache of a core. */
function bytesOf({ chunk: m, negatives: n, dimension: d }) {
  const entities = (2 * m + n) / m;
  return {
    // Head, relation, tail and negatives are read; a query, the tail and the negatives written.
    gather: 4 * d * (2 * entities + 1),
    // Gradients are read, rows read and written; relations' rows are few.
    'row updates': 4 * d * 3 * entities,
  };
}

function sharesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const times = new Map();
  let total = 0;
  for (const [i, id] of samples.entries()) {
    const phase = phaseOf(byId.get(id));
    times.set(phase, (times.get(phase) ?? 0) + timeDeltas[i]);
    total += timeDeltas[i];
  }
  return new Map([...times].map(([phase, time]) => [phase, time / total]));
}

function phaseOf(node) {
  if (node.callFrame.functionName === '(garbage collector)') return 'garbage collection';
  for (let at = node; at; at = at.parent) {
    const { functionName, url } = at.callFrame;
    const file = url.split('/').at(-1);
    const known =
      (file === 'onnx-product.js' && nameOf(PRODUCTS, functionName)) ||
      (/^embedding(-losses)?\.js$/.test(file) && nameOf(KERNELS, functionName)) ||
      nameOf(FILES, file);
    if (known) return known;
  }
  return 'rest';
}

function nameOf(phases, name) {
  return Object.keys(phases).find((phase) => phases[phase].includes(name));
}
