// A thread of machine-peaks.mjs: measures while its siblings do, and posts the rate of each window of time.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeOnnxModel } from '../../dist/formats/onnx-model.js';

const { kind, recipe, windows, milliseconds } = workerData;

parentPort.once('message', async () => {
  const work = kind === 'product' ? await products(recipe) : copies();
  await work.run();
  const rates = [];
  for (let window = 0; window < windows; window++) {
    let units = 0;
    const start = performance.now();
    while (performance.now() - start < milliseconds) {
      await work.run();
      units += work.units;
    }
    rates.push(units / (performance.now() - start) / 1e6);
  }
  parentPort.postMessage(rates);
});

/** Scores of a chunk [m, n] as they come from onnxruntime itself: anchors [m, d] by negatives [n, d], transposed. */
async function products({ chunk: m, negatives: n, dimension: d }) {
  const { InferenceSession, Tensor } = createRequire(import.meta.url)('onnxruntime-node');
  const matrix = (name) => ({ name, type: 'float32', shape: [-1, -1] });
  const model = encodeOnnxModel({
    ...{ name: 'product', inputs: [matrix('a'), matrix('b')], outputs: [matrix('c')], initializers: [] },
    nodes: [{ type: 'Gemm', domain: '', inputs: ['a', 'b'], outputs: ['c'], attributes: { transB: 1 } }],
    operatorSets: { '': 13 },
  });
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const tensor = (rows, columns) => {
    const data = Float32Array.from({ length: rows * columns }, (_, i) => (i % 7) - 3);
    return new Tensor('float32', data, [rows, columns]);
  };
  const [feeds, fetches] = [{ a: tensor(m, d), b: tensor(n, d) }, { c: tensor(m, n) }];
  // Units: floating-point operations.
  return { run: () => session.run(feeds, fetches), units: 2 * m * n * d };
}

/** Copies of a block that no cache holds; units: bytes read and written. */
function copies() {
  const [from, to] = [1, 2].map((value) => new Float32Array(64 << 20).fill(value));
  return { run: () => to.set(from), units: 2 * from.byteLength };
}
