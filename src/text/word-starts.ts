import type { PieceMention } from './align-mentions.js';
import type { Encoding } from './tokenizer.js';

/**
 * Where words begin, for whole-word masking: a mention is one word; elsewhere the given words, or without them every
 * piece that does not continue the one before. A piece that a word boundary would cut begins no word.
 * @param words of a segmenter, covering the text in order
 * @returns [pieces] 1 where a word begins
 */
export function wordStartsOf(
  text: string,
  { starts, ends }: Encoding,
  mentions: readonly PieceMention[],
  words?: readonly string[],
): Uint8Array {
  const boundaries = words ? boundariesOf(text, words) : undefined;
  const wordStarts = new Uint8Array(starts.length);
  for (let piece = 0; piece < starts.length; piece++) {
    const apart = piece === 0 || ends[piece - 1] < starts[piece];
    const begins = apart || (boundaries ? boundaries[starts[piece]] === 1 : isIdeographic(text, starts, piece));
    wordStarts[piece] = begins ? 1 : 0;
  }
  for (const { first, end } of mentions) {
    wordStarts.fill(0, first, end);
    wordStarts[first] = 1;
    if (end < wordStarts.length) wordStarts[end] = 1;
  }
  return wordStarts;
}

/** [text.length + 1] 1 where a word of the segmenter begins. */
function boundariesOf(text: string, words: readonly string[]): Uint8Array {
  const boundaries = new Uint8Array(text.length + 1);
  let place = 0;
  for (const word of words) {
    boundaries[place] = 1;
    place += word.length;
  }
  return boundaries;
}

/** Neighbouring pieces without a blank are one word only inside a run of letters or digits. */
function isIdeographic(text: string, starts: Int32Array, piece: number): boolean {
  const run = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;
  return !(run.test(text[starts[piece]]) && run.test(text[starts[piece] - 1] ?? ''));
}
