import { describe, expect, it } from 'vitest';
import { durationText, numberText, percentText } from './number-text.js';

describe('numbers for people', () => {
  it.each([
    [23815, '23,815'],
    [0, '0'],
    [2.71651, '2.717'],
    [1234.567, '1,235'],
    [0.00001234, '1.23e-5'],
    [undefined, '-'],
    [Number.NaN, '-'],
  ])('writes %s as %s', (value, text) => expect(numberText(value)).toBe(text));

  it('writes shares and times', () => {
    expect(percentText(0.1234)).toBe('12.3 %');
    expect(percentText(undefined)).toBe('-');
    expect([1.234, 59.6, 75.2].map(durationText)).toEqual(['1.2 s', '1 min 0 s', '1 min 15 s']);
  });
});
