import { describe, expect, it } from 'vitest';
import { type BatchShapeOptions, batchShape } from './batch-shape.js';

const OPTIONS: BatchShapeOptions = {
  samples: 8,
  masking: { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] },
  objectiveMentions: 4,
  neighbours: 10,
  groupSize: 16,
  groupKinds: 30,
};

describe('batchShape', () => {
  it('has room for the whole budget of every sample, and for the share of the mentions', () => {
    expect(batchShape(512, OPTIONS)).toEqual({
      samples: 8,
      tokens: 512,
      maskedTokens: 576,
      infusedTokens: 288,
      infusedMentions: 144,
      objectiveTokens: 128,
      objectiveMentions: 32,
      groups: 40,
      groupSize: 16,
    });
  });

  it('has no side of zero, however short the samples', () => {
    const masking = { ...OPTIONS.masking, mentionShare: 0 };
    const smallest = { ...OPTIONS, masking, samples: 1, objectiveMentions: 1, neighbours: 1, groupKinds: 1 };
    for (const size of Object.values(batchShape(4, smallest))) expect(size).toBeGreaterThan(0);
  });

  it('has a group for every kind of target, but not more groups than targets', () => {
    expect(batchShape(64, { ...OPTIONS, groupKinds: 100_000 }).groups).toBe(10 + 320);
    expect(batchShape(64, { ...OPTIONS, groupKinds: 1 }).groups).toBe(10 + 1);
  });
});
