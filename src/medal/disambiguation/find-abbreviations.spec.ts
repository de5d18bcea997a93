import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInventory } from '../inventory/read-inventory.store.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { formsOf } from './abbreviation-forms.js';
import { AbbreviationFinder, mergeFound } from './find-abbreviations.js';

const row = (abbreviation: string, variants: Record<string, number>, expansion: string) => ({
  abbreviation,
  variants: Object.entries(variants).map(([form, count]) => ({ form, count })),
  expansion,
});
const inventory = new SenseInventory([
  row('CT', { CT: 120, 'C.T.': 3 }, 'computed tomography'),
  row('CT', { CT: 5 }, 'calcitonin'),
  row('ALL', { ALL: 50 }, 'acute lymphoblastic leukemia'),
  row('ACTH', { ACTH: 9 }, 'adrenocorticotropin'),
  row('WAS', { WAS: 8 }, 'wiskott aldrich syndrome'),
  row('AUC(0-24)', { 'AUC(0-24)': 7, 'AUC0-24': 2 }, 'area under the curve'),
  row('Ca', { Ca: 30, CA: 4 }, 'calcium'),
  row('CA', { CA: 9 }, 'carcinoma'),
  row('or', { or: 6 }, 'odds ratio'),
  row('p.o.', { 'p.o.': 6 }, 'by mouth'),
  row('CD4+', { 'CD4+': 6 }, 'helper cells'),
  row('MG', { MG: 20 }, 'myasthenia gravis'),
  row('HIV', { HIV: 20 }, 'virus'),
  row('HIV-', { 'HIV-': 2 }, 'seronegative'),
]);
const finder = new AbbreviationFinder(formsOf(inventory), true);
const found = (text: string) =>
  finder.find(text).map(({ start, end, abbreviation }) => [text.slice(start, end), abbreviation]);

describe('abbreviations in a text', () => {
  it.each([
    ['A CT was done.', [['CT', 'CT']]],
    ['(CT), "CT"; CT-guided and post-CT: CT/CT', Array.from({ length: 6 }, () => ['CT', 'CT'])],
    [
      "Two CTs and the CT’s report, CT's too",
      [
        ['CTs', 'CT'],
        ['CT’s', 'CT'],
        ["CT's", 'CT'],
      ],
    ],
    ['C.T. of the head', [['C.T.', 'CT']]],
    [
      'ACTH is no CT, CT2 and xCT neither',
      [
        ['ACTH', 'ACTH'],
        ['CT', 'CT'],
      ],
    ],
    ['the AUC(0-24) of it', [['AUC(0-24)', 'AUC(0-24)']]],
    [
      'CD4+ cells p.o.',
      [
        ['CD4+', 'CD4+'],
        ['p.o.', 'p.o.'],
      ],
    ],
  ])('are found in %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('are no ordinary words, but for upper case that does not shout', () => {
    expect(found('All of it was done, all or none')).toEqual([]);
    expect(found('A child with ALL relapsed')).toEqual([['ALL', 'ALL']]);
    expect(found('boys with WAS.')).toEqual([['WAS', 'WAS']]);
    expect(found('IN ALL PATIENTS IT WAS DONE')).toEqual([]);
    expect(found("all's well")).toEqual([]);
  });

  it('end before the hyphen of another word', () => {
    expect(found('HIV-infected and HIV- men')).toEqual([
      ['HIV', 'HIV'],
      ['HIV-', 'HIV-'],
    ]);
  });

  it('may differ in case where they stand alone', () => {
    expect(found('head ct, then ct.')).toEqual([
      ['ct', 'CT'],
      ['ct', 'CT'],
    ]);
    expect(found('ct-guided www.ct.gov Ct')).toEqual([]);
    expect(found('5 mg daily')).toEqual([]);
    expect(found('known MG')).toEqual([['MG', 'MG']]);
  });

  it('mean the form that is spelled, before a variant of another', () => {
    expect(found('CA and Ca')).toEqual([
      ['CA', 'CA'],
      ['Ca', 'Ca'],
    ]);
    expect(finder.abbreviationOf('C.T.')).toBe('CT');
    expect(finder.abbreviationOf('ct')).toBeUndefined();
  });

  it('are merged by rank, then place', () => {
    const at = (start: number, end: number) => ({ start, end, abbreviation: `${start}` });
    expect(mergeFound([at(2, 4), at(8, 9)], [at(0, 1), at(3, 6), at(4, 5), at(8, 12), at(12, 13)])).toEqual([
      at(0, 1),
      at(2, 4),
      at(4, 5),
      at(8, 9),
      at(12, 13),
    ]);
  });

  it('lie in order within any text, and are forms of what they stand for', () => {
    const piece = fc.oneof(
      fc.constantFrom('CT', 'ct', 'all ', 'ALL ', '(', "'s", 's', '-', ' ', '.', '\u{1F600}', '\ud800', 'İ'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { start, end, abbreviation } of finder.find(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
          const form = text.slice(start, end).toLowerCase();
          const forms = formsOf(inventory).filter((each) => each.abbreviation === abbreviation);
          expect(
            forms.some((each) => ['', 's', "'s", '’s', "s's", 's’s'].some((s) => form === each.form.toLowerCase() + s)),
          ).toBe(true);
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 100 },
    );
  });
});

const ADAM = '../shared/data/medal/valid_adam.txt';
const present = existsSync(ADAM);
if (!present) process.stdout.write('skipped: ../shared/data not present\n');
it.skipIf(!present)('finds each abbreviation of the published table by its own form', async () => {
  const table = await readInventory(ADAM);
  const all = new AbbreviationFinder(formsOf(table), true);
  const lost = table.abbreviations().filter((form) => {
    const text = `we gave ${form} here`;
    const hits = all.find(text);
    return !(hits.length === 1 && hits[0].abbreviation === form && text.slice(hits[0].start, hits[0].end) === form);
  });
  // What is an ordinary word as it stands in the table cannot be told from one.
  expect(lost.filter((form) => form !== form.toLowerCase() && !/^\p{Lu}\p{Ll}+$/u.test(form))).toEqual([]);
  expect(lost.length).toBeLessThan(150);
});
