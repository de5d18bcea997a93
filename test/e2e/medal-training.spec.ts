import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../src/medal/model/load-model.store.js';
import { hashFile } from '../../src/runs/content-hash.js';
import { ROOT } from '../house/source-files.js';
import { ended, medgraft, start } from './medgraft.js';

/** From toy abstracts to an abbreviation model, as a person would; small enough for seconds. */
const TOY = join(ROOT, 'toy_kg');
const SMALL = ['--batchsize', '8', '--maximum-words', '64', '--bucket-words', '32', '--clip', '1', '--seed', '3'];
const LSTM = [
  '--word-width',
  '24',
  '--hidden-size',
  '24',
  '--lr',
  '0.01',
  '--epochs',
  '4',
  '--patience',
  '0',
  ...SMALL,
];
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'medal-training-'));
  const source = ['--text-fields', 'text', '--id-field', 'id', join(TOY, 'abstracts.jsonl')];
  const draws = ['--probability', '0.5', '--rounds', '4', '--inventory', join(TOY, 'abbreviations.txt')];
  const { code, err } = await medgraft(home, 'medal', 'prepare', '--samples', 'toy', ...draws, ...source);
  expect(code, err).toBe(0);
}, 60_000);
afterAll(() => rm(home, { recursive: true }));

interface Result {
  readonly folder: string;
  readonly figures: Readonly<Record<string, number>>;
}

async function train(place: string, model: string, ...more: string[]): Promise<Result> {
  const { code, out, err } = await medgraft(
    place,
    '--json',
    'medal',
    'train',
    '--samples',
    'toy',
    '--model',
    model,
    ...more,
  );
  expect(code, err).toBe(0);
  return lastLine(out);
}

function lastLine(out: string): Result {
  return JSON.parse(out.trim().split('\n').at(-1) as string);
}

describe('an abbreviation model of toy abstracts', () => {
  let trained: Result;
  beforeAll(async () => {
    trained = await train(home, 'lstm', ...LSTM);
  }, 120_000);

  it('is better than the most frequent sense on articles that it chose by', () => {
    const { figures } = trained;
    expect(figures['valid.accuracy']).toBeGreaterThan(figures['valid.mostFrequent'] + 0.1);
    expect(figures['temperature']).toBeGreaterThan(0);
  });

  it('leaves a folder with logs that can be read as tables', async () => {
    const [head, ...rows] = (await readFile(join(trained.folder, 'log.csv'), 'utf8')).trim().split('\n');
    expect(head.split(',').slice(0, 2)).toEqual(['step', 'loss']);
    expect(rows.length).toBeGreaterThanOrEqual(4);
    expect(await readFile(join(trained.folder, 'README.md'), 'utf8')).toContain('22 senses of 8 abbreviations');
  });

  it('is scored on articles never seen', async () => {
    const { code, out, err } = await medgraft(home, '--json', 'medal', 'evaluate', '--samples', 'toy');
    expect(code, err).toBe(0);
    const { folder, figures } = lastLine(out);
    expect(figures['accuracy']).toBeGreaterThan(figures['mostFrequent']);
    const predictions = (await readFile(join(folder, 'predictions.csv'), 'utf8')).trim().split('\n');
    expect(predictions).toHaveLength(figures['samples'] + 1);
    expect(await readFile(join(folder, 'results.md'), 'utf8')).toContain('| accuracy over candidates |');
  }, 60_000);

  it('answers as a library', async () => {
    const model = await load('lstm', trained.folder);
    const asked = [
      ['low dose CT found more small tumours than plain radiographs did', 'computed tomography'],
      ['nasal CT eased the pain of vertebral collapse for some weeks', 'calcitonin'],
      ['peptides were identified by MS after digestion with trypsin', 'mass spectrometry'],
      ['optic neuritis is often the first sign of MS', 'multiple sclerosis'],
    ];
    const texts = asked.map(([text]) => text);
    const places = texts.map((text) => text.split(' ').findIndex((word) => word === word.toUpperCase()));
    const logits = await model.logits(texts, places);
    await model.dispose();
    const { inventory } = model.parts;
    const guesses = logits.map((row, i) => {
      const candidates = [...inventory.candidates(texts[i].split(' ')[places[i]])];
      return inventory.senses[candidates.sort((a, b) => row[b] - row[a])[0]].expansion;
    });
    const right = guesses.filter((guess, i) => guess === asked[i][1]);
    expect(right.length, guesses.join('; ')).toBeGreaterThanOrEqual(3);
  });

  it('ranks what disambiguate finds, as the newest model of the workspace', async () => {
    const text = 'Peptides were identified by MS after digestion. A CT-guided biopsy was taken.';
    const { code, out, err } = await medgraft(home, '--json', 'medal', 'disambiguate', text);
    expect(code, err).toBe(0);
    const answer = JSON.parse(out);
    expect(answer.source).toBe('model');
    const [first, second] = answer.texts[0].mentions;
    expect(text.slice(first.start, first.end)).toBe('MS');
    expect(first.expansion).toBe('mass spectrometry');
    expect(text.slice(second.start, second.end)).toBe('CT');
    expect(first.probability).toBeGreaterThan(1 / 3);
    expect(first.probability).toBeLessThan(1);
  });

  it('refuses a folder of another model, naming both', async () => {
    await expect(load('electra', trained.folder)).rejects.toMatchObject({
      code: 'medal.model',
      details: { expected: 'electra', got: 'lstm' },
    });
  });

  it('starts another training', async () => {
    const more = await train(home, 'lstm', ...LSTM, '--initial', trained.folder, '--epochs', '1', '--seed', '9');
    expect(more.figures['first.loss.total']).toBeLessThan(trained.figures['first.loss.total']);
  }, 60_000);
});

