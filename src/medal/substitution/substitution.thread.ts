/** A thread of substitute-articles.store.ts: answers blocks of articles until it is stopped. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Article, BlockSubstitution, type SubstitutionTask } from './substitute-block.js';

const substitution = new BlockSubstitution(workerData as SubstitutionTask);

parentPort!.on('message', (articles: readonly Article[]) => {
  const block = substitution.substitute(articles);
  const buffers = Object.values(block.parts).flatMap(({ records, texts, samples }) => [
    records.buffer as ArrayBuffer,
    texts.buffer as ArrayBuffer,
    samples.buffer as ArrayBuffer,
  ]);
  parentPort!.postMessage(block, buffers);
});
