import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readInventory } from '../inventory/read-inventory.store.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { WINDOW_CORE, WINDOW_MARGIN } from './context-windows.js';
import { Disambiguator } from './disambiguator.js';
import { FrequencyRanker } from './frequency-ranker.js';
import { senseEdits } from './own-senses.js';
import type { SensePlace, SenseRanker } from './sense-ranker.js';

let ranker: FrequencyRanker;
let plain: Disambiguator;
beforeAll(async () => {
  ranker = new FrequencyRanker(await readInventory('toy_kg/abbreviations.txt'));
  plain = new Disambiguator(ranker, 'frequency');
});

/** Ranks as another does, scales its logits, and keeps what it was asked. */
class Recorder implements SenseRanker {
  readonly inventory: SenseInventory;
  readonly asked: (readonly SensePlace[])[] = [];
  constructor(
    private readonly inner: SenseRanker,
    readonly temperature = 1,
  ) {
    this.inventory = inner.inventory;
  }
  async rank(places: readonly SensePlace[], candidates: readonly (readonly number[])[]): Promise<Float32Array[]> {
    this.asked.push(places);
    const logits = await this.inner.rank(places, candidates);
    return logits.map((each) => each.map((value) => this.temperature * value));
  }
  states(places: readonly SensePlace[]): Promise<Float32Array[]> {
    return this.inner.states(places);
  }
}

async function one(disambiguator: Disambiguator, text: string, options = {}) {
  return (await disambiguator.disambiguate([text], options))[0].mentions;
}

describe('disambiguation by frequency', () => {
  it('gives the shares of the counts, of the senses of that abbreviation only', async () => {
    const [mention] = await one(plain, 'A CT was done.');
    expect(mention).toMatchObject({ start: 2, end: 4, text: 'CT', abbreviation: 'CT', source: 'frequency' });
    expect(mention.expansion).toBe('computed tomography');
    const whole = 94.5 + 5.5 + 13.5;
    expect(mention.probability).toBeCloseTo(94.5 / whole, 6);
    expect(mention.alternatives.map(({ expansion }) => expansion)).toEqual(['connective tissue', 'calcitonin']);
    expect(mention.alternatives[1].probability).toBeCloseTo(5.5 / whole, 6);
  });

  it('leaves open what is less probable than the threshold, and tells as many alternatives as asked', async () => {
    const [open] = await one(plain, 'MS', { threshold: 0.6, alternatives: 2 });
    expect(open.expansion).toBeNull();
    expect(open.probability).toBeCloseTo(65.5 / 114.5, 6);
    expect(open.alternatives.map(({ expansion }) => expansion)).toEqual(['multiple sclerosis', 'mass spectrometry']);
    expect((await one(plain, 'MS', { threshold: 0.5, alternatives: 0 }))[0]).toMatchObject({
      expansion: 'multiple sclerosis',
      alternatives: [],
    });
  });

  it('takes the meaning that the text defines, also of what no inventory knows', async () => {
    const text = 'Mitral stenosis (MS) by QQX (quick quantitative x-ray). MS, QQX, CT.';
    const mentions = await one(plain, text);
    expect(mentions.map(({ text: form, source, expansion }) => [form, source, expansion])).toEqual([
      ['MS', 'definition', 'Mitral stenosis'],
      ['QQX', 'definition', 'quick quantitative x-ray'],
      ['MS', 'definition', 'Mitral stenosis'],
      ['QQX', 'definition', 'quick quantitative x-ray'],
      ['CT', 'frequency', 'computed tomography'],
    ]);
    expect(mentions[0]).toMatchObject({ probability: 1, alternatives: [] });
  });

  it('stops at the limit of mentions, and counts all', async () => {
    const [answer] = await plain.disambiguate(['CT MS CT'], { mentions: 2 });
    expect(answer.total).toBe(3);
    expect(answer.mentions.map(({ text }) => text)).toEqual(['CT', 'MS']);
  });

  it('has mentions that are slices of any text, with probabilities of 1 together', async () => {
    const piece = fc.oneof(
      fc.constantFrom('CT', 'ms ', 'RA ', ' (', ') ', 'rheumatoid arthritis ', '. ', '\ud800', 'İ', '-'),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const text = pieces.join('');
        for (const mention of await one(plain, text, { alternatives: 100 })) {
          expect(text.slice(mention.start, mention.end)).toBe(mention.text);
          const sum = mention.alternatives.reduce((total, { probability }) => total + probability, mention.probability);
          expect(sum).toBeCloseTo(1, 6);
        }
      }),
    );
  });
});

describe('disambiguation by any ranker', () => {
  it('divides logits by the temperature', async () => {
    const hot = new Disambiguator(new Recorder(ranker, 3), 'model');
    const [[mine], [same]] = [await one(hot, 'CT'), await one(plain, 'CT')];
    expect(mine.source).toBe('model');
    expect(mine.probability).toBeCloseTo(same.probability, 6);
  });

  it('reads clean words, with abbreviations in their preferred form', async () => {
    const recorder = new Recorder(ranker);
    await one(new Disambiguator(recorder, 'model'), 'On day 3, the C.T.-guided (X-ray) scans; MSs!');
    const [places] = recorder.asked;
    expect(places.map(({ location }) => location)).toEqual([3, 7]);
    expect(places[0].words).toEqual(['on', 'day', 'the', 'CT', 'guided', 'xray', 'scans', 'MS']);
  });

  it('reads a document of a megabyte in windows, twice its words at most, each place with its margin', async () => {
    const words = 'the patient had CT after MS and two more words '.repeat(1 + 1_000_000 / 47);
    const recorder = new Recorder(ranker);
    const [{ total }] = await new Disambiguator(recorder, 'model').disambiguate([words], { mentions: 1_000_000 });
    const count = words.trim().split(' ').length;
    expect(total).toBe((2 * count) / 10);
    const windows = new Set(recorder.asked.flat().map((place) => place.words));
    expect(windows.size).toBeLessThanOrEqual(Math.ceil(count / WINDOW_CORE));
    expect([...windows].every(({ length }) => length <= WINDOW_CORE + 2 * WINDOW_MARGIN)).toBe(true);
    expect(recorder.asked.every(({ length }) => length <= 64)).toBe(true);
    const middle = recorder.asked.flat().slice(1000, 2000);
    expect(
      middle.every(({ words: { length }, location }) => Math.min(location, length - 1 - location) >= WINDOW_MARGIN),
    ).toBe(true);
  });

  it('ends with a megabyte that is one word, or mentions only', async () => {
    for (const text of ['x'.repeat(1_000_000), 'CT-'.repeat(333_333), '(CT)'.repeat(250_000)]) {
      const [{ mentions, total }] = await plain.disambiguate([text], { mentions: 10 });
      expect(mentions.length).toBe(Math.min(total, 10));
    }
  });
});

