import { CounterRandom } from '../../base/random.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';
import type { MentionSpan } from './collate-mentions.js';
import { type MaskingOptions, planMasking, replaceToken } from './mask-segment.js';

/** One training sample: `[CLS] A [SEP] B [SEP]` with its masked tokens and mentions. Positions count from [CLS] = 0. */
export interface Instance {
  /** [length] token ids as the encoder sees them. */
  readonly tokens: Int32Array;
  /** [length] 0 for A, 1 for B. */
  readonly segmentIds: Int32Array;
  /** Masked positions, ascending, and the true ids there. */
  readonly maskedPositions: Int32Array;
  readonly maskedLabels: Int32Array;
  /** 1 when the halves were swapped. */
  readonly swapped: 0 | 1;
  /** Masked mentions: they receive knowledge and are targets of MMeM. */
  readonly maskedMentions: readonly InstanceMention[];
  /** Unmasked mentions: targets of MNeM. */
  readonly openMentions: readonly InstanceMention[];
}

export interface InstanceMention extends MentionSpan {
  /** The true token ids of the mention. */
  readonly truth: Int32Array;
}

export interface InstanceOptions {
  readonly masking: MaskingOptions;
  /** T: mentions used per sample, chosen at random when there are more. */
  readonly maximumMentions: number;
  /** Mentions of more tokens are text like any other. */
  readonly maximumMentionTokens: number;
  readonly special: Readonly<{ classify: number; separate: number; mask: number }>;
  /** Ids [firstOrdinary, vocabularySize) may stand as random replacements. */
  readonly firstOrdinary: number;
  readonly vocabularySize: number;
  readonly seed: number;
}

/** Special tokens of a sample. */
export const SPECIAL_TOKENS = 3;

/**
 * Builds the sample of segment `index` in `epoch`. A pure function of (segment, options, index, epoch): a resumed run
 * builds what an uninterrupted one builds.
 */
export function buildInstance(
  segment: LinkedSegment,
  index: number,
  epoch: number,
  options: InstanceOptions,
): Instance {
  const draw = (purpose: string) => new CounterRandom(options.seed, `smedbert.${purpose}`, index);
  const mentions = chooseMentions(segment, options, draw('mentions'), epoch);
  const plan = planMasking(segment, mentions, options.masking, draw('mask'), epoch);
  const split = splitPoint(segment);
  const swapped = split < segment.tokens.length && draw('order').uniform(epoch, 0) < 0.5 ? 1 : 0;
  const position = placeTokens(segment.tokens.length, split, swapped === 1);
  const masked = new Set(plan.mentions);
  const toMention = (mention: number): InstanceMention => mentionAt(segment, mention, position);
  return {
    ...encode(segment, split, swapped, position, plan.tokens, options, draw('replace'), epoch),
    swapped,
    maskedMentions: mentions.filter((mention) => masked.has(mention)).map(toMention),
    openMentions: mentions.filter((mention) => !masked.has(mention)).map(toMention),
  };
}

function mentionAt(segment: LinkedSegment, mention: number, position: Int32Array): InstanceMention {
  const first = segment.mentionStarts[mention];
  const length = segment.mentionLengths[mention];
  return {
    entity: segment.mentionEntities[mention],
    start: position[first],
    length,
    truth: segment.tokens.slice(first, first + length),
  };
}

/** At most T usable mentions, ascending. */
function chooseMentions(
  segment: LinkedSegment,
  { maximumMentions, maximumMentionTokens }: InstanceOptions,
  random: CounterRandom,
  epoch: number,
): number[] {
  const usable = Array.from(segment.mentionStarts.keys()).filter(
    (m) => segment.mentionLengths[m] <= maximumMentionTokens,
  );
  if (usable.length <= maximumMentions) return usable;
  return usable
    .map((mention) => ({ mention, draw: random.uint32(epoch, mention) }))
    .sort((a, b) => a.draw - b.draw || a.mention - b.mention)
    .slice(0, maximumMentions)
    .map(({ mention }) => mention)
    .sort((a, b) => a - b);
}

/** The word start nearest to the middle, never inside a mention; the length itself when there is only one word. */
function splitPoint(segment: LinkedSegment): number {
  const length = segment.tokens.length;
  const middle = length / 2;
  const inside = new Uint8Array(length);
  segment.mentionStarts.forEach((start, m) => {
    inside.fill(1, start + 1, start + segment.mentionLengths[m]);
  });
  let best = length;
  for (let token = 1; token < length; token++) {
    if (!segment.wordStarts[token] || inside[token]) continue;
    if (best === length || Math.abs(token - middle) < Math.abs(best - middle)) best = token;
  }
  return best;
}

/** Token number of the segment -> position in the sample. */
function placeTokens(length: number, split: number, swapped: boolean): Int32Array {
  const position = new Int32Array(length);
  for (let token = 0; token < length; token++) {
    const inFirstPart = token < split;
    if (!swapped) position[token] = token + (inFirstPart ? 1 : 2);
    else position[token] = inFirstPart ? token + (length - split) + 2 : token - split + 1;
  }
  return position;
}

function encode(
  segment: LinkedSegment,
  split: number,
  swapped: 0 | 1,
  position: Int32Array,
  maskedTokens: Int32Array,
  options: InstanceOptions,
  random: CounterRandom,
  epoch: number,
): Pick<Instance, 'tokens' | 'segmentIds' | 'maskedPositions' | 'maskedLabels'> {
  const { special, masking, firstOrdinary, vocabularySize } = options;
  const length = segment.tokens.length + SPECIAL_TOKENS;
  const firstPart = swapped ? segment.tokens.length - split : split;
  const tokens = new Int32Array(length).fill(special.separate);
  tokens[0] = special.classify;
  position.forEach((place, token) => {
    tokens[place] = segment.tokens[token];
  });
  const maskedPositions = Int32Array.from(maskedTokens, (token) => position[token]).sort();
  const maskedLabels = Int32Array.from(maskedPositions, (place) => tokens[place]);
  maskedPositions.forEach((place, i) => {
    const randomToken = () => firstOrdinary + random.below(vocabularySize - firstOrdinary, epoch, 2 * i + 1);
    tokens[place] = replaceToken(
      tokens[place],
      special.mask,
      randomToken,
      random.uniform(epoch, 2 * i),
      masking.replacement,
    );
  });
  return { tokens, segmentIds: new Int32Array(length).fill(1, firstPart + 2), maskedPositions, maskedLabels };
}
