import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf, segments } from '../../../test/support/linked-text.js';
import { buildSentence } from './sentence.js';

const options = { special: { classify: 1, separate: 2 }, maximumTokens: 64, maximumMentionTokens: 16 };
const textOf = (...tokens: number[]) => segmentOf(tokens.map((token) => ({ tokens: [token] })));

describe('buildSentence', () => {
  it('is [CLS] A [SEP], or [CLS] A [SEP] B [SEP]', () => {
    const a = segmentOf([{ tokens: [10] }, { tokens: [11, 12], entity: 3 }]);
    const b = segmentOf([{ tokens: [20, 21], entity: 4 }, { tokens: [22] }]);
    const single = buildSentence([a], options);
    expect([...single.tokens]).toEqual([1, 10, 11, 12, 2]);
    expect([...single.segmentIds]).toEqual([0, 0, 0, 0, 0]);
    expect(single.mentions).toEqual([{ entity: 3, start: 2, length: 2 }]);
    const pair = buildSentence([a, b], options);
    expect([...pair.tokens]).toEqual([1, 10, 11, 12, 2, 20, 21, 22, 2]);
    expect([...pair.segmentIds]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(pair.mentions).toEqual([
      { entity: 3, start: 2, length: 2 },
      { entity: 4, start: 5, length: 2 },
    ]);
    expect(pair.parts).toEqual([
      { start: 1, length: 3 },
      { start: 5, length: 3 },
    ]);
  });

  it('cuts the longer text of a pair first, then both', () => {
    const lengthsOf = (first: number, second: number) => {
      const texts = [first, second].map((length) => textOf(...Array.from({ length }, (_, i) => 10 + i)));
      return buildSentence(texts, { ...options, maximumTokens: 13 }).parts.map(({ length }) => length);
    };
    expect(lengthsOf(5, 5)).toEqual([5, 5]);
    expect(lengthsOf(50, 2)).toEqual([8, 2]);
    expect(lengthsOf(2, 50)).toEqual([2, 8]);
    expect(lengthsOf(50, 50)).toEqual([5, 5]);
  });

  it('leaves out mentions that are cut or too long, and takes an empty text', () => {
    const text = segmentOf([
      { tokens: [10, 11], entity: 1 },
      { tokens: [12, 13, 14], entity: 2 },
    ]);
    expect(buildSentence([text], { ...options, maximumTokens: 6 }).mentions.map(({ entity }) => entity)).toEqual([1]);
    expect(buildSentence([text], { ...options, maximumMentionTokens: 2 }).mentions.map((m) => m.entity)).toEqual([1]);
    expect([...buildSentence([textOf()], options).tokens]).toEqual([1, 2]);
    expect([...buildSentence([textOf(), textOf()], options).tokens]).toEqual([1, 2, 2]);
  });

  it('never exceeds the longest sample, and every mention stands on its own tokens', () => {
    fc.assert(
      fc.property(segments(20), segments(20), fc.integer({ min: 4, max: 60 }), (a, b, maximumTokens) => {
        for (const texts of [[a], [a, b]]) {
          const { tokens, mentions, parts } = buildSentence(texts, { ...options, maximumTokens });
          expect(tokens.length).toBeLessThanOrEqual(maximumTokens);
          parts.forEach(({ start, length }, p) => {
            expect([...tokens.subarray(start, start + length)]).toEqual([...texts[p].tokens.subarray(0, length)]);
          });
          for (const { start, length } of mentions) {
            const part = parts.find((one) => one.start <= start && start + length <= one.start + one.length);
            expect(part).toBeDefined();
          }
        }
      }),
    );
  });
});
