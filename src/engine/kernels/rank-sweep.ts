/**
 * The WebAssembly kernel of PageRank's sweep over a memory of its own. About 2.5 times as fast as the plain loop on a
 * million edges: no bounds checks in the gather.
 */
import { readFileSync } from 'node:fs';
import type { RankSweep, RankSweepFactory } from './plain-rank-sweep.js';

interface Kernel {
  sweep(...args: number[]): number;
  sweepWeighted(...args: number[]): number;
}

const WASM = new URL('../../../dist/engine/kernels/rank-sweep.wasm', import.meta.url);
const PAGE_BYTES = 65_536;
/** Wasm32's address space; also what the kernel was compiled for. */
const MOST_PAGES = 65_536;
/** The address 0 stays unused. */
const FIRST_BYTE = 16;

/** Compiles the kernel once; each call of the result makes a sweep with its own memory. */
export function loadRankSweep(): RankSweepFactory {
  const module = new WebAssembly.Module(readFileSync(WASM));
  return (rows, edges, weighted) => {
    const memory = new WebAssembly.Memory({ initial: pagesFor(rows, edges, weighted), maximum: MOST_PAGES });
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    return wasmRankSweep(instance.exports as unknown as Kernel, memory, rows, edges, weighted);
  };
}

function wasmRankSweep(
  kernel: Kernel,
  memory: WebAssembly.Memory,
  rows: number,
  edges: number,
  weighted: boolean,
): RankSweep {
  let end = FIRST_BYTE;
  const take = (bytes: number) => (end += bytes) - bytes;
  const doubles = () => new Float64Array(memory.buffer, take(rows * 8), rows);
  const ranks = doubles();
  const shares = doubles();
  let from = doubles();
  let to = doubles();
  const offsets = new Uint32Array(memory.buffer, take((rows + 1) * 4), rows + 1);
  const sources = new Uint32Array(memory.buffer, take(edges * 4), edges);
  const weights = weighted ? new Float32Array(memory.buffer, take(edges * 4), edges) : undefined;
  const run = weights ? kernel.sweepWeighted : kernel.sweep;
  const edgeArrays = weights ? [sources, weights] : [sources];
  return {
    offsets,
    sources,
    weights,
    ranks,
    shares,
    start() {
      for (let row = 0; row < rows; row++) from[row] = ranks[row] * shares[row];
    },
    sweep(base) {
      const arrays = [offsets, ...edgeArrays, ranks, shares, from, to];
      const residual = run(rows, ...arrays.map((array) => array.byteOffset), base);
      [from, to] = [to, from];
      return residual;
    },
  };
}

function pagesFor(rows: number, edges: number, weighted: boolean): number {
  const bytes = FIRST_BYTE + rows * 32 + (rows + 1) * 4 + edges * (weighted ? 8 : 4);
  return Math.ceil(bytes / PAGE_BYTES);
}
