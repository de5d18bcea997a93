import { hashPurpose } from '../../base/random.js';

/** Kernels over keep-masks, in a memory that other kernels work on as well (WebAssembly, assembly/dropout-mask.ts). */
export interface MaskKernels {
  /**
   * Fills a keep-mask with the bits of fillDropoutMask in plain-dropout-mask.ts; the room behind it is written up to 64
   * bytes.
   */
  fillMask(mask: Uint8Array, rate: number, key: MaskKey): void;
  /** Numbers become scale times themselves where the mask is 1, and 0 where it is 0. */
  applyMask(values: Float32Array, mask: Uint8Array, scale: number): void;
}

export interface MaskKey {
  readonly seed: number;
  readonly purpose: string;
  readonly draw: number;
}

/** As the modules have them. */
export type MaskExports = Record<keyof MaskKernels, (...numbers: number[]) => unknown>;

export function bindMasks(exports: MaskExports): MaskKernels {
  return {
    fillMask(mask, rate, { seed, purpose, draw }) {
      const threshold = Math.round(rate * 256);
      const words = [hashPurpose(purpose), seed >>> 0, Math.floor(seed / 2 ** 32)];
      if (threshold > 255) mask.fill(0);
      else exports.fillMask(mask.byteOffset, mask.length, threshold, draw, ...words);
    },
    applyMask: (values, mask, scale) =>
      void exports.applyMask(values.byteOffset, mask.byteOffset, values.length, scale),
  };
}
