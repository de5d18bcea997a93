import { describe, expect, it } from 'vitest';
import { bytesText, estimateText } from './estimate-text.js';

describe('bytesText', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1024, '1 KiB'],
    [1_300_000, '1.24 MiB'],
    [22 * 2 ** 30, '22 GiB'],
    [5 * 2 ** 40, '5 TiB'],
  ])('%i as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
});

describe('estimateText', () => {
  const available = { memory: 2 ** 30, disk: 2 ** 40 };

  it('sums each kind, with its parts below, and says where it is too much', () => {
    const text = estimateText({
      memory: [
        { what: 'tables', amount: 3 * 2 ** 30 },
        { what: 'nothing', amount: 0 },
      ],
      disk: [{ what: 'result', amount: 2 ** 20 }],
      time: [
        { what: 'epochs', amount: 100 },
        { what: 'ranking', amount: 25 },
      ],
      available,
    });
    expect(text.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['memory', '3 GiB', 'of 1 GiB free: TOO MUCH'],
      ['3 GiB', 'tables'],
      ['disk', '1 MiB', 'of 1 TiB free'],
      ['1 MiB', 'result'],
      ['time', '2:05'],
      ['1:40', 'epochs'],
      ['0:25', 'ranking'],
    ]);
  });

  it('says when the time cannot be told', () => {
    expect(estimateText({ memory: [], disk: [], available })).toMatch(/^time +cannot be told/m);
  });
});
