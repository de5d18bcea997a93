import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { fitTemperature } from './fit-temperature.js';

/** Answers drawn with the probabilities of `logits / temperature`. */
function drawn(temperature: number, count: number) {
  const random = new CounterRandom(3, 'spec.temperature');
  const rows = Array.from({ length: count }, (_, i) =>
    Float32Array.from({ length: 3 }, (_, k) => 2 * random.normal(i, k)),
  );
  const columns = rows.map((row, i) => {
    const terms = Array.from(row, (logit) => Math.exp(logit / temperature));
    let left = random.uniform(i, 9) * terms.reduce((a, b) => a + b);
    return terms.findIndex((term) => (left -= term) < 0);
  });
  return { rows, columns };
}

describe('the temperature of a calibration', () => {
  it.each([0.5, 1, 2.5])('is that which the answers were drawn with: %f', (temperature) => {
    const { rows, columns } = drawn(temperature, 4000);
    expect(fitTemperature(rows, columns) / temperature).toBeCloseTo(1, 1);
  });

  it('stays within bounds where every answer is right, or wrong', () => {
    const rows = [Float32Array.of(2, 0)];
    expect(fitTemperature(rows, [0])).toBeCloseTo(Math.exp(-3), 3);
    expect(fitTemperature(rows, [1])).toBeCloseTo(Math.exp(3), 1);
  });
});
