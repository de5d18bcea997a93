import type { CounterRandom } from '../../base/random.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';

/**
 * Whole-word masking in which a linked mention is one word (spec section 5; BERT-wwm). The budget counts mention
 * tokens too: mentions are drawn first up to their share, then any words until nothing more fits.
 */
export interface MaskingOptions {
  /** Share of tokens to mask, 0.15. */
  readonly rate: number;
  /** At most so many tokens a sample, 72 for 512. */
  readonly maximumTokens: number;
  /** Share of the budget that mentions may take first. */
  readonly mentionShare: number;
  /** Probabilities of [MASK], of a random token, of keeping; they sum to 1. */
  readonly replacement: readonly [mask: number, random: number, keep: number];
}

export interface MaskingPlan {
  /** Ascending token numbers of the segment. */
  readonly tokens: Int32Array;
  /** Numbers of the mentions masked as a whole, ascending. */
  readonly mentions: Int32Array;
}

/** Words of a segment: [first, end) in tokens, and the used mention that the word is, or -1. */
interface Word {
  start: number;
  end: number;
  mention: number;
}

/** The number of tokens that may be masked in a segment of `length` tokens; at least one. */
export function maskingBudget(length: number, options: MaskingOptions): number {
  return Math.max(1, Math.min(Math.round(length * options.rate), options.maximumTokens));
}

/** Masked tokens that a packed sample has room for: each of its segments has a budget of its own. */
export function packedMaskingBudget(tokens: number, { rate }: MaskingOptions): number {
  return Math.max(1, Math.ceil(tokens * rate));
}

/**
 * Draws what to mask. Deterministic in (random, epoch).
 * @param mentionNumbers the mentions that the sample uses; the others are words like any other
 */
export function planMasking(
  segment: LinkedSegment,
  mentionNumbers: readonly number[],
  options: MaskingOptions,
  random: CounterRandom,
  epoch: number,
): MaskingPlan {
  const budget = maskingBudget(segment.tokens.length, options);
  const words = wordsOf(segment, new Set(mentionNumbers));
  const order = words.map((word, i) => ({ word, draw: random.uint32(epoch, i) })).sort((a, b) => a.draw - b.draw);
  const chosen: Word[] = [];
  let used = 0;
  const take = (word: Word, limit: number) => {
    const length = word.end - word.start;
    if (used + length > limit) return;
    used += length;
    chosen.push(word);
  };
  const mentionLimit = Math.floor(budget * options.mentionShare);
  for (const { word } of order) if (word.mention >= 0) take(word, mentionLimit);
  for (const { word } of order) if (word.mention < 0) take(word, budget);
  return {
    tokens: Int32Array.from(chosen.flatMap(({ start, end }) => range(start, end))).sort(),
    mentions: Int32Array.from(chosen.filter(({ mention }) => mention >= 0).map(({ mention }) => mention)).sort(),
  };
}

/** The token that stands at a masked place: [MASK], a random one, or the true one. */
export function replaceToken(
  truth: number,
  maskId: number,
  randomToken: () => number,
  draw: number,
  [mask, randomShare]: MaskingOptions['replacement'],
): number {
  if (draw < mask) return maskId;
  return draw < mask + randomShare ? randomToken() : truth;
}

function wordsOf(segment: LinkedSegment, used: ReadonlySet<number>): Word[] {
  const words: Word[] = [];
  let mention = 0;
  for (let token = 0; token < segment.tokens.length; ) {
    while (mention < segment.mentionStarts.length && segment.mentionStarts[mention] < token) mention++;
    const isMention = segment.mentionStarts[mention] === token;
    const end = isMention ? token + segment.mentionLengths[mention] : wordEnd(segment.wordStarts, token);
    words.push({ start: token, end, mention: isMention && used.has(mention) ? mention : -1 });
    token = end;
  }
  return words;
}

function wordEnd(wordStarts: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < wordStarts.length && !wordStarts[end]) end++;
  return end;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
