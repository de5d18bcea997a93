import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterRandom, hashPurpose } from '../../base/random.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { cleanWords } from './clean-words.js';
import { type ExpansionOptions, knownExpansions } from './known-expansions.js';
import { Substitution, type SubstitutionOptions } from './substitute.js';

const inventory = inventoryOf([
  ['CT', 'computed tomography'],
  ['CTA', 'computed tomography angiography'],
  ['RF', 'renal failure'],
  ['AN GIO', 'angiography'],
  ['T', 'tomography'],
  ['1RM', ' repetition maximum'],
  ['RM', 'repetition maximum'],
]);

function inventoryOf(rows: readonly (readonly [string, string])[]): SenseInventory {
  return new SenseInventory(rows.map(([abbreviation, expansion]) => ({ abbreviation, expansion, variants: [] })));
}

function substitutionOf(
  options: Partial<SubstitutionOptions & ExpansionOptions> = {},
  of: SenseInventory = inventory,
): Substitution {
  const all = { probability: 1, seed: 1, minimumWords: 1, stopExpansions: new Set<string>(), ...options };
  return new Substitution(of, knownExpansions(of, all), all);
}

describe('substitution', () => {
  it('takes the longest expansion from the left and says where its abbreviation stands', () => {
    const found = substitutionOf().substitute(
      '1',
      'Computed tomography angiography, then renal failure (angiography).',
    );
    expect(found).toEqual({
      text: 'CTA then RF ANGIO',
      words: 4,
      locations: [0, 2, 3],
      classes: [1, 2, 3],
      candidates: 3,
    });
  });

  it('leaves a text alone where nothing is known or nothing is drawn', () => {
    expect(substitutionOf().substitute('1', 'No such words')).toMatchObject({ text: 'no such words', locations: [] });
    const found = substitutionOf({ probability: 0 }).substitute('1', 'computed tomography');
    expect(found).toMatchObject({ text: 'computed tomography', locations: [], candidates: 2 });
  });

  it('gives words of two abbreviations to the tidier row', () => {
    expect(substitutionOf().substitute('1', 'the repetition maximum')).toMatchObject({ text: 'the RM', classes: [6] });
  });

  it('leaves short and unwanted expansions alone', () => {
    const options = { minimumWords: 2, stopExpansions: new Set(['renal failure']) };
    const found = substitutionOf(options).substitute('1', 'renal failure and angiography by computed tomography');
    expect(found.text).toBe('renal failure and angiography by CT');
  });

  it('drops stop words of texts and of expansions', () => {
    const own = inventoryOf([['ROP', 'rate of pressure']]);
    const options = { stopWords: new Set(['of', 'the']) };
    const found = substitutionOf(options, own).substitute('1', 'The rate the of pressure x rose');
    expect(found).toMatchObject({ text: 'ROP rose', locations: [0], words: 2 });
  });

  it('shows case and punctuation where asked for, around the same substitutions', () => {
    const text = 'A (Computed 3 Tomography), 12 of "Renal-type" renal failure.';
    const plain = substitutionOf().substitute('1', text);
    const cased = substitutionOf({ keepCase: true }).substitute('1', text);
    const signs = substitutionOf({ keepCase: true, keepPunctuation: true }).substitute('1', text);
    expect(plain.text).toBe('a CT of renaltype RF');
    expect(cased.text).toBe('A CT of Renaltype RF');
    expect(signs.text).toBe('A ( CT ), 12 of "Renal-type" RF .');
    expect(cased.classes).toEqual(plain.classes);
    expect(signs.classes).toEqual(plain.classes);
    expect(signs.locations.map((at) => signs.text.split(' ')[at])).toEqual(['CT', 'RF']);
  });

  it('draws anew in each round of a text', () => {
    const text = Array.from({ length: 60 }, () => 'computed tomography').join(' of ');
    const found = substitutionOf({ probability: 0.5, seed: 1 });
    const rounds = [0, 1, 2].map((round) => found.substitute('1', text, round).locations.join());
    expect(new Set(rounds).size).toBe(3);
    expect(found.substitute('1', text).locations.join()).toBe(rounds[0]);
  });

  it('draws by seed, id and text, about as often as the probability says', () => {
    const text = 'renal failure '.repeat(4000);
    const replaced = (seed: number, id: string) => substitutionOf({ probability: 0.15, seed }).substitute(id, text);
    const first = replaced(1, '1');
    expect(first.candidates).toBe(4000);
    expect(Math.abs(first.locations.length - 600)).toBeLessThan(100);
    expect(replaced(1, '1')).toEqual(first);
    expect(replaced(2, '1').locations).not.toEqual(first.locations);
    expect(replaced(1, '2').locations).not.toEqual(first.locations);
  });
});

/** Word by word and expansion by expansion, as the definition has it. */
function naive(of: SenseInventory, id: string, text: string, probability: number, seed: number) {
  const words = cleanWords(text);
  const random = new CounterRandom(seed, 'medal.substitute');
  const draws = new Uint32Array(4096);
  random.fillUint32(draws, hashPurpose(`${id}\n${text}`));
  const senses = of.senses
    .map((sense, number) => ({ ...sense, number, words: cleanWords(sense.expansion) }))
    .filter((sense, i, all) => all.findIndex(({ expansion }) => expansion === sense.expansion) === i)
    .sort((a, b) => b.words.length - a.words.length);
  const output: string[] = [];
  const found: [number, number][] = [];
  let draw = 0;
  for (let at = 0; at < words.length; ) {
    const fitting = senses.filter((sense) => sense.words.every((word, i) => words[at + i] === word));
    const chosen = fitting.find(() => draws[draw++] / 2 ** 32 < probability);
    if (chosen) found.push([output.length, chosen.number]);
    output.push(chosen ? chosen.abbreviation : words[at]);
    at += chosen ? chosen.words.length : 1;
  }
  return { text: output.join(' '), locations: found.map(([at]) => at), classes: found.map(([, number]) => number) };
}

describe('substitution of drawn texts', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'Dé');
  const expansion = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ').toLowerCase());
  const rows = fc.array(fc.tuple(fc.constantFrom('A', 'B-1', 'C'), expansion), { minLength: 1, maxLength: 12 });
  const text = fc
    .array(fc.oneof(word, fc.constantFrom('a,', '(b', '7', 'c.d', '—', '𝒳', '😀')), { maxLength: 40 })
    .map((words) => words.join(' '));

  it('is what looking for every expansion at every word gives', () => {
    fc.assert(
      fc.property(rows, text, fc.constantFrom(0, 0.3, 0.7, 1), fc.nat(1000), (pairs, given, probability, seed) => {
        const own = inventoryOf(pairs);
        const found = substitutionOf({ probability, seed }, own).substitute('7', given);
        expect(found).toMatchObject(naive(own, '7', given, probability, seed));
        expect(found.words).toBe(found.text === '' ? 0 : found.text.split(' ').length);
      }),
      { numRuns: 500 },
    );
  });

  it('replaces the same expansions whatever is shown', () => {
    fc.assert(
      fc.property(rows, text, fc.boolean(), (pairs, given, keepCase) => {
        const own = inventoryOf(pairs);
        const plain = substitutionOf({ probability: 0.5 }, own).substitute('7', given);
        const shown = substitutionOf({ probability: 0.5, keepCase, keepPunctuation: true }, own).substitute('7', given);
        expect(shown.classes).toEqual(plain.classes);
        const words = shown.text.split(' ');
        expect(shown.locations.map((at) => words[at])).toEqual(shown.classes.map((n) => own.senses[n].abbreviation));
      }),
    );
  });
});
