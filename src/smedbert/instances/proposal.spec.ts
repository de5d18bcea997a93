import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { buildProposal } from './proposal.js';

// Type 0: entities 0, 2, 5; type 1: entities 1, 3, 4, 6; type 2: entity 7; type 3 has none.
const TYPES = Uint16Array.of(0, 1, 0, 1, 1, 0, 1, 2);
const FREQUENCY = Int32Array.of(9, 0, 0, 49, 3, 2, 4, 0);

describe.each(['frequency', 'uniform'] as const)('the %s proposal', (kind) => {
  const proposal = buildProposal(FREQUENCY, TYPES, 4, kind);
  const probability = (entity: number) => Math.exp(proposal.logProbability(entity));

  it('sums to one within each type', () => {
    const sums = [0, 0, 0, 0];
    TYPES.forEach((type, entity) => {
      sums[type] += probability(entity);
    });
    for (const [type, sum] of sums.entries()) expect(sum).toBeCloseTo(type === 3 ? 0 : 1, 12);
  });

  it('draws entities of the type as often as it says', () => {
    const draws = 20_000;
    const random = new CounterRandom(3, 'negatives');
    for (const type of [0, 1, 2]) {
      const members = Array.from(TYPES.keys()).filter((entity) => TYPES[entity] === type);
      const counts = new Map(members.map((entity) => [entity, 0]));
      for (let i = 0; i < draws; i++) {
        const entity = proposal.sample(type, random, type, i);
        counts.set(entity, (counts.get(entity) ?? 0) + 1);
      }
      expect([...counts.keys()]).toEqual(members);
      const chiSquare = [...counts].reduce((sum, [entity, count]) => {
        const expected = draws * probability(entity);
        return sum + (count - expected) ** 2 / expected;
      }, 0);
      // The 99.9 % bound for three degrees of freedom is 16.3.
      expect(chiSquare).toBeLessThan(16.3);
    }
  });
});

describe('buildProposal', () => {
  it('follows the frequency, smoothed by one', () => {
    const proposal = buildProposal(FREQUENCY, TYPES, 4, 'frequency');
    expect(Math.exp(proposal.logProbability(0))).toBeCloseTo(10 / 14, 12);
    expect(Math.exp(proposal.logProbability(3))).toBeCloseTo(50 / 60, 12);
    expect(proposal.logProbability(7)).toBe(0);
  });

  it('gives every entity of a type the same share when uniform', () => {
    const proposal = buildProposal(FREQUENCY, TYPES, 4, 'uniform');
    for (const entity of [0, 2, 5]) expect(Math.exp(proposal.logProbability(entity))).toBeCloseTo(1 / 3, 12);
    for (const entity of [1, 3, 4, 6]) expect(Math.exp(proposal.logProbability(entity))).toBeCloseTo(1 / 4, 12);
  });
});
