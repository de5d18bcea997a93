/** Learning-rate schedules: pure functions of the step. */

/**
 * Linear warm-up from 0, then linear decay to 0 (Devlin et al. 2019).
 * @param step the step about to be taken, from 1
 * @param warmup share of the steps that warm up
 */
export function warmupLinearDecay(step: number, total: number, peak: number, warmup: number): number {
  const warm = Math.round(total * warmup);
  if (step <= warm) return (peak * step) / warm;
  return (peak * Math.max(0, total - step + 1)) / Math.max(1, total - warm);
}

/** What a schedule by plateaus remembers. Plain data. */
export interface Plateau {
  /** On the peak rate. */
  readonly factor: number;
  /** The lowest loss, null before the first. */
  readonly lowest: number | null;
  /** Evaluations since then. */
  readonly waited: number;
}

/** A loss counts as lower when it is so by this share, as in PyTorch. */
const THRESHOLD = 1e-4;

export function initialPlateau(): Plateau {
  return { factor: 1, lowest: null, waited: 0 };
}

/** PyTorch's ReduceLROnPlateau (mode min, relative threshold 1e-4) after one more evaluation. */
export function passPlateau(
  { factor, lowest, waited }: Plateau,
  loss: number,
  { factor: drop, patience }: { readonly factor: number; readonly patience: number },
): Plateau {
  if (lowest === null || loss < lowest * (1 - THRESHOLD)) return { factor, lowest: loss, waited: 0 };
  if (waited + 1 <= patience) return { factor, lowest, waited: waited + 1 };
  return { factor: factor * drop, lowest, waited: 0 };
}
