import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelOf, nameOf, propertyNameOf, propertyTokenOf, tokenOf } from './token-names.js';

const names = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('\0', '\u2400', '0', '-', '_', 'name', '')).map((parts) => parts.join('')),
);

describe('tokens', () => {
  it('leave ordinary names alone', () => {
    for (const name of ['有症状', 'a`b', '$(x)', ' ', '0']) {
      expect(tokenOf(name)).toBe(name);
      expect(labelOf(name)).toBe(name);
      expect(propertyTokenOf(name)).toBe(name);
    }
  });

  it('are never empty, hold no U+0000, and lead back to the name', () => {
    fc.assert(
      fc.property(names, (name) => {
        const tokens = [tokenOf(name), labelOf(name), propertyTokenOf(name)];
        for (const token of tokens) expect(token).toMatch(/^[^\0]+$/su);
        expect(nameOf(tokens[0])).toBe(name);
        expect(propertyNameOf(tokens[2])).toBe(name);
      }),
    );
  });

  it('keep our own labels and properties for us', () => {
    expect(labelOf('MedgraftGraph')).toBe('_MedgraftGraph');
    expect(labelOf('_MedgraftGraph')).toBe('__MedgraftGraph');
    expect(propertyTokenOf('name')).toBe('_name');
    expect(propertyTokenOf('__proto__')).toBe('___proto__');
    expect(propertyNameOf('uid')).toBeUndefined();
  });
});
