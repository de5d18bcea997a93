/**
 * The WebAssembly kernel of PageRank's sweeps, on one thread or several (rank-tickets.ts). About 2.5 times as fast as the
 * plain loop on a million edges: no bounds checks in the gather.
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { RankSweep, RankSweepFactory } from './plain-rank-sweep.js';
import { BLOCKS, blockWorker, fillBounds, type RankLayout, type RankShare, rankLayout } from './rank-blocks.js';
import { CONTROL_BYTES, RankTickets } from './rank-tickets.js';

const WASM = new URL('../../../dist/engine/kernels/rank-sweep.wasm', import.meta.url);
const THREAD = new URL('../../../dist/engine/kernels/rank-thread.js', import.meta.url);
const PAGE_BYTES = 65_536;
/** Wasm32's address space; also what the kernel was compiled for. */
const MOST_PAGES = 65_536;
/** Below so many edges a sweep is over before other threads have woken up. */
const FEWEST_EDGES = 200_000;

/**
 * Compiles the kernel once; each call of the result makes a sweep with its own memory and threads.
 * @param threads with the calling one; the ranks have the same bytes for any number
 */
export function loadRankSweep(threads = 1, fewestEdges = FEWEST_EDGES): RankSweepFactory {
  const module = new WebAssembly.Module(readFileSync(WASM));
  return (rows, edges, weighted) => {
    const layout = rankLayout(rows, edges, weighted);
    const memory = new WebAssembly.Memory({
      initial: Math.ceil(layout.end / PAGE_BYTES),
      maximum: MOST_PAGES,
      shared: true,
    });
    const share = { module, memory, layout, control: new SharedArrayBuffer(CONTROL_BYTES) };
    return sharedRankSweep(share, edges < fewestEdges ? 1 : threads);
  };
}

function sharedRankSweep(share: RankShare, threads: number): RankSweep {
  const { layout, memory } = share;
  const arrays = arraysOf(layout, memory.buffer);
  const { offsets, bounds, sums, ranks, shares, handed } = arrays;
  const tickets = new RankTickets(share.control, blockWorker(share));
  let sweeps = 0;
  let workers: Worker[] | undefined;
  const run = (kind: 'spread' | 'advance', value: number): [number, number] => {
    tickets.sweep(kind, value);
    sweeps++;
    let [first, second] = [0, 0];
    for (let block = 0; block < BLOCKS; block++) {
      first += sums[2 * block];
      second += sums[2 * block + 1];
    }
    return [first, second];
  };
  return {
    ...arrays,
    start() {
      if (workers === undefined) fillBounds(bounds, offsets);
      workers ??= Array.from({ length: threads - 1 }, () => startThread(share));
      const from = handed[sweeps % 2];
      for (let row = 0; row < layout.rows; row++) from[row] = ranks[row] * shares[row];
    },
    spread(base) {
      const [residual, lost] = run('spread', base);
      return { residual, lost };
    },
    add(row, amount) {
      ranks[row] += amount;
      handed[sweeps % 2][row] += amount * shares[row];
    },
    advance(tolerance) {
      const [moved, active] = run('advance', tolerance);
      return { moved, active };
    },
    close: () => tickets.close(),
  };
}

/** It ends by itself when the leader closes, and never keeps the process alive. */
function startThread(share: RankShare): Worker {
  const worker = new Worker(THREAD, { workerData: share, execArgv: [] });
  worker.unref();
  return worker;
}

function arraysOf(layout: RankLayout, buffer: ArrayBufferLike) {
  const { rows, edges } = layout;
  const doubles = (at: number, length: number) => new Float64Array(buffer, at, length) as Float64Array<ArrayBuffer>;
  const words = (at: number, length: number) => new Uint32Array(buffer, at, length) as Uint32Array<ArrayBuffer>;
  return {
    offsets: words(layout.offsets, rows + 1),
    sources: words(layout.sources, edges),
    weights: layout.weights === 0 ? undefined : new Float32Array(buffer, layout.weights, edges),
    ranks: doubles(layout.ranks, rows),
    shares: doubles(layout.shares, rows),
    handed: layout.handed.map((at) => doubles(at, rows)),
    sums: doubles(layout.sums, 2 * BLOCKS),
    bounds: words(layout.bounds, BLOCKS + 1),
  };
}
