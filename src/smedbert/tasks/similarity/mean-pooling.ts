/** Vectors of texts without a head, and which candidate is nearest. */

/**
 * The mean of the hidden states of a text's tokens, [CLS] and [SEP] left out.
 * @param states [tokens, d] with both
 */
export function meanOfTokens(states: Float32Array, d: number): Float32Array {
  const tokens = states.length / d;
  const mean = new Float32Array(d);
  for (let token = 1; token < tokens - 1; token++) for (let j = 0; j < d; j++) mean[j] += states[token * d + j];
  return mean.map((sum) => sum / Math.max(1, tokens - 2));
}

/** 0 where one of them is zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let j = 0; j < a.length; j++) {
    product += a[j] * b[j];
    squareA += a[j] * a[j];
    squareB += b[j] * b[j];
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
