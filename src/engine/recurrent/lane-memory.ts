import { MedgraftError } from '../../base/errors.js';

const PAGE = 65_536;
const MOST_PAGES = 65_536;
const ALIGNMENT = 64;

/**
 * The memory of one thread, for WebAssembly and onnxruntime alike (which refuses shared memory). Regions are addresses: memory
 * grows from batch to batch, and growing detaches views, so views are made where they are used.
 */
export class LaneMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  private used = ALIGNMENT;

  /** @returns the address of room for so many bytes, that kernels may overrun to a multiple of 64 */
  reserve(bytes: number): number {
    const address = this.used;
    this.used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  /** Address of room for so many floats. */
  floats(length: number): number {
    return this.reserve(length * 4);
  }

  /** The end of what is reserved; `release` gives up what has been reserved since. */
  get end(): number {
    return this.used;
  }

  release(end: number): void {
    this.used = end;
  }

  /** Makes what is reserved real. @throws MedgraftError `engine.memory` */
  commit(): void {
    const missing = Math.ceil((this.used - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      throw new MedgraftError('environment', 'engine.memory', 'the batch does not fit the memory of an LSTM layer', {
        expected: 'at most 4 GiB for each direction',
        got: `${(this.used / 2 ** 30).toFixed(1)} GiB`,
        hint: 'use smaller batches or shorter samples',
        cause,
      });
    }
  }

  /** @param start floats behind the address */
  view(address: number, length: number, start = 0): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer as ArrayBuffer, address + 4 * start, length);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
