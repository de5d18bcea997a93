import { MedgraftError } from '../base/errors.js';

const PAGE = 65536;
const ALIGNMENT = 64;
/** 4 GiB: what 32-bit WebAssembly addresses. */
const MAXIMUM_PAGES = 65536;

/**
 * One WebAssembly memory handed out front to back. Parameters, gradients and moments live here so that the SIMD kernels
 * and, where the memory is not shared, onnxruntime work on the same bytes without a copy. It never grows: growing would
 * detach the views. Who makes the same calls over the same memory gets the same arrays: so threads share them.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  private used = 0;

  /**
   * @param bytes capacity, rounded up to whole pages; or the memory of another arena
   * @throws MedgraftError `engine.memory`
   */
  constructor(bytes: number | WebAssembly.Memory, { shared = false } = {}) {
    if (typeof bytes !== 'number') {
      this.memory = bytes;
      return;
    }
    const pages = Math.ceil(bytes / PAGE) + 1;
    if (pages > MAXIMUM_PAGES) {
      throw new MedgraftError('environment', 'engine.memory', 'the model does not fit one WebAssembly memory', {
        expected: 'at most 4 GiB of parameters, gradients and moments',
        got: `${(bytes / 2 ** 30).toFixed(1)} GiB`,
        hint: 'use a smaller model or fewer moments; kg embed has --partitions',
      });
    }
    this.memory = memoryOf(pages, shared);
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.take(length * 4), length);
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.memory.buffer, this.take(length * 4), length);
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.take(length), length);
  }

  /** Bytes that `count` 4-byte numbers take, alignment included. */
  static bytesFor(...counts: number[]): number {
    return counts.reduce((sum, count) => sum + Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT, ALIGNMENT);
  }

  private take(bytes: number): number {
    const offset = this.used === 0 ? ALIGNMENT : this.used;
    const end = offset + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (end > this.memory.buffer.byteLength)
      throw new RangeError(`arena is full: ${end} > ${this.memory.buffer.byteLength}`);
    this.used = end;
    return offset;
  }
}

/** @throws MedgraftError `engine.memory` when the machine does not give as much */
function memoryOf(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared });
  } catch (cause) {
    throw new MedgraftError(
      'environment',
      'engine.memory',
      'this machine does not give the memory that the model needs',
      {
        expected: `${((pages * PAGE) / 2 ** 30).toFixed(1)} GiB`,
        got: cause instanceof Error ? cause.message : String(cause),
        hint: 'use a smaller model, or close other programs; kg embed has --partitions',
        cause,
      },
    );
  }
}
