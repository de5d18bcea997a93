import type { NamedData } from '../../engine/engine.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import { MARKED_SPANS, type TaskHead } from '../model/task-heads.js';
import type { EncodedExample } from './encode-example.js';

/**
 * What a head reads of a batch beside the sentences; see `taskHeadSignature`.
 * @param targets numbers of the right labels of each sample, -1 where none is judged; [] when nothing is learned
 */
export function headInputs(
  examples: readonly EncodedExample[],
  targets: readonly Int32Array[],
  { kind }: TaskHead,
  { samples, tokens }: SentenceShape,
): NamedData {
  const perToken = kind === 'tokens';
  const rows = perToken ? samples * tokens : samples;
  const labels = new Int32Array(rows);
  const labelWeights = new Float32Array(rows);
  targets.forEach((numbers, b) => {
    const start = perToken ? b * tokens : b;
    numbers.forEach((number, i) => {
      if (number < 0) return;
      labels[start + i] = number;
      labelWeights[start + i] = 1;
    });
  });
  return { labels, labelWeights, ...(kind === 'spans' && { spanWeights: spanWeights(examples, samples, tokens) }) };
}

/** [B, 2, S] the mean over each marked span; zeros for one that was cut off. */
function spanWeights(examples: readonly EncodedExample[], samples: number, tokens: number): Float32Array {
  const weights = new Float32Array(samples * MARKED_SPANS * tokens);
  examples.forEach(({ marked }, b) => {
    marked.forEach(([first, length], i) => {
      const row = (b * MARKED_SPANS + i) * tokens;
      weights.fill(1 / length, row + first, row + first + length);
    });
  });
  return weights;
}
