import type { LabelledSpan } from '../task-example.js';

/**
 * Precision, recall and F1 of entities: one counts when start, end and type are all right (CoNLL 2003; strict spans as
 * seqeval counts). Micro over all entities; `macroF1` is the mean over the types of the truth.
 */
export function entityFigures(
  truths: readonly (readonly LabelledSpan[])[],
  guesses: readonly (readonly LabelledSpan[])[],
): Record<string, number> {
  const types = new Map<string, Counts>();
  const countsOf = (type: string): Counts => {
    let counts = types.get(type);
    if (counts === undefined) types.set(type, (counts = { right: 0, guessed: 0, true: 0 }));
    return counts;
  };
  truths.forEach((truth, i) => {
    const known = new Set(truth.map(keyOf));
    const guessed = new Map(guesses[i].map((entity) => [keyOf(entity), entity]));
    for (const { label } of new Map(truth.map((entity) => [keyOf(entity), entity])).values()) countsOf(label).true++;
    for (const [key, { label }] of guessed) {
      countsOf(label).guessed++;
      if (known.has(key)) countsOf(label).right++;
    }
  });
  const all = [...types.values()].reduce(sum, { right: 0, guessed: 0, true: 0 });
  const perType = [...types].filter(([, counts]) => counts.true > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const scores = perType.map(([, counts]) => f1Of(counts));
  return {
    f1: f1Of(all),
    precision: share(all.right, all.guessed),
    recall: share(all.right, all.true),
    macroF1: scores.length === 0 ? 0 : scores.reduce((total, score) => total + score, 0) / scores.length,
    entities: all.true,
    ...Object.fromEntries(perType.map(([type], i) => [`f1.${type}`, scores[i]])),
  };
}

interface Counts {
  right: number;
  guessed: number;
  true: number;
}

function sum(a: Counts, b: Counts): Counts {
  return { right: a.right + b.right, guessed: a.guessed + b.guessed, true: a.true + b.true };
}

function keyOf({ start, end, label }: LabelledSpan): string {
  return `${start} ${end} ${label}`;
}

function f1Of({ right, guessed, true: all }: Counts): number {
  return share(2 * right, guessed + all);
}

/** Nothing of nothing is 0, as scikit-learn's zero_division has it. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
