/**
 * Cuts a document into segments of at most so many word pieces, at the last sentence end that fits, else at the last
 * clause end, else between words, else between pieces (SMedBERT cuts its corpus into segments of 512 tokens).
 */
import { LONGEST_WORD } from './piece-cutter.js';
import type { Encoding, Tokenizer } from './tokenizer.js';

const SENTENCE_ENDS = new Set('。！？；!?;…');
const CLAUSE_ENDS = new Set('，、,：:');
const CLOSING = new Set('”’"\'）)】》〉」』]。！？!?…');
const NO_CUT = 0;
const PIECE_CUT = 1;
const WORD_CUT = 2;
const CLAUSE_CUT = 3;
const SENTENCE_CUT = 4;

/**
 * @param text cleaned text of one document
 * @param maximumTokens pieces of a segment at most, without special tokens
 * @returns segments in order, trimmed, none empty
 */
export function segmentDocument(text: string, tokenizer: Tokenizer, maximumTokens: number): string[] {
  const segments: string[] = [];
  for (let at = 0; at < text.length; ) {
    const next = at + segmentLength(text, at, tokenizer, maximumTokens);
    const segment = text.slice(at, next).trim();
    if (segment !== '') segments.push(segment);
    at = next;
  }
  return segments;
}

/** Encodes a window only, so that a long document costs no more than its length. */
function segmentLength(text: string, at: number, tokenizer: Tokenizer, maximumTokens: number): number {
  for (let width = 2 * maximumTokens + 2 * LONGEST_WORD; ; width *= 2) {
    const window = text.slice(at, at + width);
    const encoding = tokenizer.encode(window);
    const whole = at + width >= text.length;
    if (whole && encoding.ids.length <= maximumTokens) return window.length;
    // The last word of a window may be cut by its edge: it must not lie among the pieces that decide.
    if (whole || encoding.ids.length > maximumTokens + LONGEST_WORD) {
      return bestCut(window, encoding, tokenizer, maximumTokens);
    }
  }
}

/** The unit after the segment: the last cut of the best kind among the first `maximumTokens` pieces. */
function bestCut(text: string, encoding: Encoding, tokenizer: Tokenizer, maximumTokens: number): number {
  let best = NO_CUT;
  let cut = text.length;
  for (let piece = maximumTokens; piece > 0 && best < SENTENCE_CUT; piece--) {
    const kind = cutBefore(text, encoding, tokenizer, piece);
    if (kind <= best) continue;
    best = kind;
    cut = encoding.starts[piece];
  }
  return cut;
}

function cutBefore(text: string, { ids, starts, ends }: Encoding, tokenizer: Tokenizer, piece: number): number {
  if (starts[piece] < ends[piece - 1]) return NO_CUT;
  if (tokenizer.piece(ids[piece]).startsWith('##')) return PIECE_CUT;
  if (CLOSING.has(text[starts[piece]])) return WORD_CUT;
  let last = ends[piece - 1] - 1;
  while (last > 0 && CLOSING.has(text[last]) && !SENTENCE_ENDS.has(text[last])) last--;
  const mark = text[last];
  if (SENTENCE_ENDS.has(mark) || (mark === '.' && text[ends[piece - 1]] === ' ')) return SENTENCE_CUT;
  return CLAUSE_ENDS.has(mark) ? CLAUSE_CUT : WORD_CUT;
}
