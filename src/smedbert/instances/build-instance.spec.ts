import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSegment, segmentOf, segments } from '../../../test/support/linked-text.js';
import type { LinkedSegment } from '../../text/linked-corpus.js';
import { buildInstance, type Instance, type InstanceOptions } from './build-instance.js';
import { maskingBudget } from './mask-segment.js';

const CLS = 1;
const SEP = 2;
const MASK = 3;
const OPTIONS: InstanceOptions = {
  masking: { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] },
  maximumMentions: 30,
  maximumMentionTokens: 16,
  special: { classify: CLS, separate: SEP, mask: MASK },
  firstOrdinary: 4,
  vocabularySize: 100,
  seed: 1,
};

/** The true ids of the sample: labels put back. */
function restored({ tokens, maskedPositions, maskedLabels }: Instance): number[] {
  const truth = [...tokens];
  maskedPositions.forEach((position, i) => {
    truth[position] = maskedLabels[i];
  });
  return truth;
}

/** The halves as they stand, without special tokens. */
function halves(instance: Instance): [number[], number[]] {
  const truth = restored(instance);
  const middle = instance.segmentIds.indexOf(1) - 1;
  return [truth.slice(1, middle), truth.slice(middle + 1, -1)];
}

describe('buildInstance', () => {
  const cases: [fc.Arbitrary<LinkedSegment>, fc.Arbitrary<number>, fc.Arbitrary<number>] = [
    segments(40),
    fc.nat(10_000),
    fc.nat(50),
  ];

  it('is [CLS] A [SEP] B [SEP], and the segment again when the halves are put back', () => {
    fc.assert(
      fc.property(...cases, (segment, index, epoch) => {
        const instance = buildInstance(segment, index, epoch, OPTIONS);
        const truth = restored(instance);
        const [a, b] = halves(instance);
        expect(truth).toEqual([CLS, ...a, SEP, ...b, SEP]);
        expect([...instance.segmentIds]).toEqual([
          ...new Array(a.length + 2).fill(0),
          ...new Array(b.length + 1).fill(1),
        ]);
        expect(instance.swapped ? [...b, ...a] : [...a, ...b]).toEqual([...segment.tokens]);
      }),
    );
  });

  it('splits at the start of a word, never inside a mention, as near to the middle as may be', () => {
    fc.assert(
      fc.property(...cases, (segment, index, epoch) => {
        const instance = buildInstance(segment, index, epoch, OPTIONS);
        const [a, b] = halves(instance);
        const split = instance.swapped ? b.length : a.length;
        const starts = Array.from(segment.wordStarts.keys()).filter((token) => token > 0 && segment.wordStarts[token]);
        const middle = segment.tokens.length / 2;
        fc.pre(starts.length > 0);
        expect(starts).toContain(split);
        expect(Math.abs(split - middle)).toBe(Math.min(...starts.map((start) => Math.abs(start - middle))));
      }),
    );
  });

  it('does not split a mention that the segmenter has cut', () => {
    const segment = segmentOf([{ tokens: [10] }, { tokens: [11, 12, 13, 14], entity: 0 }, { tokens: [15] }]);
    segment.wordStarts.fill(1);
    const [a, b] = halves(buildInstance(segment, 0, 0, { ...OPTIONS, masking: { ...OPTIONS.masking, rate: 0.01 } }));
    expect([a.length, b.length].sort()).toEqual([1, 5]);
  });

  it('masks within the budget, never a special token, and names the truth', () => {
    fc.assert(
      fc.property(...cases, (segment, index, epoch) => {
        const { tokens, maskedPositions, maskedLabels } = buildInstance(segment, index, epoch, OPTIONS);
        expect(maskedPositions.length).toBeLessThanOrEqual(maskingBudget(segment.tokens.length, OPTIONS.masking));
        expect([...maskedPositions]).toEqual([...new Set(maskedPositions)].sort((x, y) => x - y));
        for (const label of maskedLabels) expect(label).toBeGreaterThanOrEqual(10);
        expect(tokens.filter((token) => token === CLS || token === SEP).length).toBeGreaterThanOrEqual(3);
        expect([tokens[0], tokens[tokens.length - 1]]).toEqual([CLS, SEP]);
      }),
    );
  });

  it('carries every used mention with its place and its true tokens, masked whole or open whole', () => {
    fc.assert(
      fc.property(...cases, (segment, index, epoch) => {
        const instance = buildInstance(segment, index, epoch, OPTIONS);
        const truth = restored(instance);
        const masked = new Set(instance.maskedPositions);
        const both = [...instance.maskedMentions, ...instance.openMentions];
        for (const { start, length, truth: ids } of both) expect(truth.slice(start, start + length)).toEqual([...ids]);
        const count = ({ start, length }: { start: number; length: number }) =>
          Array.from({ length }, (_, i) => start + i).filter((position) => masked.has(position)).length;
        for (const mention of instance.maskedMentions) expect(count(mention)).toBe(mention.length);
        for (const mention of instance.openMentions) expect(count(mention)).toBe(0);
        const entities = both.map(({ entity }) => entity).sort((x, y) => x - y);
        expect(entities).toEqual([...segment.mentionEntities].sort((x, y) => x - y));
      }),
    );
  });

  it('is a function of segment, index, epoch and seed', () => {
    const segment = drawSegment(1, 100);
    const reference = buildInstance(segment, 3, 0, OPTIONS);
    expect(buildInstance(segment, 3, 0, OPTIONS)).toEqual(reference);
    for (const other of [
      buildInstance(segment, 3, 1, OPTIONS),
      buildInstance(segment, 4, 0, OPTIONS),
      buildInstance(segment, 3, 0, { ...OPTIONS, seed: 2 }),
    ]) {
      expect(other.tokens).not.toEqual(reference.tokens);
    }
  });

  it('swaps half of the samples, over segments and over epochs', () => {
    const segment = drawSegment(1, 30);
    const share = (at: (i: number) => Instance) =>
      Array.from({ length: 2000 }, (_, i) => at(i).swapped as number).reduce((sum, x) => sum + x, 0) / 2000;
    expect(Math.abs(share((i) => buildInstance(segment, i, 0, OPTIONS)) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(share((i) => buildInstance(segment, 0, i, OPTIONS)) - 0.5)).toBeLessThan(0.04);
  });

  it('replaces 80 % by [MASK], 10 % by a random token of the ordinary ones, and keeps 10 %', () => {
    const counts = { mask: 0, random: 0, kept: 0, all: 0 };
    const drawn = new Set<number>();
    for (let index = 0; index < 400; index++) {
      const { tokens, maskedPositions, maskedLabels } = buildInstance(drawSegment(index, 200), index, 0, OPTIONS);
      maskedPositions.forEach((position, i) => {
        counts.all++;
        if (tokens[position] === MASK) counts.mask++;
        else if (tokens[position] === maskedLabels[i]) counts.kept++;
        else {
          counts.random++;
          drawn.add(tokens[position]);
        }
      });
    }
    // About 12000 draws: deviations 0.0037 and 0.0027. A random token is the true one once in 96 times.
    expect(Math.abs(counts.mask / counts.all - 0.8)).toBeLessThan(0.015);
    expect(Math.abs(counts.random / counts.all - 0.1)).toBeLessThan(0.011);
    expect(Math.abs(counts.kept / counts.all - 0.1)).toBeLessThan(0.012);
    expect(Math.min(...drawn)).toBe(4);
    expect(Math.max(...drawn)).toBe(99);
  });

  it('obeys other shares of replacement', () => {
    const masking = { ...OPTIONS.masking, replacement: [0, 0, 1] as const };
    const { tokens, maskedPositions, maskedLabels } = buildInstance(drawSegment(0, 50), 0, 0, { ...OPTIONS, masking });
    expect([...maskedPositions].map((position) => tokens[position])).toEqual([...maskedLabels]);
  });

  it('uses at most T mentions, chosen anew each epoch and each as often', () => {
    const words = Array.from({ length: 40 }, (_, i) => ({
      tokens: [10 + i, 60],
      ...(i % 4 === 0 && { entity: i / 4 }),
    }));
    const segment = segmentOf(words);
    const counts = new Array(10).fill(0);
    for (let epoch = 0; epoch < 1000; epoch++) {
      const { maskedMentions, openMentions } = buildInstance(segment, 0, epoch, { ...OPTIONS, maximumMentions: 3 });
      const used = [...maskedMentions, ...openMentions];
      expect(used.length).toBe(3);
      for (const { entity } of used) counts[entity]++;
    }
    // 300 each, deviation 14.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(60);
  });

  it('treats mentions of too many tokens as text like any other', () => {
    const long = { tokens: [10, 11, 12, 13], entity: 7 };
    const segment = segmentOf([long, ...Array.from({ length: 40 }, (_, i) => ({ tokens: [20 + i] }))]);
    let masked = 0;
    for (let epoch = 0; epoch < 300; epoch++) {
      const instance = buildInstance(segment, 0, epoch, { ...OPTIONS, maximumMentionTokens: 3 });
      expect([...instance.maskedMentions, ...instance.openMentions]).toEqual([]);
      if (instance.maskedLabels.includes(10)) masked++;
    }
    expect(masked).toBeGreaterThan(5);
    const used = buildInstance(segment, 0, 0, { ...OPTIONS, maximumMentionTokens: 4 });
    expect([...used.maskedMentions, ...used.openMentions].map(({ entity }) => entity)).toEqual([7]);
  });

  it('takes a segment of one word: one half is empty and nothing is swapped', () => {
    const segment = segmentOf([{ tokens: [10, 11] }]);
    for (let index = 0; index < 20; index++) {
      const instance = buildInstance(segment, index, 0, OPTIONS);
      expect(restored(instance)).toEqual([CLS, 10, 11, SEP, SEP]);
      expect([...instance.segmentIds]).toEqual([0, 0, 0, 0, 1]);
      expect(instance.swapped).toBe(0);
    }
  });
});
