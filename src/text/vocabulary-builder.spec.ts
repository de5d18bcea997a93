import { describe, expect, it } from 'vitest';
import { VocabularyBuilder } from './vocabulary-builder.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from './word-piece.js';

function build(lines: string[], size = 1000, lowerCase = true): string[] {
  const builder = new VocabularyBuilder(lowerCase);
  for (const line of lines) builder.add(line);
  return builder.build(size);
}

describe('VocabularyBuilder', () => {
  it('lists characters by frequency, continuations, then repeated words', () => {
    expect(build(['痛痛痛 ab，ab', '热热 a9'])).toEqual([...SPECIAL_PIECES, 'a', '痛', '热', '，', '##b', '##9', 'ab']);
  });

  it('does not depend on the order of the text', () => {
    expect(build(['热 痛 x', 'b a'])).toEqual(build(['a b', 'x 痛 热']));
  });

  it('keeps to the size', () => {
    expect(build(['痛痛热'], 6)).toEqual([...SPECIAL_PIECES, '痛']);
  });

  it('cuts its own text without an unknown piece', () => {
    const text = 'Café 查HbA1c：７.5%，ΑΣ 한국 𠮷';
    for (const lowerCase of [true, false]) {
      const tokenizer = new WordPieceTokenizer(build([text], 1000, lowerCase), { lowerCase });
      expect([...tokenizer.encode(text).ids]).not.toContain(tokenizer.special.unknown);
    }
  });
});
