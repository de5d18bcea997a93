/**
 * From places in the text to tokens. A mention whose ends are not piece boundaries, or that begins inside a word, is
 * dropped: half a piece cannot be masked.
 */
import type { Mention } from './linker.js';
import type { Encoding } from './tokenizer.js';

export interface AlignedMentions {
  /** [m] first token, ascending. */
  readonly starts: Int32Array;
  /** [m] tokens. */
  readonly lengths: Int32Array;
  /** [m] which of the given mentions. */
  readonly sources: Int32Array;
}

/**
 * @param mentions ascending, without overlap
 * @param continues [vocabulary] 1 for `##` pieces
 */
export function alignMentions(
  mentions: readonly Mention[],
  encoding: Encoding,
  continues: Uint8Array,
): AlignedMentions {
  const { ids, starts, ends } = encoding;
  const kept: { start: number; length: number; source: number }[] = [];
  let token = 0;
  for (const [source, { start, end }] of mentions.entries()) {
    while (token < starts.length && starts[token] < start) token++;
    const first = token;
    while (token < ends.length && ends[token] <= end) token++;
    const whole = token > first && starts[first] === start && ends[token - 1] === end;
    const apart = (first === 0 || ends[first - 1] <= start) && (token === starts.length || starts[token] >= end);
    if (whole && apart && !continues[ids[first]] && !(token < ids.length && continues[ids[token]])) {
      kept.push({ start: first, length: token - first, source });
    }
  }
  return {
    starts: Int32Array.from(kept, (mention) => mention.start),
    lengths: Int32Array.from(kept, (mention) => mention.length),
    sources: Int32Array.from(kept, (mention) => mention.source),
  };
}

/**
 * Which tokens begin a word: one in which or before which a word of the text begins; `##` pieces never do, and a mention
 * is one word.
 * @param words first units of the words, ascending
 * @returns [n] 1 where a word begins
 */
export function alignWords(
  words: ArrayLike<number>,
  mentions: AlignedMentions,
  encoding: Encoding,
  continues: Uint8Array,
): Uint8Array {
  const { ids, starts, ends } = encoding;
  const marks = new Uint8Array(ids.length);
  let word = 0;
  for (let token = 0; token < ids.length; token++) {
    let begins = token === 0;
    for (; word < words.length && words[word] < ends[token]; word++) begins ||= words[word] <= starts[token];
    if (begins && !continues[ids[token]]) marks[token] = 1;
  }
  for (let m = 0; m < mentions.starts.length; m++) {
    const first = mentions.starts[m];
    const after = first + mentions.lengths[m];
    marks.fill(0, first, after);
    marks[first] = 1;
    if (after < marks.length) marks[after] = 1;
  }
  return marks;
}

/** [vocabulary] 1 for the pieces that continue a word. */
export function continuationTable(pieces: readonly string[]): Uint8Array {
  return Uint8Array.from(pieces, (piece) => (piece.startsWith('##') ? 1 : 0));
}