describe('a training that was stopped', () => {
  it.each([
    ['lstm-sa', LSTM],
    [
      'electra',
      [
        '--electra-layers',
        '1',
        '--embedding-size',
        '16',
        '--hidden-size',
        '32',
        '--heads',
        '2',
        '--intermediate-size',
        '32',
        '--vocabulary-size',
        '800',
        '--lr',
        '0.003',
        '--epochs',
        '2',
        ...SMALL,
      ],
    ],
  ])(
    'ends in the same bytes: %s',
    async (model, settings) => {
      const [whole, stopped] = [`${home}-whole-${model}`, `${home}-stopped-${model}`];
      await cp(home, whole, { recursive: true });
      await cp(home, stopped, { recursive: true });
      try {
        const straight = await train(whole, model, ...settings);
        await stopEarly(stopped, model, settings);
        const resumed = await train(stopped, model, ...settings);
        for (const file of ['model.safetensors', 'log.jsonl', 'log.csv', 'medal.json']) {
          const [a, b] = [await hashFile(join(straight.folder, file)), await hashFile(join(resumed.folder, file))];
          expect(a.sha256, file).toBe(b.sha256);
        }
      } finally {
        await rm(whole, { recursive: true });
        await rm(stopped, { recursive: true });
      }
    },
    120_000,
  );
});

/** Interrupts after the first evaluation that is told. */
async function stopEarly(place: string, model: string, settings: readonly string[]): Promise<void> {
  const args = ['--json', 'medal', 'train', '--samples', 'toy', '--model', model, ...settings];
  const child = start('cli', args, { MEDGRAFT_HOME: place });
  let seen = '';
  child.stdout.on('data', (chunk) => {
    seen += chunk;
    if (seen.includes('"phase":"evaluation"')) child.kill('SIGINT');
  });
  const { code } = await ended(child);
  expect(code).not.toBe(0);
}

describe("an encoder in Hugging Face's layout", () => {
  const sizes = ['--electra-layers', '1', '--embedding-size', '16', '--hidden-size', '32', '--heads', '2'];
  const electra = [
    ...sizes,
    '--intermediate-size',
    '32',
    '--vocabulary-size',
    '800',
    '--lr',
    '0.003',
    '--epochs',
    '1',
    ...SMALL,
  ];

  it('starts a training, and keeps its pieces and weights', async () => {
    const { folder } = await train(home, 'electra', ...electra);
    const encoder = `${home}-encoder`;
    await cp(folder, encoder, { recursive: true });
    try {
      for (const file of ['medal.json', 'inventory.tsv', 'manifest.json'])
        await rm(join(encoder, file), { force: true });
      const args = ['--json', 'medal', 'train', '--samples', 'toy', '--model', 'electra', '--initial', encoder];
      const { code, out, err } = await medgraft(home, ...args, '--lr', '1e-9', '--epochs', '1', ...SMALL);
      expect(code, err).toBe(0);
      expect(out).toContain('not in the start, so random: output.weight, output.bias');
      const started = await load('electra', lastLine(out).folder);
      const first = await load('electra', folder);
      const name = 'electra.encoder.layer.0.intermediate.dense.weight';
      const [a, b] = [started, first].map(({ parts }) => parts.store.value(name));
      await Promise.all([started.dispose(), first.dispose()]);
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-6);
    } finally {
      await rm(encoder, { recursive: true });
    }
  }, 60_000);
});

describe('what cannot be trained', () => {
  it.each([
    [['--initial', 'nowhere'], 'disk.missing'],
    [['--vectors', 'words.vec'], 'formats.'],
    [['--model', 'transformer'], 'settings.invalid'],
  ])('says why: %s', async (more, code) => {
    const vectors = join(home, 'words.vec');
    await writeFile(vectors, '3 8\nword 0.1\n');
    const args = more.map((word) => (word === 'words.vec' ? vectors : word));
    const { out, code: exit } = await medgraft(home, '--json', 'medal', 'train', '--samples', 'toy', ...SMALL, ...args);
    expect(exit).not.toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) as string).code).toContain(code);
  });

  it('is not judged on samples of another table', async () => {
    const table = join(home, 'other.txt');
    await writeFile(table, (await readFile(join(TOY, 'abbreviations.txt'), 'utf8')).replace('calcitonin', 'calcium'));
    const source = ['--text-fields', 'text', '--id-field', 'id', join(TOY, 'abstracts.jsonl')];
    const prepared = await medgraft(home, 'medal', 'prepare', '--samples', 'other', '--inventory', table, ...source);
    expect(prepared.code, prepared.err).toBe(0);
    const { folder } = await train(home, 'lstm', ...LSTM, '--epochs', '1');
    const path = ['--path', folder];
    const { out, code } = await medgraft(home, '--json', 'medal', 'evaluate', '--samples', 'other', ...path);
    expect(code).not.toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) as string).code).toBe('medal.senses');
  });

  it('names the sample set that is missing', async () => {
    const { err, code } = await medgraft(home, 'medal', 'train', '--samples', 'nothing');
    expect(code).not.toBe(0);
    expect(err).toContain('medal prepare');
    expect(err).not.toContain('    at ');
  });
});
