import type { CounterRandom } from '../../base/random.js';

/** What the discriminator reads: the text with the generator's tokens in the masked places. */
export interface Corrupted {
  /** [N] */
  readonly tokens: Int32Array;
  /** [N] 1 where the token is another than the text's: a right guess is no replacement (Clark et al. 2020, section 3). */
  readonly replaced: Float32Array;
  /** Places that were replaced. */
  readonly count: number;
}

export interface MaskedPlaces {
  /** [N] the text itself. */
  readonly truths: Int32Array;
  /** [P] flat positions; the first `count` are places, the rest is padding. */
  readonly positions: Int32Array;
  readonly count: number;
}

/**
 * Draws a token for every masked place from the generator's softmax, by one uniform number a place through the inverse of
 * the distribution function: the distribution of the Gumbel trick, at one draw instead of one a piece of the vocabulary.
 * @param probabilities [P, V]
 * @param draw number of the pass: the same one draws the same tokens
 */
export function drawReplacements(
  { truths, positions, count }: MaskedPlaces,
  probabilities: Float32Array,
  random: CounterRandom,
  draw: number,
): Corrupted {
  const tokens = truths.slice();
  const replaced = new Float32Array(truths.length);
  const pieces = probabilities.length / positions.length;
  let changed = 0;
  for (let place = 0; place < count; place++) {
    const row = probabilities.subarray(place * pieces, (place + 1) * pieces);
    const position = positions[place];
    tokens[position] = invert(row, random.uniform(draw, place));
    if (tokens[position] === truths[position]) continue;
    replaced[position] = 1;
    changed++;
  }
  return { tokens, replaced, count: changed };
}

/** The piece in which the distribution function passes `share` of what the row sums up to; rounding leaves that off from 1. */
function invert(row: Float32Array, share: number): number {
  let total = 0;
  for (let piece = 0; piece < row.length; piece++) total += row[piece];
  const wanted = share * total;
  let sum = 0;
  let last = 0;
  for (let piece = 0; piece < row.length; piece++) {
    if (row[piece] === 0) continue;
    last = piece;
    sum += row[piece];
    if (sum > wanted) return piece;
  }
  return last;
}
