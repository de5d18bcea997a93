/**
 * Dropout of entities' vectors (Srivastava et al. 2014): a chunk trains without a random share of the numbers of the rows it
 * gathered, and what is left is scaled up so that means stay. LibKGE tunes it for each model (Ruffinelli et al. 2020).
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import type { TrainingChunk } from '../embedding-model.js';

export interface DropoutOptions {
  /** Share of the numbers, exact to 1/256. */
  readonly rate: number;
  readonly seed: number;
}

/** The kernel writes whole turns of 64 bytes. */
const TURN_WORDS = 16;

/** Room for the mask of [rows, width], where there is dropout. */
export function allocateDropout(
  allocator: Allocator,
  options: DropoutOptions | undefined,
  rows: number,
  width: number,
): Int32Array | undefined {
  return options && allocator.int32(Math.ceil((rows * width) / (4 * TURN_WORDS)) * TURN_WORDS);
}

export class EntityDropout {
  private readonly mask: Uint8Array;

  constructor(
    private readonly kernels: EmbeddingKernels,
    { buffer, byteOffset, byteLength }: Int32Array,
    private readonly width: number,
    private readonly options: DropoutOptions,
  ) {
    this.mask = new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** Draws the mask of the next rows [count, width]: a function of the seed and the chunk's number. */
  open({ number = 0 }: TrainingChunk, count: number): void {
    const { rate, seed } = this.options;
    const key = { seed, purpose: 'embedding.dropout', draw: number };
    this.kernels.fillMask(this.mask.subarray(0, count * this.width), rate, key);
  }

  /** In place on rows, or on their gradients; `first` of all rows of the mask. */
  drop(rows: Float32Array, first: number): void {
    const start = first * this.width;
    this.kernels.applyMask(rows, this.mask.subarray(start, start + rows.length), 1 / (1 - this.options.rate));
  }
}
