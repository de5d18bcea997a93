import { describe, expect, it } from 'vitest';
import { Coverage } from './coverage.js';

function mention(start: number, end: number, entity: number, ambiguous = false) {
  return { start, end, entity, ambiguous };
}

describe('Coverage', () => {
  it('is the sum of its segments', () => {
    const coverage = new Coverage([1, 5, 0, 2]);
    coverage.add('高血压和HTN'.padEnd(256, '。'), 200, [mention(0, 3, 0), mention(4, 7, 1, true)], 3);
    coverage.add('HTN'.padEnd(256, '。'), 100, [mention(0, 3, 1, true)], 1);
    coverage.add('', 0, [], 0);
    expect(coverage.report((entity) => entity !== 0, 1)).toEqual({
      segments: 3,
      characters: 512,
      tokens: 300,
      mentions: 3,
      misaligned: 1,
      mentionsPer512Characters: 3,
      linkedSegmentShare: 2 / 3,
      distinctEntities: 2,
      distinctEntityShare: 0.5,
      vectorShare: 2 / 3,
      hubShare: 2 / 3,
      ambiguousMentions: 2,
      ambiguousSurfaces: 1,
      topEntities: [{ entity: 1, mentions: 2 }],
    });
  });

  it('is zero without text', () => {
    const report = new Coverage([]).report(() => true, 5);
    expect(report).toMatchObject({ mentions: 0, mentionsPer512Characters: 0, vectorShare: 0, hubShare: 0 });
  });
});
