/**
 * Recall at k of examples with several labels each: which share of an example's labels is among its k best-scored classes,
 * averaged over the examples that have labels. Of equal scores the first class counts as better.
 */
export interface LabelledScores {
  /** [examples x classes] row-major. */
  readonly scores: Float32Array | Float64Array;
  readonly classes: number;
  /** The labels of each example, classes without repeats. */
  readonly labels: readonly Int32Array[];
}

/** Sums over examples that may come in parts. */
export class TopRecall {
  private readonly sums: Float64Array;
  private count = 0;

  constructor(private readonly ks: readonly number[]) {
    this.sums = new Float64Array(ks.length);
  }

  /** @throws RangeError when the scores do not fill the examples */
  add({ scores, classes, labels }: LabelledScores): void {
    if (scores.length !== labels.length * classes) {
      throw new RangeError(`${scores.length} scores for ${labels.length} examples of ${classes} classes`);
    }
    labels.forEach((mine, example) => {
      if (mine.length === 0) return;
      this.count++;
      const ranks = ranksOf(scores.subarray(example * classes, (example + 1) * classes), mine);
      this.ks.forEach((k, at) => {
        this.sums[at] += ranks.filter((rank) => rank < k).length / mine.length;
      });
    });
  }

  /** Recall at each k; NaN where no example has a label. */
  get recalls(): number[] {
    return Array.from(this.sums, (sum) => sum / this.count);
  }

  /** Examples with labels. */
  get examples(): number {
    return this.count;
  }
}

/** Of all at once. @returns recall at each k */
export function recallAt(ks: readonly number[], examples: LabelledScores): number[] {
  const recall = new TopRecall(ks);
  recall.add(examples);
  return recall.recalls;
}

/** How many classes stand before each label; a score that is no number stands behind all numbers. */
function ranksOf(scores: Float32Array | Float64Array, labels: Int32Array): number[] {
  return Array.from(labels, (label) => {
    const own = scores[label];
    let before = 0;
    for (let other = 0; other < scores.length; other++) {
      if (other !== label && isBefore(scores[other], own, other < label)) before++;
    }
    return before;
  });
}

function isBefore(score: number, own: number, isFirst: boolean): boolean {
  if (Number.isNaN(own)) return !Number.isNaN(score) || isFirst;
  return score > own || (score === own && isFirst);
}
