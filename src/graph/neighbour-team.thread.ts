/** A thread of neighbour-team.store.ts: reads the graph, then answers blocks of entities until it is stopped. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { BlockChooser } from './neighbour-blocks.js';
import type { TeamTask } from './neighbour-team.store.js';
import { loadSnapshot } from './snapshot-file.js';

const { folder, options } = workerData as TeamTask;
const chooser = new BlockChooser(loadSnapshot(folder), options, loadRankSweep(1));

parentPort!.on('message', (entities: Uint32Array) => {
  const block = chooser.choose(entities);
  const { counts, neighbours, scores, errors } = block;
  parentPort!.postMessage(block, [counts.buffer, neighbours.buffer, scores.buffer, errors.buffer]);
});
