import { alignMentions } from '../../text/align-mentions.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';
import type { Linker, Mention } from '../../text/linker.js';
import type { AmbiguityResolver, AmbiguityRule, ScoredCandidate } from '../../text/resolve-ambiguity.js';
import type { Tokenizer } from '../../text/tokenizer.js';
import type { MentionState } from './explanation.js';

/** Cuts and links a text as the corpus was, except that `[MASK]` in it is a mask and that what is left out is said. */
export interface TextReader {
  readonly tokenizer: Tokenizer;
  /** [vocabulary] 1 for pieces that continue a word. */
  readonly continues: Uint8Array;
  /** Gives an ambiguous surface to its entity of highest rank. */
  readonly linker: Linker;
  readonly resolver: AmbiguityResolver;
  readonly ambiguity: AmbiguityRule;
  readonly maximumMentionTokens: number;
}

export interface FoundMention extends Mention {
  readonly candidates: readonly ScoredCandidate[];
  readonly state: MentionState;
  /** First token and number of tokens, of those on whole pieces. */
  readonly token?: number;
  readonly length?: number;
}

export interface ReadText {
  readonly segment: LinkedSegment;
  /** [n] places of the tokens in the text. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Tokens that are masks. */
  readonly masks: readonly number[];
  /** All that the linker found; of those that stand in the segment the state is `infused` so far. */
  readonly mentions: readonly FoundMention[];
}

export const MASK_PIECE = '[MASK]';

export function readText(text: string, reader: TextReader): ReadText {
  const { ids, starts, ends, masks, found } = readParts(text, reader);
  const resolved = reader.resolver.resolve(text, found);
  const byContext = reader.ambiguity === 'context';
  // By exact match scores are shown, and decide nothing.
  const chosen = resolved.map((mention, m) => ({ ...mention, entity: byContext ? mention.entity : found[m].entity }));
  const isLinked = (m: number) => !byContext || chosen[m].linked;
  const sources = Array.from(chosen.keys()).filter(isLinked);
  const encoding = { ids, starts, ends };
  const aligned = alignMentions(
    sources.map((m) => chosen[m]),
    encoding,
    reader.continues,
  );
  const rowOf = new Map(Array.from(aligned.sources, (source, row) => [sources[source], row]));
  const mentions = chosen.map(({ linked: _, ...mention }, m): FoundMention => {
    const row = rowOf.get(m);
    if (row === undefined) return { ...mention, state: isLinked(m) ? 'not-whole-pieces' : 'below-threshold' };
    const length = aligned.lengths[row];
    const state = length > reader.maximumMentionTokens ? 'too-long' : 'infused';
    return { ...mention, state, token: aligned.starts[row], length };
  });
  const segment: LinkedSegment = {
    tokens: ids,
    // Only masking asks for words.
    wordStarts: new Uint8Array(ids.length),
    mentionStarts: aligned.starts,
    mentionLengths: aligned.lengths,
    mentionEntities: Int32Array.from(aligned.sources, (source) => chosen[sources[source]].entity),
  };
  return { segment, starts, ends, masks, mentions };
}

/** The text between masks, cut and linked part by part: no piece and no mention reaches over a mask. */
function readParts(text: string, { tokenizer, linker }: TextReader) {
  const ids: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const masks: number[] = [];
  const found: Mention[] = [];
  let at = 0;
  for (const [i, part] of text.split(MASK_PIECE).entries()) {
    if (i > 0) {
      masks.push(ids.length);
      ids.push(tokenizer.special.mask);
      starts.push(at);
      at += MASK_PIECE.length;
      ends.push(at);
    }
    const encoding = tokenizer.encode(part);
    for (let t = 0; t < encoding.ids.length; t++) {
      ids.push(encoding.ids[t]);
      starts.push(at + encoding.starts[t]);
      ends.push(at + encoding.ends[t]);
    }
    for (const mention of linker.link(part)) {
      found.push({ ...mention, start: at + mention.start, end: at + mention.end });
    }
    at += part.length;
  }
  return { ids: Int32Array.from(ids), starts: Int32Array.from(starts), ends: Int32Array.from(ends), masks, found };
}
