import { describe, expect, it } from 'vitest';
import { alignMentions, alignWords, continuationTable } from './align-mentions.js';
import { LexiconSegmenter } from './lexicon-segmenter.js';
import type { Mention } from './linker.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from './word-piece.js';

const PIECES = [...SPECIAL_PIECES, '高', '血', '压', '，', 'a', '##b', '##c', 'abc1', '##2', '2', '型'];
const tokenizer = new WordPieceTokenizer(PIECES);
const continues = continuationTable(PIECES);

function mention(start: number, end: number): Mention {
  return { start, end, entity: 0, ambiguous: false };
}

function align(text: string, ...mentions: [number, number][]) {
  const { starts, lengths, sources } = alignMentions(
    mentions.map(([start, end]) => mention(start, end)),
    tokenizer.encode(text),
    continues,
  );
  return Array.from(starts, (start, m) => [start, lengths[m], sources[m]]);
}

describe('alignMentions', () => {
  it('gives first token and number of tokens', () => {
    expect(align('高血压，abc 高血压', [0, 3], [4, 7], [8, 11])).toEqual([
      [0, 3, 0],
      [4, 3, 1],
      [7, 3, 2],
    ]);
  });

  it('drops a mention that ends or begins inside a piece, and goes on', () => {
    expect(align('abc1高血压', [0, 3], [4, 7])).toEqual([[1, 3, 1]]);
    expect(align('abc1高血压', [2, 4], [4, 7])).toEqual([[1, 3, 1]]);
  });

  it('drops a mention that is a part of a word', () => {
    expect(align('abc', [1, 3])).toEqual([]);
    expect(align('abc', [0, 2])).toEqual([]);
  });

  it('drops a mention of which nothing is left', () => {
    expect(align('高\u200b血', [1, 2])).toEqual([]);
    expect(align('', [0, 0])).toEqual([]);
  });
});

describe('alignWords', () => {
  const words = (text: string, starts: number[], ...mentions: [number, number][]) => {
    const encoding = tokenizer.encode(text);
    const aligned = alignMentions(
      mentions.map(([start, end]) => mention(start, end)),
      encoding,
      continues,
    );
    return [...alignWords(starts, aligned, encoding, continues)];
  };

  it('begins words where the segmenter does, never at a continuation', () => {
    expect(words('高血压，abc', [0, 3, 4, 5])).toEqual([1, 0, 0, 1, 1, 0, 0]);
  });

  it('makes one word of a mention, and begins another behind it', () => {
    expect(words('高血压，高血压', [0, 1, 2, 3, 4], [0, 3])).toEqual([1, 0, 0, 1, 1, 0, 0]);
    expect(words('高血压', [0], [0, 2])).toEqual([1, 0, 1]);
  });

  it('counts a boundary in white space for the piece behind it', () => {
    expect(words('高  血', [0, 1])).toEqual([1, 1]);
  });

  it('takes single characters and whole spelled words from the lexicon segmenter', () => {
    const text = '高血 abc，2型';
    expect([...new LexiconSegmenter().wordStarts(text)]).toEqual([0, 1, 2, 3, 6, 7, 8]);
    expect(words(text, [...new LexiconSegmenter().wordStarts(text)])).toEqual([1, 1, 1, 0, 0, 1, 1, 1]);
  });
});
