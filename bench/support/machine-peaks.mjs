/** What the machine gives at most to all threads at once: products of a chunk's shape by onnxruntime, and copies of memory. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** The best of several: others may work on the machine too. */
const WINDOWS = { windows: 8, milliseconds: 300 };
const WORKER = new URL('./peak-worker.mjs', import.meta.url);

/** @returns sums over the threads: GFLOP/s, and GB/s read and written */
export async function machinePeaks(recipe, threads) {
  return {
    gigaflops: await together('product', recipe, threads),
    gigabytes: await together('copy', recipe, threads),
  };
}

async function together(kind, recipe, threads) {
  const workers = Array.from(
    { length: threads },
    () => new Worker(WORKER, { workerData: { kind, recipe, ...WINDOWS } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  for (const worker of workers) worker.postMessage('start');
  const rates = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  await Promise.all(workers.map((worker) => worker.terminate()));
  const sums = rates[0].map((_, window) => rates.reduce((sum, ofWorker) => sum + ofWorker[window], 0));
  return Math.max(...sums);
}
