import { alignMentions } from '../../text/align-mentions.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';
import type { Linker } from '../../text/linker.js';
import type { Encoding, Tokenizer } from '../../text/tokenizer.js';
import { buildSentence, type Sentence } from '../instances/sentence.js';
import type { TaskExample, TextSpan } from './task-example.js';

/** An example as the encoder reads it, with what leads from tokens back to the text. */
export interface EncodedExample extends Sentence {
  /** UTF-16 units of the tokens of the text that were kept; token i stands at position i + 1. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** [first, length) positions of the marked spans; length 0 when a span was cut off. */
  readonly marked: readonly (readonly [number, number])[];
  /** Tokens that found no room. */
  readonly cut: number;
}

export interface ExampleEncoder {
  readonly tokenizer: Tokenizer;
  /** [vocabulary] see `continuationTable`. */
  readonly continues: Uint8Array;
  /** S at most, special tokens included. */
  readonly maximumTokens: number;
  /** Mentions of more tokens are text like any other. */
  readonly maximumMentionTokens: number;
  /** T: so many mentions of a sample are infused, the first ones. */
  readonly maximumMentions: number;
  /** Undefined: no mention is infused. */
  readonly linker?: Linker;
  /** [entities] neighbours of each: only mentions with some are infused. */
  readonly neighbourCounts?: Uint16Array;
}

export function encodeExample(
  { text, pair, marked }: Pick<TaskExample, 'text' | 'pair' | 'marked'>,
  by: ExampleEncoder,
): EncodedExample {
  const encoding = by.tokenizer.encode(text);
  const segments = [segmentOf(text, encoding, by)];
  if (pair !== undefined) segments.push(segmentOf(pair, by.tokenizer.encode(pair), by));
  const sentence = buildSentence(segments, { ...by, special: by.tokenizer.special });
  const kept = sentence.parts[0].length;
  const all = segments.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    ...sentence,
    mentions: sentence.mentions.slice(0, by.maximumMentions),
    starts: encoding.starts.slice(0, kept),
    ends: encoding.ends.slice(0, kept),
    marked: (marked ?? []).map((span) => positionsOf(span, encoding, kept)),
    cut: all - sentence.parts.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Share of the tokens of the texts that belong to infused mentions. */
export function hitRatio({ mentions, parts }: EncodedExample): number {
  const tokens = parts.reduce((sum, { length }) => sum + length, 0);
  return tokens === 0 ? 0 : mentions.reduce((sum, { length }) => sum + length, 0) / tokens;
}

/** A text with the mentions that have neighbours; words are of no use here. */
function segmentOf(
  text: string,
  encoding: Encoding,
  { linker, neighbourCounts, continues }: ExampleEncoder,
): LinkedSegment {
  const found = (linker?.link(text) ?? []).filter(({ entity }) => (neighbourCounts?.[entity] ?? 0) > 0);
  const { starts, lengths, sources } = alignMentions(found, encoding, continues);
  return {
    tokens: encoding.ids,
    wordStarts: new Uint8Array(0),
    mentionStarts: starts,
    mentionLengths: lengths,
    mentionEntities: Int32Array.from(sources, (source) => found[source].entity),
  };
}

/** The tokens that a span touches, as positions. */
function positionsOf({ start, end }: TextSpan, { starts, ends }: Encoding, kept: number): readonly [number, number] {
  let first = 0;
  while (first < kept && ends[first] <= start) first++;
  let after = first;
  while (after < kept && starts[after] < end) after++;
  return [first + 1, after - first];
}
