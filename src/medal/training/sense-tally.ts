import { calibrationError } from '../../nn/metrics/calibration.js';
import { countClasses, macroF1OfClasses } from '../../nn/metrics/class-counts.js';

/**
 * Figures of a model's answers, always told twice: over all senses, and over the candidates of the abbreviation. `accuracy` is that
 * over candidates; `ambiguous` counts only places where more than one stands to choose.
 */
export interface SenseAnswer {
  readonly sense: number;
  readonly candidates: readonly number[];
  /** [C] */
  readonly logits: Float32Array;
  /** [candidates] what is added to those of the candidates. */
  readonly said?: Float32Array;
}

/** What is kept of an answer. */
export interface JudgedSense {
  readonly sense: number;
  readonly guess: number;
  readonly guessOfAll: number;
  readonly lossOfAll: number;
  /** Logits of the candidates, and the column of the right one. */
  readonly logits: Float32Array;
  readonly column: number;
}

export function judge({ sense, candidates, logits, said }: SenseAnswer): JudgedSense {
  const own = Float32Array.from(candidates, (candidate, i) => logits[candidate] + (said?.[i] ?? 0));
  const { best, logNormaliser } = summary(logits);
  return {
    sense,
    guess: candidates[summary(own).best],
    guessOfAll: best,
    lossOfAll: logNormaliser - logits[sense],
    logits: own,
    column: candidates.indexOf(sense),
  };
}

/**
 * @param baseline of each sense the guess without context (most-frequent.ts)
 * @param temperature that logits are divided by
 */
export function senseFigures(
  judged: readonly JudgedSense[],
  baseline: Int32Array,
  temperature = 1,
): Record<string, number> {
  const ambiguous = judged.filter(({ logits }) => logits.length > 1);
  const right = ({ sense, guess }: JudgedSense) => guess === sense;
  const mostFrequent = ({ sense }: JudgedSense) => baseline[sense] === sense;
  const [accuracy, mfs] = [share(judged, right), share(judged, mostFrequent)];
  const probabilities = judged.map(({ logits }) => softmaxOf(logits, temperature));
  return {
    samples: judged.length,
    accuracy,
    accuracyOfAll: share(judged, ({ sense, guessOfAll }) => guessOfAll === sense),
    mostFrequent: mfs,
    errorsRemoved: mfs < 1 ? 1 - (1 - accuracy) / (1 - mfs) : 0,
    ambiguous: ambiguous.length,
    ambiguousAccuracy: share(ambiguous, right),
    ambiguousMostFrequent: share(ambiguous, mostFrequent),
    macroF1: macroF1(judged, ({ guess }) => guess, baseline.length),
    mostFrequentMacroF1: macroF1(judged, ({ sense }) => baseline[sense], baseline.length),
    calibrationError: calibrationError({
      confidences: Float64Array.from(probabilities, (row) => row.reduce((most, share) => Math.max(most, share), 0)),
      right: Uint8Array.from(judged, (answer) => (right(answer) ? 1 : 0)),
    }),
    lossOfCandidates: mean(judged.map(({ column }, i) => -Math.log(Math.max(probabilities[i][column], 1e-30)))),
    lossOfAll: mean(judged.map(({ lossOfAll }) => lossOfAll)),
  };
}

export function softmaxOf(logits: ArrayLike<number>, temperature: number): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]);
  const terms = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = terms.reduce((a, b) => a + b, 0);
  return terms.map((term) => term / sum);
}

function macroF1(judged: readonly JudgedSense[], guessOf: (answer: JudgedSense) => number, classes: number): number {
  const truths = Int32Array.from(judged, ({ sense }) => sense);
  return macroF1OfClasses(countClasses(truths, Int32Array.from(judged, guessOf), classes));
}

function summary(logits: Float32Array): { best: number; logNormaliser: number } {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - logits[best]);
  return { best, logNormaliser: logits[best] + Math.log(sum) };
}

function share<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.length === 0 ? 0 : values.filter(holds).length / values.length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
