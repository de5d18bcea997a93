import { describe, expect, it } from 'vitest';
import { escapeFormula, unescapeFormula } from './spreadsheet-cell.js';

const RISKY = [
  '=1+1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://x.test","y")',
  '+1',
  '+cmd',
  '-2',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\tx',
  '\r=1',
  '\n=1',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  '=',
  '+',
  '-',
  '@',
];

describe('escapeFormula', () => {
  it.each(RISKY)('keeps %j from being a formula, and gives it back', (cell) => {
    expect(escapeFormula(cell)).toBe(`'${cell}`);
    expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
  });

  it.each(['', '感冒', "'", "'=1", "''x", 'a=b', '1-2'])('gives %j back, which is harmless', (cell) => {
    expect(unescapeFormula(escapeFormula(cell))).toBe(cell);
  });
});
