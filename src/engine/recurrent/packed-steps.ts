/**
 * Samples of different lengths packed by step: sorted by falling length, the samples that have a token at a step are the first
 * ones, so a step is a block of rows and nothing is padded. Both directions walk the same blocks, from either end.
 */
export interface PackedSteps {
  /** N */
  readonly tokens: number;
  /** Rows of the longest block: the samples. */
  readonly samples: number;
  /** [N] place of each packed row among the tokens, sample after sample. */
  readonly places: Int32Array;
  /** [steps] first row and number of rows of each step. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
}

/** A step as one direction walks it; starts are packed rows. */
export interface WalkedStep {
  readonly start: number;
  readonly count: number;
  /** Of the rows, the first so many have been walked through at the step before, which begins at `before`. */
  readonly continuing: number;
  readonly before: number;
  /** The first so many go on to the next step, which begins at `next`. */
  readonly passed: number;
  readonly next: number;
}

/** @param lengths tokens of each sample, none 0 */
export function packSteps(lengths: Int32Array): PackedSteps {
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const offsets = new Int32Array(lengths.length);
  for (let i = 1; i < lengths.length; i++) offsets[i] = offsets[i - 1] + lengths[i - 1];
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const steps = lengths[order[0]];
  const [places, starts, counts] = [new Int32Array(tokens), new Int32Array(steps), new Int32Array(steps)];
  let row = 0;
  for (let step = 0, count = lengths.length; step < steps; step++) {
    while (lengths[order[count - 1]] <= step) count--;
    starts[step] = row;
    counts[step] = count;
    for (let i = 0; i < count; i++) places[row++] = offsets[order[i]] + step;
  }
  return { tokens, samples: lengths.length, places, starts, counts };
}

/** @param direction 0 forward, 1 from the last step to the first */
export function walk({ starts, counts }: PackedSteps, direction: number): WalkedStep[] {
  const steps = counts.length;
  const order = Array.from(counts.keys(), (i) => (direction === 0 ? i : steps - 1 - i));
  return order.map((step, i) => {
    const [before, next] = [order[i - 1], order[i + 1]];
    const shared = (other: number | undefined) => (other === undefined ? 0 : Math.min(counts[step], counts[other]));
    const startOf = (other: number | undefined) => (other === undefined ? 0 : starts[other]);
    return {
      ...{ start: starts[step], count: counts[step] },
      ...{ continuing: shared(before), before: startOf(before), passed: shared(next), next: startOf(next) },
    };
  });
}
