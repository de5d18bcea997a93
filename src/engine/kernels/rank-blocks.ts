/**
 * The memory of a ranking that several threads share, and the work on it in blocks of rows. The blocks are the same for any
 * number of threads and each leaves its own sums, so the result has the same bytes whoever computed which block.
 * A ticket counts blocks over all sweeps: block = ticket mod B, sweep = floor(ticket / B). Letters: N rows, M edges, B blocks.
 */

/** B: enough to keep some threads busy to the end of a sweep. */
export const BLOCKS = 64;

export type SweepKind = 'spread' | 'advance';

/** What a thread is given: all of it is shared, nothing copied but the module. */
export interface RankShare {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: RankLayout;
  readonly control: SharedArrayBuffer;
}

/** Byte addresses in the memory. */
export interface RankLayout {
  readonly rows: number;
  readonly edges: number;
  readonly ranks: number;
  readonly shares: number;
  /** What rows hand on, of even and of odd sweeps. */
  readonly handed: readonly [number, number];
  /** [B, 2] */
  readonly sums: number;
  readonly offsets: number;
  readonly sources: number;
  /** 0: no weights. */
  readonly weights: number;
  /** [B + 1] */
  readonly bounds: number;
  readonly end: number;
}

type Kernel = Record<SweepKind, (...args: number[]) => void>;

/** The address 0 stays unused. */
const FIRST_BYTE = 16;

export function rankLayout(rows: number, edges: number, weighted: boolean): RankLayout {
  let end = FIRST_BYTE;
  const take = (bytes: number) => (end += bytes) - bytes;
  return {
    rows,
    edges,
    ranks: take(rows * 8),
    shares: take(rows * 8),
    handed: [take(rows * 8), take(rows * 8)],
    sums: take(BLOCKS * 16),
    offsets: take((rows + 1) * 4),
    sources: take(edges * 4),
    weights: weighted ? take(edges * 4) : 0,
    bounds: take((BLOCKS + 1) * 4),
    end,
  };
}

/** Row starts of blocks with about the same rows and edges: [B + 1]. */
export function fillBounds(bounds: Uint32Array, offsets: Uint32Array): void {
  const rows = offsets.length - 1;
  const work = (row: number) => row + offsets[row];
  for (let block = 0, row = 0; block < BLOCKS; block++) {
    while (row < rows && work(row) * BLOCKS < block * work(rows)) row++;
    bounds[block] = row;
  }
  bounds[BLOCKS] = rows;
}

/** The work of one ticket, on any thread. `value`: the base of `spread`, the tolerance of `advance`. */
export function blockWorker({ module, memory, layout }: RankShare) {
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
  const bounds = new Uint32Array(memory.buffer, layout.bounds, BLOCKS + 1);
  return (ticket: number, kind: SweepKind, value: number): void => {
    const block = ticket % BLOCKS;
    const odd = Math.floor(ticket / BLOCKS) % 2;
    kernel[kind](
      bounds[block],
      bounds[block + 1],
      layout.offsets,
      layout.sources,
      layout.weights,
      layout.ranks,
      layout.shares,
      layout.handed[odd],
      layout.handed[1 - odd],
      value,
      layout.sums + block * 16,
    );
  };
}
