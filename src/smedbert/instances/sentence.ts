import type { LinkedSegment } from '../../text/linked-corpus.js';
import type { MentionSpan } from './collate-mentions.js';
import { cutSegment } from './cut-segment.js';

/** A text, or a pair of texts, as the encoder reads it where nothing is masked: `[CLS] A [SEP]` or `[CLS] A [SEP] B [SEP]`. */
export interface Sentence {
  /** [length] token ids, special ones included. */
  readonly tokens: Int32Array;
  /** [length] 0 for A, 1 for B. */
  readonly segmentIds: Int32Array;
  /** All mentions, in the order of the text; positions count from [CLS] = 0. */
  readonly mentions: readonly MentionSpan[];
  /** Where each text lies: its tokens [start, start + length), fewer than it had when it was cut. */
  readonly parts: readonly SentencePart[];
}

export interface SentencePart {
  readonly start: number;
  readonly length: number;
}

export interface SentenceOptions {
  readonly special: Readonly<{ classify: number; separate: number }>;
  /** Longest sample, special tokens included. A pair loses tokens at the end of its longer text first. */
  readonly maximumTokens: number;
  /** Mentions of more tokens are text like any other, as in pre-training. */
  readonly maximumMentionTokens: number;
}

/** @param texts one or two linked texts */
export function buildSentence(texts: readonly LinkedSegment[], options: SentenceOptions): Sentence {
  const { special, maximumTokens, maximumMentionTokens } = options;
  const room = Math.max(0, maximumTokens - 1 - texts.length);
  const lengths = sharedRoom(
    texts.map(({ tokens }) => tokens.length),
    room,
  );
  const total = lengths.reduce((sum, length) => sum + length + 1, 1);
  const tokens = new Int32Array(total).fill(special.separate);
  tokens[0] = special.classify;
  const segmentIds = new Int32Array(total);
  const mentions: MentionSpan[] = [];
  const parts: SentencePart[] = [];
  let start = 1;
  texts.forEach((text, part) => {
    const kept = cutSegment(text, lengths[part]);
    tokens.set(kept.tokens, start);
    if (part > 0) segmentIds.fill(1, start, start + kept.tokens.length + 1);
    mentions.push(...mentionsOf(kept, start).filter(({ length }) => length <= maximumMentionTokens));
    parts.push({ start, length: kept.tokens.length });
    start += kept.tokens.length + 1;
  });
  return { tokens, segmentIds, mentions, parts };
}

function mentionsOf(segment: LinkedSegment, offset: number): MentionSpan[] {
  return Array.from(segment.mentionEntities, (entity, m) => ({
    entity,
    start: offset + segment.mentionStarts[m],
    length: segment.mentionLengths[m],
  }));
}

/** Lengths that fit together: the longer text is cut to the shorter one before both are cut; the first keeps the odd token. */
function sharedRoom(lengths: readonly number[], room: number): number[] {
  if (lengths.length < 2) return lengths.map((length) => Math.min(length, room));
  const [a, b] = lengths;
  if (a + b <= room) return [a, b];
  const half = Math.ceil(room / 2);
  if (a <= half) return [a, room - a];
  return b <= room - half ? [room - b, b] : [half, room - half];
}
