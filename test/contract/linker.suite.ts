import { describe, expect, it } from 'vitest';
import type { Linker } from '../../src/text/linker.js';
import type { SurfaceLexicon } from '../../src/text/surface-lexicon.js';

const SURFACES = ['高血压', '2型糖尿病', '阿司匹林', '心肌梗死', 'ct', '发热'];
const LEXICON: SurfaceLexicon = {
  surfaces: SURFACES,
  entities: Int32Array.of(4, 1, 2, 3, 0, 5),
  candidates: Int32Array.of(1, 1, 1, 2, 1, 1),
  ambiguous: new Map([['心肌梗死', [3, 6]]]),
  ignoreCase: true,
  excluded: 0,
};

function lexiconOf(...surfaces: string[]): SurfaceLexicon {
  const ones = Int32Array.from(surfaces, () => 1);
  const entities = Int32Array.from(surfaces.keys());
  return { surfaces, entities, candidates: ones, ambiguous: new Map(), ignoreCase: true, excluded: 0 };
}

/** What every linker promises, for a factory of linkers over a lexicon. */
export function linkerSuite(name: string, create: (lexicon: SurfaceLexicon) => Linker): void {
  describe(`linker ${name}`, () => {
    const linker = create(LEXICON);

    it('finds names with their places and entities', () => {
      const text = '高血压患者服用阿司匹林。';
      expect(linker.link(text).map(({ start, end, entity }) => [text.slice(start, end), entity])).toEqual([
        ['高血压', 4],
        ['阿司匹林', 2],
      ]);
    });

    it('says when a surface is ambiguous', () => {
      expect(linker.link('急性心肌梗死伴发热').map(({ ambiguous }) => ambiguous)).toEqual([true, false]);
    });

    it('gives ascending mentions without overlap, inside the text', () => {
      const text = '发热发热，CT示心肌梗死，高血压高血压𠮷发热\n阿司匹林';
      let last = 0;
      for (const { start, end } of linker.link(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(SURFACES).toContain(text.slice(start, end).toLowerCase());
        last = end;
      }
      expect(last).toBe(text.length);
    });

    it('finds nothing where there is nothing', () => {
      expect(linker.link('')).toEqual([]);
      expect(linker.link('今天天气很好。')).toEqual([]);
      expect(create(lexiconOf()).link('高血压')).toEqual([]);
    });

    it('matches letters in either case, never inside a word or number', () => {
      const text = 'CT与ct，ACTH，12型糖尿病，CT2，2型糖尿病';
      expect(linker.link(text).map(({ start, end }) => [start, text.slice(start, end)])).toEqual([
        [0, 'CT'],
        [3, 'ct'],
        [text.length - 5, '2型糖尿病'],
      ]);
    });

    it('keeps the names of one graph out of another', () => {
      const other = create(lexiconOf('锟斤拷症'));
      expect(other.link('锟斤拷症').length).toBe(1);
      expect(linker.link('锟斤拷症')).toEqual([]);
    });
  });
}
