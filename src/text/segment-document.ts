import type { Tokenizer } from './tokenizer.js';

/** Where a sentence ends; the closing quote or bracket after it belongs to it. */
const SENTENCE = /[^。！？!?；;]*[。！？!?；;]+[”’」』）)"']*|[^。！？!?；;]+/g;

/**
 * Cuts a cleaned document into segments of at most `maximumPieces` word pieces (spec section 2): whole sentences as long
 * as they fit; a longer sentence is cut between pieces.
 */
export function segmentDocument(text: string, tokenizer: Tokenizer, maximumPieces: number): string[] {
  const segments: string[] = [];
  let start = 0;
  let end = 0;
  let pieces = 0;
  for (const { index, 0: sentence } of text.matchAll(SENTENCE)) {
    const parts = sentenceParts(sentence, tokenizer, maximumPieces);
    let offset = index;
    for (const { length, count } of parts) {
      if (pieces + count > maximumPieces && end > start) {
        segments.push(text.slice(start, end));
        start = offset;
        pieces = 0;
      }
      offset += length;
      end = offset;
      pieces += count;
    }
  }
  if (end > start) segments.push(text.slice(start, end));
  return segments.map((segment) => segment.trim()).filter((segment) => segment !== '');
}

/** A sentence in parts of at most `maximum` pieces: its lengths in UTF-16 units and their pieces. */
function sentenceParts(sentence: string, tokenizer: Tokenizer, maximum: number): { length: number; count: number }[] {
  const { ids, starts } = tokenizer.encode(sentence);
  if (ids.length <= maximum) return [{ length: sentence.length, count: ids.length }];
  const parts: { length: number; count: number }[] = [];
  for (let first = 0; first < ids.length; first += maximum) {
    const begin = first === 0 ? 0 : starts[first];
    const last = first + maximum;
    parts.push({
      length: (last < ids.length ? starts[last] : sentence.length) - begin,
      count: Math.min(maximum, ids.length - first),
    });
  }
  return parts;
}
