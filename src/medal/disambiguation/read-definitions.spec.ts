import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definedAbbreviations } from './defined-abbreviations.js';
import { readDefinitions } from './read-definitions.js';

const pairs = (text: string) => readDefinitions(text).map(({ shortForm, longForm }) => [shortForm, longForm]);

describe('definitions in a text', () => {
  it.each([
    ['We used computed tomography (CT).', [['CT', 'computed tomography']]],
    ['The heat shock transcription factor (HSF) binds', [['HSF', 'heat shock transcription factor']]],
    ['HSF (heat shock factor) binds', [['HSF', 'heat shock factor']]],
    ['magnetic resonance images (MRIs) show', [['MRIs', 'magnetic resonance images']]],
    ['tumour necrosis factor (TNF; see below)', [['TNF', 'tumour necrosis factor']]],
    ['interleukin-2 (IL-2) was', [['IL-2', 'interleukin-2']]],
    ['METHODS.Heat shock factor (HSF)', [['HSF', 'Heat shock factor']]],
    ['HSF (heat shock factor.)', [['HSF', 'heat shock factor']]],
    ['a 3-D  conformal\n radiotherapy (3D-CRT)', [['3D-CRT', '3-D conformal radiotherapy']]],
  ])('are read from %j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it.each([
    'It was large (see also the table).',
    'as shown (Figure 1)',
    'the mean (n = 20) fell',
    'no letters match (QX)',
    'the CT scan (CT)',
    'first sentence computed. tomography (CT)',
    'CT (of the head)',
    '((CT))',
    'computed tomography (CT',
  ])('are not read from %j', (text) => {
    expect(readDefinitions(text)).toEqual([]);
  });

  it('need upper case, or to be known', () => {
    expect(readDefinitions('given per os (po) daily')).toEqual([]);
    expect(readDefinitions('given per os (po) daily', (form) => form === 'po')).toMatchObject([{ longForm: 'per os' }]);
  });

  it('say where the short form stands', () => {
    const text = 'CT in computed tomography ( CT ) and MS (mitral stenosis)';
    expect(readDefinitions(text).map(({ start, shortForm }) => text.slice(start, start + shortForm.length))).toEqual([
      'CT',
      'MS',
    ]);
  });

  it('never throw, and have places and words of the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('(', ')', ' ', 'CT', 'computed tomography ', '. ', 'İ', '\ud800'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        for (const { start, shortForm, longForm } of readDefinitions(text)) {
          expect(text.slice(start, start + shortForm.length)).toBe(shortForm);
          expect(text.replace(/\s+/gu, ' ')).toContain(longForm);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('take bounded time for each of a million brackets', () => {
    expect(readDefinitions('('.repeat(1_000_000))).toEqual([]);
    expect(readDefinitions('CT (a'.repeat(200_000))).toEqual([]);
  });
});

describe('uses of what a text defines', () => {
  it('have the nearest definition before them, and the first one where there is none', () => {
    const text = 'MS was seen. Mitral stenosis (MS), MS; multiple sclerosis (MS): MS, MSs';
    const uses = definedAbbreviations(text, readDefinitions(text));
    const [first, second] = ['Mitral stenosis', 'multiple sclerosis'];
    expect(uses.map(({ longForm }) => longForm)).toEqual([first, first, first, second, second, second]);
    expect(uses.map(({ start, end }) => text.slice(start, end)).join()).toBe('MS,MS,MS,MS,MS,MSs');
  });

  it('know the singular of a plural', () => {
    const text = 'magnetic resonance images (MRIs). One MRI.';
    expect(definedAbbreviations(text, readDefinitions(text)).map(({ abbreviation }) => abbreviation)).toEqual([
      'MRIs',
      'MRI',
    ]);
  });
});
