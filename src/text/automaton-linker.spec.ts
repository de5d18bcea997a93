import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AutomatonLinker } from './automaton-linker.js';
import { foldCase } from './fold-case.js';
import { isLinkable, type SurfaceLexicon } from './surface-lexicon.js';

function lexiconOf(surfaces: string[], ignoreCase = false): SurfaceLexicon {
  return {
    ignoreCase,
    excluded: 0,
    ambiguous: new Map(),
    surfaces: ignoreCase ? surfaces.map(foldCase) : surfaces,
    entities: Int32Array.from(surfaces.keys()),
    candidates: Int32Array.from(surfaces, () => 1),
  };
}

function found(surfaces: string[], text: string, ignoreCase = true): string[] {
  return new AutomatonLinker(lexiconOf(surfaces, ignoreCase))
    .link(text)
    .map(({ start, end }) => text.slice(start, end));
}

describe('AutomatonLinker', () => {
  it('takes the longest name from the left, without overlap', () => {
    expect(found(['糖尿', '糖尿病', '2型糖尿病', '病足'], '他有2型糖尿病足')).toEqual(['2型糖尿病']);
    expect(found(['糖尿病', '病足', '足部溃疡'], '糖尿病足部溃疡')).toEqual(['糖尿病', '足部溃疡']);
  });

  it('goes back to the longest match when a longer name breaks off', () => {
    expect(found(['高血压', '高血压性心脏病', '性心'], '高血压性心悸')).toEqual(['高血压', '性心']);
  });

  it('does not cut runs of Latin letters and digits', () => {
    expect(found(['CT', 'COPD'], 'ACTH正常，CT示COPD，CT2，头颅CT')).toEqual(['CT', 'COPD', 'CT']);
  });

  it('matches Latin letters in either case when asked to', () => {
    expect(found(['HbA1c'], '查hba1c与HBA1C')).toEqual(['hba1c', 'HBA1C']);
    expect(found(['HbA1c'], '查hba1c与HbA1c', false)).toEqual(['HbA1c']);
  });

  it('finds what a plain search finds', () => {
    const alphabet = fc.constantFrom('甲', '乙', '丙', 'a', 'B', '1', ' ');
    const word = fc.array(alphabet, { minLength: 2, maxLength: 5 }).map((list) => list.join(''));
    const text = fc.array(alphabet, { maxLength: 60 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 20 }), text, (surfaces, input) => {
        expect(found(surfaces, input, false)).toEqual(plainSearch(surfaces, input));
      }),
      { numRuns: 150 },
    );
  });

  it('costs at most the longest surface a character on surfaces that never match', () => {
    const surfaces = Array.from({ length: 99 }, (_, i) => `${'甲'.repeat(i + 1)}乙`);
    expect(found(surfaces, '甲'.repeat(200_000))).toEqual([]);
    expect(found(surfaces, `${'甲'.repeat(200)}乙`)).toEqual([`${'甲'.repeat(99)}乙`]);
  });

  it('holds a hundred thousand names', () => {
    const surfaces = Array.from(
      { length: 100_000 },
      (_, i) => `${String.fromCharCode(0x4e00 + (i % 5000))}${i.toString(36)}症`,
    );
    const linker = new AutomatonLinker(lexiconOf(surfaces));
    for (let i = 0; i < 100_000; i += 997) {
      expect(linker.link(`（${surfaces[i]}）`)).toEqual([
        { start: 1, end: 1 + surfaces[i].length, entity: i, ambiguous: false },
      ]);
    }
  });
});

describe('isLinkable', () => {
  it.each([
    ['痛', false],
    ['𠮷', false],
    ['120', false],
    ['7.5%', false],
    ['CT', true],
    ['发热', true],
    ['2型', true],
  ])('%s: %s', (surface, expected) => expect(isLinkable(surface)).toBe(expected));
});

/** The definition, slowly. */
function plainSearch(surfaces: string[], text: string): string[] {
  const result: string[] = [];
  const run = (i: number) => /[a-zB1]/.test(text[i] ?? '');
  const cuts = (i: number) => i > 0 && i < text.length && run(i - 1) && run(i);
  for (let start = 0; start < text.length; ) {
    const here = surfaces.filter((s) => text.startsWith(s, start) && !cuts(start) && !cuts(start + s.length));
    const longest = here.sort((a, b) => b.length - a.length)[0];
    if (longest) result.push(longest);
    start += longest?.length ?? 1;
  }
  return result;
}
