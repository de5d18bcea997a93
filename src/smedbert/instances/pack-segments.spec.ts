import { describe, expect, it } from 'vitest';
import { maskingBudget, packedMaskingBudget } from './mask-segment.js';
import { PackSequence, packSegments } from './pack-segments.js';

const masking = { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] } as const;
const OPTIONS = { tokens: 128, maximumSegments: 6, masking };
/** Mostly short, some cut. */
const LENGTHS = Array.from({ length: 1000 }, (_, i) => 1 + ((i * 37) % 61) + (i % 50 === 0 ? 100 : 0));
const all = Int32Array.from(LENGTHS.keys());
const lengthOf = (segment: number) => LENGTHS[segment];
const packs = packSegments(all, lengthOf, OPTIONS);

function listOf({ offsets, segments }: typeof packs): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => [...segments.subarray(offsets[i], offsets[i + 1])]);
}

describe('packSegments', () => {
  it('puts every segment into one pack that has room for its tokens and masks', () => {
    const list = listOf(packs);
    expect(list.flat().sort((a, b) => a - b)).toEqual([...all]);
    for (const pack of list) {
      const lengths = pack.map((segment) => Math.min(125, lengthOf(segment)));
      expect(lengths.reduce((sum, length) => sum + length + 3, 0)).toBeLessThanOrEqual(128);
      expect(pack.length).toBeLessThanOrEqual(6);
      const masked = lengths.reduce((sum, length) => sum + maskingBudget(length, masking), 0);
      expect(masked).toBeLessThanOrEqual(packedMaskingBudget(128, masking));
    }
  });

  it('leaves little padding', () => {
    const taken = LENGTHS.reduce((sum, length) => sum + Math.min(125, length) + 3, 0);
    expect(taken / (128 * (packs.offsets.length - 1))).toBeGreaterThan(0.95);
  });

  it('follows from the lengths alone, and parts segments that follow each other', () => {
    expect(packSegments(all, lengthOf, OPTIONS)).toEqual(packs);
    const neighbours = listOf(packs).filter((pack) => pack.some((segment) => pack.includes(segment + 1)));
    expect(neighbours.length).toBe(0);
    expect(packSegments(new Int32Array(0), lengthOf, OPTIONS).offsets.length).toBe(1);
  });
});

describe('PackSequence', () => {
  const sequence = new PackSequence(packs, 128, 4, 1);
  const list = listOf(packs).map(String);

  it('visits every pack once an epoch, filling the last batch from the front', () => {
    for (const epoch of [0, 3]) {
      const seen: string[] = [];
      for (let i = 0; i < sequence.batchesPerEpoch; i++) {
        const { segments, packs: counts, epoch: number } = sequence.at(epoch * sequence.batchesPerEpoch + i);
        expect(number).toBe(epoch);
        expect(counts?.length).toBe(4);
        let next = 0;
        for (const count of counts ?? []) seen.push(String(segments.slice(next, (next += count))));
        expect(next).toBe(segments.length);
      }
      expect(new Set(seen)).toEqual(new Set(list));
      expect(seen.length - list.length).toBe((4 - (list.length % 4)) % 4);
    }
  });

  it('gives any batch without those before it, in another order each epoch', () => {
    const number = 2 * sequence.batchesPerEpoch + 5;
    const expected = Array.from({ length: number + 1 }, (_, i) => sequence.at(i)).at(-1);
    expect(new PackSequence(packs, 128, 4, 1).at(number)).toEqual(expected);
    expect(sequence.at(5).segments).not.toEqual(expected?.segments);
  });
});
