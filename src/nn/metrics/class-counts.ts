/**
 * Accuracy and counts of numbered classes in one pass: of thousands of classes and millions of examples too. Where the
 * examples lie in classes (0 to count - 1), -1 is an answer that was not given: never right.
 */
export interface ClassCounts {
  /** [classes] */
  readonly right: Float64Array;
  readonly guessed: Float64Array;
  readonly true: Float64Array;
}

/** @throws RangeError when lengths differ or a class is out of range */
export function countClasses(truths: Int32Array, guesses: Int32Array, classes: number): ClassCounts {
  if (truths.length !== guesses.length) throw new RangeError(`${truths.length} truths, ${guesses.length} guesses`);
  const [right, guessed, isTrue] = [0, 0, 0].map(() => new Float64Array(classes));
  for (let i = 0; i < truths.length; i++) {
    const [truth, guess] = [truths[i], guesses[i]];
    if (truth < 0 || truth >= classes || guess < -1 || guess >= classes) {
      throw new RangeError(`example ${i}: truth ${truth}, guess ${guess} of ${classes} classes`);
    }
    isTrue[truth]++;
    if (guess >= 0) guessed[guess]++;
    if (guess === truth) right[truth]++;
  }
  return { right, guessed, true: isTrue };
}

/** Share of the examples that are right; NaN of none. */
export function accuracyOf(counts: ClassCounts): number {
  return total(counts.right) / total(counts.true);
}

/** F1 of each class; of one that is neither true nor guessed 0. */
export function f1OfClasses({ right, guessed, true: isTrue }: ClassCounts): Float64Array {
  return right.map((count, at) => (count === 0 ? 0 : (2 * count) / (guessed[at] + isTrue[at])));
}

/** Unweighted mean of the F1 of the classes that are true or guessed somewhere, as scikit-learn has it; NaN where none is. */
export function macroF1OfClasses(counts: ClassCounts): number {
  const scores = f1OfClasses(counts).filter((_, at) => counts.true[at] + counts.guessed[at] > 0);
  return total(scores) / scores.length;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
