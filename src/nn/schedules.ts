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