describe('own senses', () => {
  const graph = {
    abbreviation: 'MS',
    expansion: 'morning stiffness',
    examples: [
      'swollen joints with MS for an hour',
      'MS of the joints, worst on waking',
      'joints hurt, MS lasts an hour',
    ],
  };

  it('by examples win where the text is like them, and nowhere else', async () => {
    const own = plain.with(senseEdits([graph], 'senses'));
    const [like] = await one(own, 'Her joints are swollen on waking, MS lasts an hour.');
    expect(like).toMatchObject({ expansion: 'morning stiffness', own: true });
    expect(like.probability).toBeGreaterThan(0.8);
    const [other] = await one(own, 'Ions were told apart by MS of the digested peptides.');
    expect(other.expansion).toBe('multiple sclerosis');
    const share = other.alternatives.find(({ expansion }) => expansion === 'morning stiffness')?.probability ?? 1;
    expect(share / other.probability).toBeLessThan(0.5);
  });

  it('by a description win where its words stand around', async () => {
    const described = {
      abbreviation: 'CT',
      expansion: 'clotting time',
      description: 'coagulation of whole blood, seconds',
    };
    const own = plain.with(senseEdits([described], 'senses'));
    expect((await one(own, 'Coagulation was slow: the clotting was late, CT 90 seconds.'))[0].expansion).toBe(
      'clotting time',
    );
    const [other] = await one(own, 'The head was seen by CT.');
    expect(other).toMatchObject({ expansion: 'computed tomography' });
    const share = other.alternatives.find(({ own: mine }) => mine)?.probability ?? 1;
    expect(share / other.probability).toBeCloseTo(1 / 9, 6);
  });

  it('bring abbreviations of their own, in any safe case and in the plural', async () => {
    const own = plain.with(senseEdits([{ abbreviation: 'QRD', expansion: 'quick red dot' }], 'senses'));
    const mentions = await one(own, 'QRDs and qrd');
    expect(mentions.map(({ expansion, probability }) => [expansion, probability])).toEqual([
      ['quick red dot', 1],
      ['quick red dot', 1],
    ]);
  });

  it('that the inventory has stay as it has them; those taken out are gone', async () => {
    const known = plain.with(senseEdits([{ abbreviation: 'CT', expansion: 'calcitonin' }], 'senses'));
    expect(await one(known, 'CT')).toEqual(await one(plain, 'CT'));
    const less = plain.with(
      senseEdits(
        [
          { abbreviation: 'C.T.', expansion: 'computed tomography', remove: true },
          { abbreviation: 'MS', remove: true },
        ],
        'senses',
      ),
    );
    const mentions = await one(less, 'CT, MS');
    expect(mentions.map(({ text, expansion }) => [text, expansion])).toEqual([['CT', 'connective tissue']]);
    expect(mentions[0].alternatives.map(({ expansion }) => expansion)).toEqual(['calcitonin']);
  });

  it('in place of all others', async () => {
    const edits = [{ abbreviation: 'MS', remove: true }, graph];
    const [mention] = await one(plain.with(senseEdits(edits, 'senses')), 'MS');
    expect(mention).toMatchObject({ expansion: 'morning stiffness', probability: 1, own: true, alternatives: [] });
  });

  it('are refused where they take out what is not there', () => {
    for (const edit of [{ abbreviation: 'XYZ' }, { abbreviation: 'CT', expansion: 'cat' }]) {
      expect(() => plain.with(senseEdits([{ ...edit, remove: true }], 'senses'))).toThrow(
        expect.objectContaining({ code: 'medal.sense-unknown' }),
      );
    }
  });

  it('work without any inventory', async () => {
    const alone = new Disambiguator(
      new FrequencyRanker(new SenseInventory([])),
      'frequency',
      senseEdits([graph], 'senses'),
    );
    expect((await one(alone, 'MS and CT')).map(({ text }) => text)).toEqual(['MS']);
  });
});

it('finds the abbreviations of the toy abstracts where they are put in', async () => {
  const { senses } = ranker.inventory;
  const texts = readFileSync('toy_kg/abstracts.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).text as string);
  let put = 0;
  const replaced = texts.map((text) =>
    senses.reduce((all, { expansion, abbreviation }) => {
      const parts = all.split(new RegExp(`\\b${expansion}\\b`, 'i'));
      put += parts.length - 1;
      return parts.join(abbreviation);
    }, text),
  );
  const answers = await plain.disambiguate(replaced);
  expect(answers.reduce((sum, { total }) => sum + total, 0)).toBe(put);
  expect(put).toBeGreaterThan(200);
});
