import { describe, expect, it } from 'vitest';
import { sealJson, sealProblem } from './sealed-json.js';

const VALUE = { 名: '高血压', list: [1, -0.5, 1e21], nested: { a: null, b: undefined, 7: true }, text: 'a"b\\\n' };

describe('a sealed file', () => {
  it('reads as what it holds, and is whole', () => {
    const text = sealJson(VALUE);
    expect(JSON.parse(text)).toMatchObject(JSON.parse(JSON.stringify(VALUE)));
    expect(sealProblem(Buffer.from(text))).toBeUndefined();
  });

  it('notices every bit that is flipped', () => {
    const bytes = Buffer.from(sealJson(VALUE));
    for (let i = 0; i < bytes.length * 8; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i >> 3] ^= 1 << (i & 7);
      expect(sealProblem(flipped), `bit ${i}`).toBeDefined();
    }
  });

  it.each(['', '{}', 'null', '[]', '{"digest":"x"}\n', '"digest"'])('is not %j', (text) => {
    expect(sealProblem(Buffer.from(text))).toBeDefined();
  });

  it('notices a line that is lost', () => {
    const lines = sealJson(VALUE).split('\n');
    for (let at = 0; at < lines.length; at++) {
      expect(sealProblem(Buffer.from(lines.toSpliced(at, 1).join('\n'))), `without line ${at}`).toBeDefined();
    }
  });
});
