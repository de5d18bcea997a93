import { countClasses } from './class-counts.js';

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
  const classes = new Map(labels.map((label, at) => [label, at]));
  // What is not judged is one class more.
  const numbered = (names: readonly string[]) => Int32Array.from(names, (name) => classes.get(name) ?? labels.length);
  const counts = countClasses(numbered(truths), numbered(guesses), labels.length + 1);
  return labels.map((label) => {
    const at = classes.get(label) as number;
    return { label, right: counts.right[at], guessed: counts.guessed[at], true: counts.true[at] };
  });
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
