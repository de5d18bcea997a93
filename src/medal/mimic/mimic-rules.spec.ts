import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursBetween, parseChartTime } from './chart-time.js';
import { chooseNotes } from './choose-notes.js';
import { cleanNote } from './clean-note.js';
import { DiagnosisIndex, shortCode } from './diagnosis-index.js';
import { NoteFilter } from './note-filter.js';
import { splitPatients } from './split-patients.js';

const hours = (from: string, to: string) => {
  const [start, end] = [parseChartTime(from), parseChartTime(to)];
  return start && end && hoursBetween(start, end);
};

describe('cleanNote', () => {
  it.each([
    ['Pt seen by Dr. [**Last Name (un) 12**] on [**2101-3-4**]', 'pt seen by dr . last name ( un ) 12 on 2101 - 3 - 4'],
    ["HR 80,\nBP 120/80;\r\n\tdoesn't", "hr 80 , bp 120 / 80 ; doesn ' t"],
    ['*[***] x', 'x'],
    ['[x] Lasix_40', '[x] lasix _ 40'],
    ['  ', ''],
  ])('%j', (text, clean) => {
    expect(cleanNote(text)).toBe(clean);
  });

  it('leaves words and signs apart by single spaces, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = cleanNote(text).split(' ');
        for (const word of words.join('') === '' ? [] : words)
          expect(word).toMatch(/^(?:[^\s~!@#$%^&*()_+\-={}:";',./<>?\\|`]+|.)$/u);
      }),
    );
  });
});

describe('times', () => {
  it.each([
    ['2101-10-20 19:08:00', '2101-10-21 19:08:00', 24],
    ['2101-10-20', '2101-10-21 01:30:00', 25.5],
    ['10/20/2101 19:08', '2101-10-21 19:08:00', 24],
    ['10/23/64 21:09', '11/1/64 17:15', 8 * 24 + 20.1],
    ['12/31/99 23:00', '1/1/00 1:00', 2],
    ['1/1/00 1:00', '12/31/99 23:00', -2],
    ['2164-10-23 21:09:00', '10/24/64 21:09', 24],
    ['2199-12-31 00:00:00', '1/1/00 0:00', 24],
    ['2104-02-28', '3/1/04 0:00', 48],
  ])('%s to %s are %d hours', (from, to, expected) => {
    expect(hours(from, to)).toBeCloseTo(expected, 9);
  });

  it.each(['', '2101-13-01', '2101-02-30', '2101-10-20 24:00:00', '10/20', 'yesterday', '10/20/101 1:00'])(
    '%j is none',
    (text) => {
      expect(parseChartTime(text)).toBeUndefined();
    },
  );
});

describe('which notes count', () => {
  const filter = new NoteFilter({ categories: ['Nursing', 'Physician'], hoursBeforeDischarge: 24 });
  const discharge = parseChartTime('2101-10-22 12:00:00');

  it.each([
    [{ CHARTTIME: '2101-10-21 12:00:00' }, true],
    [{ CHARTTIME: '2101-10-21 12:01:00' }, false],
    [{ CHARTTIME: '2101-10-23 12:00:00' }, false],
    [{ CHARTTIME: '', CHARTDATE: '2101-10-20' }, true],
    // Written at 23:00 at the latest: 13 hours before.
    [{ CHARTTIME: '', CHARTDATE: '2101-10-21' }, false],
    [{ CHARTTIME: '2101-10-20 01:00:00', CHARTDATE: '2101-10-21' }, true],
    [{ CHARTTIME: 'soon', CHARTDATE: '2101-10-20' }, undefined],
    [{}, undefined],
  ])('by their time: %j', (times, expected) => {
    expect(discharge && filter.isEarly(times, discharge)).toBe(expected);
  });

  it('by their category, white space aside', () => {
    expect(['Physician ', ' Nursing', 'nursing', 'Radiology', ''].map((name) => filter.hasCategory(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(new NoteFilter({ categories: ['all'], hoursBeforeDischarge: 0 }).hasCategory('Radiology')).toBe(true);
  });
});

describe('chooseNotes', () => {
  it('takes all of the dead and some of the others, another time the same, with another seed others', () => {
    // Admission 0 died; 1 has more notes than are taken, 2 fewer.
    const admissions = [...Array<number>(9).fill(0), ...Array<number>(30).fill(1), 2, 2];
    const choose = (seed: number) => chooseNotes(admissions, (at) => at === 0, { perAdmission: 4, seed });
    const chosen = choose(1);
    expect(chosen.map((note) => admissions[note])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
    expect(choose(1)).toEqual(chosen);
    expect(choose(2)).not.toEqual(chosen);
  });

  it('draws each note of an admission as often as any other', () => {
    const counts = new Float64Array(10);
    for (let seed = 0; seed < 2000; seed++) {
      for (const note of chooseNotes(
        counts.map(() => 1),
        () => false,
        { perAdmission: 4, seed },
      ))
        counts[note]++;
    }
    // 800 each; six standard deviations are 131.
    for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(131);
  });
});

describe('splitPatients', () => {
  const people = fc.uniqueArray(fc.tuple(fc.string(), fc.boolean()), { selector: ([id]) => id, maxLength: 300 });

  it('gives every patient one part, with the shares of each stratum', () => {
    fc.assert(
      fc.property(people, fc.nat(1000), (patients, seed) => {
        const splits = splitPatients(new Map(patients), { valid: 0.1, test: 0.15, seed });
        expect(splits.size).toBe(patients.length);
        for (const label of [true, false]) {
          const mine = patients.filter(([, isPositive]) => isPositive === label).map(([id]) => splits.get(id));
          const count = (name: string) => mine.filter((split) => split === name).length;
          expect(count('train')).toBe(Math.round(0.75 * mine.length));
          expect(Math.abs(count('valid') - 0.1 * mine.length)).toBeLessThanOrEqual(1);
          expect(Math.abs(count('test') - 0.15 * mine.length)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('does not hang on the order of the patients', () => {
    const patients: [string, boolean][] = Array.from({ length: 50 }, (_, at) => [String(at), at % 3 === 0]);
    const shares = { valid: 0.1, test: 0.15, seed: 5 };
    const splits = splitPatients(new Map(patients), shares);
    expect([...splitPatients(new Map(patients.toReversed()), shares)].sort()).toEqual([...splits].sort());
  });
});

describe('diagnoses', () => {
  it.each([
    ['42731', '427'],
    ['0389', '038'],
    ['V4581', 'V458'],
    ['E9331', 'E933'],
    ['v30.00', 'V300'],
    ['25', '25'],
    ['', ''],
  ])('%j is cut to %j', (code, short) => {
    expect(shortCode(code)).toBe(short);
  });

  it('are numbered in their order, each once', () => {
    const index = DiagnosisIndex.of(['V458', '038', '427', '038']);
    expect(index.codes).toEqual(['038', '427', 'V458']);
    expect(index.numbersOf(['V458', '999', '038', 'V458'])).toEqual([0, 2]);
    expect(index.toRecord()).toEqual({ '038': 0, '427': 1, V458: 2 });
    expect(() => new DiagnosisIndex(['038', '038'])).toThrow(RangeError);
  });
});
