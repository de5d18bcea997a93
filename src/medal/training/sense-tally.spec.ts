import { describe, expect, it } from 'vitest';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { mostFrequentSenses } from './most-frequent.js';
import { judge, senseFigures } from './sense-tally.js';

const row = (abbreviation: string, expansion: string, count: number) => ({
  abbreviation,
  expansion,
  variants: [{ form: abbreviation, count }],
});
const INVENTORY = new SenseInventory([
  row('CT', 'computed tomography', 5),
  row('RA', 'right atrium', 3),
  row('CT', 'calcitonin', 9),
  row('RA', 'rheumatoid arthritis', 7),
  row('MS', 'mass spectrometry', 1),
]);

describe('the guess without context', () => {
  it('is the sense that training had most often, or that the table counts most often', () => {
    expect([...mostFrequentSenses([0, 0, 2], INVENTORY)]).toEqual([0, 3, 0, 3, 4]);
    expect([...mostFrequentSenses([], INVENTORY)]).toEqual([2, 3, 2, 3, 4]);
  });
});

describe('figures of answers', () => {
  const baseline = mostFrequentSenses([0, 3], INVENTORY);
  const answer = (sense: number, logits: number[]) =>
    judge({
      sense,
      candidates: INVENTORY.candidates(INVENTORY.senses[sense].abbreviation),
      logits: Float32Array.from(logits),
    });
  const judged = [
    answer(0, [2, 9, 1, 0, 0]), // right among its candidates, wrong among all
    answer(2, [2, 0, 3, 0, 0]), // right in both, where the baseline is wrong
    answer(1, [0, 1, 0, 2, 0]), // wrong
    answer(4, [0, 0, 0, 0, 5]), // there is no choice
  ];

  it('tell candidates and all senses apart, beside the baseline', () => {
    const figures = senseFigures(judged, baseline);
    expect(figures).toMatchObject({ samples: 4, accuracy: 0.75, accuracyOfAll: 0.5, mostFrequent: 0.5, ambiguous: 3 });
    expect(figures['errorsRemoved']).toBeCloseTo(0.5);
    expect(figures['ambiguousAccuracy']).toBeCloseTo(2 / 3);
    expect(figures['ambiguousMostFrequent']).toBeCloseTo(1 / 3);
    // F1 of computed tomography 1, calcitonin 1, right atrium 0, rheumatoid arthritis 0 (guessed once), mass spectrometry 1.
    expect(figures['macroF1']).toBeCloseTo(3 / 5);
  });

  it('weigh losses and confidences by the temperature', () => {
    const p = (margin: number, temperature: number) => 1 / (1 + Math.exp(-margin / temperature));
    for (const temperature of [1, 2]) {
      const own = [p(1, temperature), p(1, temperature), p(-1, temperature), 1];
      const { lossOfCandidates } = senseFigures(judged, baseline, temperature);
      expect(lossOfCandidates).toBeCloseTo(
        own.reduce((sum, share) => sum - Math.log(share) / 4, 0),
        5,
      );
    }
    const all = [
      [2, 9, 1, 0, 0],
      [2, 0, 3, 0, 0],
      [0, 1, 0, 2, 0],
      [0, 0, 0, 0, 5],
    ];
    const loss = (logits: number[], sense: number) =>
      Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[sense];
    const mean = (loss(all[0], 0) + loss(all[1], 2) + loss(all[2], 1) + loss(all[3], 4)) / 4;
    expect(senseFigures(judged, baseline)['lossOfAll']).toBeCloseTo(mean, 5);
  });
});
