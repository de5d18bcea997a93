import { describe, expect, it } from 'vitest';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { WholeWords, WordPieces } from './word-encoder.js';

const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'low', 'dose', 'ct', 'scan', '##ner', '##s', '-'];

describe('whole words', () => {
  it('have a token each, an unknown one too', () => {
    const { tokens, firsts } = new WholeWords(['[PAD]', '[UNK]', 'CT', 'scan']).encode(['CT', 'of', 'scan']);
    expect([...tokens]).toEqual([2, 1, 3]);
    expect([...firsts]).toEqual([0, 1, 2]);
  });
});

describe('word pieces', () => {
  const tokenizer = new WordPieceTokenizer(PIECES);
  const words = ['low-dose', 'scanners', 'CT', '\u0007', 'scan'];

  it('lead a word to its first piece, whatever was split before it', () => {
    const { tokens, firsts } = new WordPieces(tokenizer, 64).encode(words, 2);
    expect([...tokens].map((id) => PIECES[id])).toEqual(
      '[CLS] low - dose scan ##ner ##s ct [UNK] scan [SEP]'.split(' '),
    );
    expect([...firsts]).toEqual([1, 4, 7, 8, 9]);
  });

  it('spare the word that is asked for when they are too many', () => {
    const { tokens, firsts } = new WordPieces(tokenizer, 7).encode(words, 2);
    expect([...tokens].map((id) => PIECES[id])).toEqual('[CLS] scan ##ner ##s ct [UNK] [SEP]'.split(' '));
    expect([...firsts]).toEqual([-1, 1, 4, 5, -1]);
    expect([...new WordPieces(tokenizer, 3).encode(words, 0).firsts]).toEqual([1, -1, -1, -1, -1]);
  });
});
