import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LONGEST_WORD } from './piece-cutter.js';
import type { Encoding } from './tokenizer.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from './word-piece.js';

const DATA = new URL('../../../shared/data/text/chineseblue/', import.meta.url);
const PRESENT = existsSync(DATA);
const REFERENCE: {
  lines: number;
  chunks: [number, number][];
  cases: { text: string; lower: number[][]; cased: number[][] }[];
} = JSON.parse(readFileSync(new URL('../../test/parity/word-piece.json', import.meta.url), 'utf8'));

function published(lowerCase = true): WordPieceTokenizer {
  return new WordPieceTokenizer(readFileSync(new URL('vocab.txt', DATA), 'utf8').trimEnd().split('\n'), { lowerCase });
}

function triples({ ids, starts, ends }: Encoding): number[][] {
  return Array.from(ids, (id, i) => [id, starts[i], ends[i]]);
}

function small(...pieces: string[]): WordPieceTokenizer {
  return new WordPieceTokenizer([...SPECIAL_PIECES, ...pieces]);
}

function cut(tokenizer: WordPieceTokenizer, text: string): [string, string][] {
  const { ids, starts, ends } = tokenizer.encode(text);
  return Array.from(ids, (id, i) => [tokenizer.piece(id), text.slice(starts[i], ends[i])]);
}

if (!PRESENT) process.stderr.write('skipped: ../shared/data not present\n');

describe.skipIf(!PRESENT)('WordPieceTokenizer against Hugging Face', () => {
  it('gives the same ids and offsets on every line of the corpus', () => {
    const tokenizer = published();
    const lines = gunzipSync(readFileSync(new URL('corpus.txt.gz', DATA)))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBe(REFERENCE.lines);
    const chunks: [number, number][] = [];
    for (let first = 0; first < lines.length; first += 1000) {
      let hash = 0x811c9dc5;
      let count = 0;
      for (const line of lines.slice(first, first + 1000)) {
        const { ids, starts, ends } = tokenizer.encode(line);
        for (let i = 0; i < ids.length; i++, count++) {
          for (const word of [ids[i], starts[i], ends[i]]) hash = Math.imul(hash ^ word, 0x01000193);
        }
      }
      chunks.push([count, hash >>> 0]);
    }
    expect(chunks).toEqual(REFERENCE.chunks);
  });

  it.each(REFERENCE.cases)('gives the same pieces for %j', ({ text, lower, cased }) => {
    expect(triples(published().encode(text))).toEqual(lower);
    expect(triples(published(false).encode(text))).toEqual(cased);
  });
});

describe('WordPieceTokenizer', () => {
  it('matches the longest piece first and keeps its place', () => {
    const tokenizer = small('un', '##aff', '##able', 'una', '##ff', '头', '痛');
    expect(cut(tokenizer, ' unaffable头痛')).toEqual([
      ['una', 'una'],
      ['##ff', 'ff'],
      ['##able', 'able'],
      ['头', '头'],
      ['痛', '痛'],
    ]);
  });

  it('makes one unknown piece of a word it cannot cut, and of one over 100 characters', () => {
    const tokenizer = small('a', '##a');
    expect(cut(tokenizer, 'aab')).toEqual([['[UNK]', 'aab']]);
    expect(tokenizer.encode('a'.repeat(LONGEST_WORD)).ids.length).toBe(LONGEST_WORD);
    expect(cut(tokenizer, 'a'.repeat(LONGEST_WORD + 1))).toEqual([['[UNK]', 'a'.repeat(LONGEST_WORD + 1)]]);
  });

  it('gives the same for a word that it has cut before, and after its cache has been emptied', () => {
    const tokenizer = small('w', ...Array.from('0123456789', (digit) => `##${digit}`));
    const first = triples(tokenizer.encode('w77'));
    expect(triples(tokenizer.encode('w77'))).toEqual(first);
    for (let i = 0; i < 40_000; i++) tokenizer.encode(`w${i}`);
    expect(triples(tokenizer.encode('w77'))).toEqual(first);
    expect(triples(tokenizer.encode('. w77'))).toEqual([
      [tokenizer.special.unknown, 0, 1],
      ...first.map(([id, start, end]) => [id, start + 2, end + 2]),
    ]);
  });

  it('drops halves of surrogate pairs', () => {
    expect(cut(small('ab'), 'a\ud840b \udc00')).toEqual([['ab', 'a\ud840b']]);
  });

  it('names the special pieces that a vocabulary lacks', () => {
    expect(() => new WordPieceTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a'])).toThrow('lacks [MASK]');
  });
});
