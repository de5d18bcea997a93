/** Keep-masks filled by a WebAssembly kernel, in a memory of their own that programs read without a copy. */
import { readFileSync } from 'node:fs';
import { bindMasks, type MaskExports } from './mask-kernels.js';

/** Masks by name, and what fills one: see fillDropoutMask in plain-dropout-mask.ts for the bits. */
export interface MaskPool {
  readonly masks: Readonly<Record<string, Uint8Array>>;
  fill(name: string, rate: number, seed: number, purpose: string, draw: number): void;
}

const WASM = new URL('../../../dist/engine/kernels/dropout-mask.wasm', import.meta.url);
const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
/** The kernel writes whole turns, past the end of a mask. */
const TURN_BYTES = 64;

/** @param lengths bytes of each mask */
export function createMaskPool(lengths: Readonly<Record<string, number>>): MaskPool {
  const padded = (length: number) => Math.ceil(length / TURN_BYTES) * TURN_BYTES;
  const bytes = Object.values(lengths).reduce((sum, length) => sum + padded(length), TURN_BYTES);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES), maximum: MOST_PAGES });
  const module = new WebAssembly.Module(readFileSync(WASM));
  const kernels = bindMasks(new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as MaskExports);
  const masks: Record<string, Uint8Array> = {};
  let start = TURN_BYTES;
  for (const [name, length] of Object.entries(lengths)) {
    masks[name] = new Uint8Array(memory.buffer, start, length);
    start += padded(length);
  }
  return {
    masks,
    fill: (name, rate, seed, purpose, draw) => kernels.fillMask(masks[name], rate, { seed, purpose, draw }),
  };
}
