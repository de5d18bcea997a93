import { describe, expect, it } from 'vitest';
import { cleanWord, cleanWords, signsAround } from './clean-words.js';

describe('cleaned words', () => {
  it.each([
    ['  BA 1 [N-(2-cyanoethylene)-urea]:\tLD50 ', ['ba', 'ncyanoethyleneurea', 'ld']],
    ['β-Lactams ± café\u0301 µm²', ['βlactams', 'café\u0301', 'µm']],
    ['a—b – c\u00a0d', ['ab', 'c', 'd']],
    ['心 衰 𝒳-ray 😀 \ud800x', ['心', '衰', '𝒳ray', 'x']],
    ['12 % (3)', []],
    ['', []],
  ])('of %j', (text, words) => {
    expect(cleanWords(text)).toEqual(words);
    expect(words.map(cleanWord)).toEqual(words);
  });

  it('drop stop words and single letters together', () => {
    const stop = new Set(['the', 'of']);
    expect(cleanWords('The loss of vitamin D', stop)).toEqual(['loss', 'vitamin']);
    expect(cleanWords('The loss of vitamin D')).toEqual(['the', 'loss', 'of', 'vitamin', 'd']);
  });

  it('know the signs around a word', () => {
    expect(signsAround('("N-x").')).toEqual({ before: '("', after: '").' });
    expect(signsAround('...')).toEqual({ before: '...', after: '' });
    expect(signsAround('word')).toEqual({ before: '', after: '' });
  });
});
