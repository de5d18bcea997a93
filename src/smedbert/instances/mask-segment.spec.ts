import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSegment, segmentOf, segments } from '../../../test/support/linked-text.js';
import { CounterRandom } from '../../base/random.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';
import { type MaskingOptions, maskingBudget, planMasking, replaceToken } from './mask-segment.js';

const OPTIONS: MaskingOptions = { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] };

const allMentions = (segment: LinkedSegment) => Array.from(segment.mentionStarts.keys());

function plan(segment: LinkedSegment, options = OPTIONS, seed = 1, epoch = 0, mentions = allMentions(segment)) {
  return planMasking(segment, mentions, options, new CounterRandom(seed, 'mask'), epoch);
}

/** Masked or not, token by token, for the tokens of each word. */
function maskedByWord(segment: LinkedSegment, tokens: Int32Array): boolean[][] {
  const words: boolean[][] = [];
  segment.wordStarts.forEach((starts, token) => {
    if (starts) words.push([]);
    words[words.length - 1].push(tokens.includes(token));
  });
  return words;
}

describe('maskingBudget', () => {
  it.each([
    [512, 72],
    [480, 72],
    [400, 60],
    [10, 2],
    [3, 1],
    [1, 1],
  ])('of %i tokens is %i', (length, budget) => {
    expect(maskingBudget(length, OPTIONS)).toBe(budget);
  });
});

describe('planMasking', () => {
  const options = fc.record({
    rate: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
    maximumTokens: fc.integer({ min: 1, max: 30 }),
    mentionShare: fc.double({ min: 0, max: 1, noNaN: true }),
    replacement: fc.constant(OPTIONS.replacement),
  });

  it('never exceeds the budget, masks whole words, and lists what it masked once and in order', () => {
    fc.assert(
      fc.property(segments(60), options, fc.nat(1000), (segment, masking, seed) => {
        const { tokens, mentions } = plan(segment, masking, seed);
        expect(tokens.length).toBeLessThanOrEqual(maskingBudget(segment.tokens.length, masking));
        for (const list of [tokens, mentions]) expect([...list]).toEqual([...new Set(list)].sort((a, b) => a - b));
        for (const word of maskedByWord(segment, tokens)) expect(new Set(word).size).toBe(1);
        for (const token of tokens) expect(token).toBeLessThan(segment.tokens.length);
      }),
    );
  });

  it('masks a mention whole or not at all, and gives mentions their share at most', () => {
    fc.assert(
      fc.property(segments(60), options, fc.nat(1000), (segment, masking, seed) => {
        const { tokens, mentions } = plan(segment, masking, seed);
        let used = 0;
        segment.mentionStarts.forEach((start, m) => {
          const length = segment.mentionLengths[m];
          const masked = tokens.filter((token) => token >= start && token < start + length).length;
          expect(masked).toBe(mentions.includes(m) ? length : 0);
          used += masked;
        });
        expect(used).toBeLessThanOrEqual(
          Math.floor(maskingBudget(segment.tokens.length, masking) * masking.mentionShare),
        );
      }),
    );
  });

  it('keeps a mention together where the segmenter has cut it', () => {
    const segment = { ...segmentOf([{ tokens: [1, 2, 3, 4], entity: 0 }, { tokens: [5] }, { tokens: [6] }]) };
    segment.wordStarts.fill(1);
    const counts = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const { tokens } = plan(segment, { ...OPTIONS, rate: 0.7, mentionShare: 1 }, seed);
      counts.add(tokens.filter((token) => token < 4).length);
    }
    expect(counts).toEqual(new Set([4]));
  });

  it('masks mentions that are not used like any other word, and does not list them', () => {
    const segment = drawSegment(0, 60, 2);
    const unused = allMentions(segment).filter((m) => m % 2 === 1);
    const used = allMentions(segment).filter((m) => m % 2 === 0);
    let times = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { tokens, mentions } = plan(segment, { ...OPTIONS, rate: 0.4 }, seed, 0, used);
      for (const m of unused) {
        expect(mentions).not.toContain(m);
        if (tokens.includes(segment.mentionStarts[m])) times++;
      }
    }
    expect(times / (100 * unused.length)).toBeGreaterThan(0.15);
  });

  it('masks about 15 % of the tokens, half of them in mentions where there are enough', () => {
    let all = 0;
    let masked = 0;
    let inMentions = 0;
    for (let i = 0; i < 200; i++) {
      const segment = drawSegment(i, 200);
      const { tokens, mentions } = plan(segment, OPTIONS, 1, i);
      all += segment.tokens.length;
      masked += tokens.length;
      for (const m of mentions) inMentions += segment.mentionLengths[m];
    }
    expect(masked / all).toBeGreaterThan(0.148);
    expect(masked / all).toBeLessThanOrEqual(0.15);
    expect(inMentions / masked).toBeGreaterThan(0.47);
    expect(inMentions / masked).toBeLessThanOrEqual(0.51);
  });

  it('masks no mention when they have no share, and only mentions when there is nothing else', () => {
    const segment = drawSegment(3, 100);
    expect(plan(segment, { ...OPTIONS, mentionShare: 0 }).mentions.length).toBe(0);
    const mentions = segmentOf(Array.from({ length: 20 }, (_, i) => ({ tokens: [10 + i], entity: i })));
    expect(plan(mentions, { ...OPTIONS, mentionShare: 1 }).mentions.length).toBe(3);
    expect(plan(mentions, { ...OPTIONS, mentionShare: 0.5 }).tokens.length).toBe(1);
  });

  it('draws every word about equally often', () => {
    const segment = segmentOf(Array.from({ length: 20 }, (_, i) => ({ tokens: [10 + i] })));
    const counts = new Array(20).fill(0);
    for (let epoch = 0; epoch < 2000; epoch++)
      for (const token of plan(segment, OPTIONS, 1, epoch).tokens) counts[token]++;
    // 3 of 20 tokens, 2000 times: 300 each, deviation 16.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(70);
  });

  it('is a function of seed and epoch', () => {
    const segment = drawSegment(5, 200);
    const reference = plan(segment, OPTIONS, 1, 0);
    expect(plan(segment, OPTIONS, 1, 0)).toEqual(reference);
    expect(plan(segment, OPTIONS, 1, 1).tokens).not.toEqual(reference.tokens);
    expect(plan(segment, OPTIONS, 2, 0).tokens).not.toEqual(reference.tokens);
  });
});

describe('replaceToken', () => {
  it('takes [MASK], a random token or the truth by where the draw falls', () => {
    const at = (draw: number) => replaceToken(5, 1, () => 9, draw, [0.5, 0.3, 0.2]);
    expect([0, 0.49, 0.5, 0.79, 0.81, 0.999].map(at)).toEqual([1, 1, 9, 9, 5, 5]);
  });
});
