import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentDocument } from './segment-document.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from './word-piece.js';

const LETTERS = ['甲', '乙', '。', '，', 'a', '##a', '.', '”'];
const tokenizer = new WordPieceTokenizer([...SPECIAL_PIECES, ...LETTERS]);

describe('segmentDocument', () => {
  it('leaves a text that fits as it is', () => {
    expect(segmentDocument('甲乙。', tokenizer, 3)).toEqual(['甲乙。']);
    expect(segmentDocument('', tokenizer, 3)).toEqual([]);
  });

  it('cuts at the last sentence end that fits, behind closing quotes', () => {
    expect(segmentDocument('甲。乙乙。”甲甲甲', tokenizer, 7)).toEqual(['甲。乙乙。”', '甲甲甲']);
  });

  it('cuts at a clause end where no sentence ends, else between words, else between pieces', () => {
    expect(segmentDocument('甲甲，乙乙乙', tokenizer, 5)).toEqual(['甲甲，', '乙乙乙']);
    expect(segmentDocument('甲 aaa aaa', tokenizer, 5)).toEqual(['甲 aaa', 'aaa']);
    expect(segmentDocument('aaaaaaaa', tokenizer, 5)).toEqual(['aaaaa', 'aaa']);
  });

  it('takes a full stop for a sentence end only before a space', () => {
    expect(segmentDocument('a. a.a a', tokenizer, 5)).toEqual(['a.', 'a.a a']);
  });

  it('loses nothing and keeps to the limit', () => {
    const text = fc.array(fc.constantFrom('甲', '乙', '。', '，', 'a', 'aaa', ' ', '丙'), { maxLength: 300 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (parts, maximum) => {
        const document = parts.join('');
        const segments = segmentDocument(document, tokenizer, maximum);
        expect(segments.join('').replaceAll(' ', '')).toBe(document.replaceAll(' ', ''));
        for (const segment of segments) expect(tokenizer.encode(segment).ids.length).toBeLessThanOrEqual(maximum);
      }),
      { numRuns: 200 },
    );
  });

  it('goes on through words and blanks that are longer than its window', () => {
    const document = `${'a'.repeat(5000)}。${' '.repeat(5000)}甲。${'甲'.repeat(20)}`;
    expect(segmentDocument(document, tokenizer, 10).map(({ length }) => length)).toEqual([5001 + 5000 + 2, 10, 10]);
  });
});
