/**
 * Accuracy, micro and macro F1 of labels as scikit-learn defines them (`f1_score` with `labels`): micro from the sums over
 * the judged labels, macro the unweighted mean over them; a label that is neither true nor guessed scores 0.
 */
export interface LabelCounts {
  readonly label: string;
  readonly right: number;
  readonly guessed: number;
  readonly true: number;
}

export function countLabels(
  truths: readonly string[],
  guesses: readonly string[],
  labels: readonly string[],
): LabelCounts[] {
  return labels.map((label) => ({
    label,
    right: truths.filter((truth, i) => truth === label && guesses[i] === label).length,
    guessed: guesses.filter((guess) => guess === label).length,
    true: truths.filter((truth) => truth === label).length,
  }));
}

export function accuracy(truths: readonly string[], guesses: readonly string[]): number {
  return share(truths.filter((truth, i) => truth === guesses[i]).length, truths.length);
}

export function f1Of({ right, guessed, true: all }: Omit<LabelCounts, 'label'>): number {
  return share(2 * right, guessed + all);
}

export function microF1(counts: readonly LabelCounts[]): number {
  const sum = (of: 'right' | 'guessed' | 'true') => counts.reduce((total, count) => total + count[of], 0);
  return f1Of({ right: sum('right'), guessed: sum('guessed'), true: sum('true') });
}

export function macroF1(counts: readonly LabelCounts[]): number {
  return share(
    counts.reduce((total, count) => total + f1Of(count), 0),
    counts.length,
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
