/** On made-up tables in the columns of MIMIC-III whose notes say how the admission ends. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMimicTables } from '../../test/support/mimic-tables.js';
import { SafetensorsFile } from '../formats/safetensors.js';
import { ParameterStore } from '../nn/parameter-store.js';
import type { Artefact } from '../runs/artefact.js';
import type { Stage, StageEvent } from '../runs/stage.js';
import { finetuneNotes } from './finetune-notes.stage.js';
import { FinetuneNotesSettings } from './finetune-settings.js';
import { SenseInventory } from './inventory/sense-inventory.js';
import { readNoteModel } from './mimic/note-model.store.js';
import { PrepareMimicSettings } from './mimic/prepare-mimic-settings.js';
import type { SenseConfig } from './model/sense-config.js';
import { encoderOf, writeSenseModel } from './model/sense-model.store.js';
import { senseParameterSpecs } from './model/sense-parameters.js';
import { prepareMimic } from './prepare-mimic.stage.js';

const DEMO = fileURLToPath(new URL('../../../shared/data/mimic-demo/', import.meta.url));
const isPresent = existsSync(DEMO);
if (!isPresent) process.stdout.write('skipped: ../shared/data not present\n');
const REFERENCE = fileURLToPath(new URL('../../test/parity/medal/', import.meta.url));
const SMALL: Partial<FinetuneNotesSettings> = {
  notes: 'n',
  wordWidth: 8,
  hiddenSize: 8,
  electraLayers: 1,
  embeddingSize: 8,
  heads: 2,
  intermediateSize: 16,
  vocabularySize: 200,
  maximumWords: 16,
  bucketWords: 8,
  batchsize: 8,
  epochs: 2,
  clip: 1,
  lr: 0.01,
};

let folder: string;
let attempt = 0;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'medgraft-finetune-'));
  writeMimicTables(folder);
  for (const task of ['mortality', 'diagnosis'] as const) await prepare(task, { task });
  await prepare('dealt', { assignNotes: true });
  await prepare('no-test', { testShare: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function collect<S extends object>(
  { run }: Stage<S>,
  settings: S,
  inputs: Parameters<Stage<S>['run']>[1],
  result: string,
  stopAt: (event: StageEvent) => boolean = () => false,
) {
  mkdirSync(result, { recursive: true });
  const stop = new AbortController();
  const context = { folder: result, home: folder, threads: 1, signal: stop.signal, scratch: async () => folder };
  const events: StageEvent[] = [];
  const running = run(settings, inputs, context);
  for (;;) {
    const next = await running.next();
    if (next.done) return { figures: next.value, events, result };
    events.push(next.value);
    if (stopAt(next.value)) stop.abort();
  }
}

function prepare(name: string, changes: Partial<PrepareMimicSettings>) {
  const settings = Object.assign(new PrepareMimicSettings(), { notes: 'n', folder, ...changes });
  return collect(prepareMimic, settings, {}, at(name));
}

function finetune(
  notes: string,
  changes: Partial<FinetuneNotesSettings> = {},
  result = at(`result-${attempt++}`),
  stopAt?: (event: StageEvent) => boolean,
) {
  const settings = Object.assign(new FinetuneNotesSettings(), SMALL, changes);
  return collect(finetuneNotes, settings, { notes: { folder: at(notes) } as Artefact }, result, stopAt);
}

const textOf = (result: string, name: string) => readFileSync(join(result, name), 'utf8');

describe('medal.finetune', () => {
  it('learns who dies, and tells it of notes never seen', async () => {
    const { figures, result, events } = await finetune('mortality', { epochs: 12, headDropout: 0.2 });
    expect(figures['test.rocAuc']).toBeGreaterThan(0.9);
    expect(figures).toMatchObject({ 'test.notes': 12, 'test.positives': expect.any(Number) });
    const results = JSON.parse(textOf(result, 'results.json'));
    expect(results).toMatchObject({ task: 'mimic-mortality', model: 'lstm', start: 'random weights', seed: 1 });
    expect(results.figures.test.rocAuc).toBe(figures['test.rocAuc']);
    expect(textOf(result, 'results.csv').split('\n')[0]).toBe('figure,valid,test,counts');
    expect(figures['counts.rocAuc']).toBe(0.5);
    const [head, ...rows] = textOf(result, 'predictions.csv').trim().split('\n');
    expect(head).toBe('ROW_ID,HADM_ID,SUBJECT_ID,LABEL,PROBABILITY');
    const right = rows
      .map((row) => row.split(','))
      .filter(([, , , label, share]) => Number(share) > 0.5 === (label === '1'));
    expect([rows.length, right.length / rows.length]).toEqual([12, figures['test.accuracy']]);
    for (const title of ['accuracy', 'AUROC', 'AUPRC', 'F1']) {
      expect(textOf(result, 'results.md')).toContain(`| ${title} |`);
    }
    expect(events.filter(({ kind }) => kind === 'warning')).toEqual([]);
    expect(events).toContainEqual({ kind: 'note', message: expect.stringContaining('their first 16 words are read') });
  });

  it('learns diagnoses, with the index beside the model', async () => {
    const { figures, result } = await finetune('diagnosis', { model: 'rnnsoft', epochs: 3, task: 'mimic-diagnosis' });
    expect(figures['test.recallAt5']).toBe(1);
    expect(JSON.parse(textOf(result, 'diag_to_idx.json'))).toEqual({ '038': 0, 427: 1, V45: 2 });
    expect(textOf(result, 'results.md')).toContain('| recall at 10 | 100.00 | 100.00 | 100.00 |');
    const [, row] = textOf(result, 'predictions.csv').split('\n');
    expect(row).toMatch(/^\d+,\d+,\d+,(038|427) V45,(V45|038|427)( (V45|038|427)){2}$/);
    const model = await readNoteModel(result);
    expect([model.task, model.config.model, model.config.classes]).toEqual(['diagnosis', 'lstm-sa', 3]);
  });

  it.each(['lstm', 'lstm-sa', 'electra'])('ends in the same bytes after a stop: %s', async (model) => {
    const changes = { model, epochs: 3, patience: 0, hiddenSize: model === 'electra' ? 16 : 8 };
    const straight = await finetune('mortality', changes);
    const stopped = at(`stopped-${model}`);
    const stop = finetune('mortality', changes, stopped, ({ kind }) => kind === 'metric');
    await expect(stop).rejects.toMatchObject({ code: 'run.cancelled' });
    const { events } = await finetune('mortality', changes, stopped);
    expect(events).toContainEqual({ kind: 'note', message: expect.stringMatching(/^going on after step [1-9]/) });
    for (const file of ['model.safetensors', 'log.jsonl', 'log.csv', 'results.json', 'mimic.json']) {
      expect(textOf(stopped, file) === textOf(straight.result, file), file).toBe(true);
    }
  });

  it('warns, and writes it beside the figures, where notes are dealt to admissions that are not theirs', async () => {
    const { events, result } = await finetune('dealt', { epochs: 1 });
    const message = expect.stringContaining('say nothing about medicine');
    expect(events[0]).toMatchObject({ kind: 'warning', message });
    for (const file of ['results.md', 'README.md', 'results.json']) {
      expect(textOf(result, file)).toContain('say nothing about medicine');
    }
  });
});

/** Weights after no step at all: a rate so small that nothing moves. */
const STILL = { epochs: 1, lr: 1e-9 };

async function tensorsOf(result: string): Promise<Map<string, number>> {
  const file = await SafetensorsFile.open(join(result, 'model.safetensors'));
  const sums = new Map<string, number>();
  for (const [name, { shape }] of file.tensors) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    await file.float32(name, values);
    sums.set(name, Math.hypot(...values));
  }
  await file.close();
  return sums;
}

function senseConfig(model: 'lstm' | 'electra', words: number): SenseConfig {
  if (model === 'lstm') {
    const lstm = { inputSize: 6, hiddenSize: 5, layers: 2, bidirectional: true, dropout: 0 };
    return { model, lstm, attentionLayers: 0, dropout: 0, words, trainsWords: true, classes: 2, cues: true };
  }
  const encoder = {
    prefix: 'electra',
    vocabularySize: words,
    hiddenSize: 16,
    embeddingSize: 8,
    layers: 1,
    heads: 2,
    intermediateSize: 12,
    maximumPositions: 12,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
    hiddenDropout: 0,
    attentionDropout: 0,
  };
  return { model, encoder, classes: 2 };
}

/** A model of abbreviations as medal.train leaves it; of `electra` without `medal.json`, as a folder of Hugging Face. */
async function writeStart(model: 'lstm' | 'electra'): Promise<{ place: string; store: ParameterStore }> {
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'of', 'septic', 'walk', '##ing'];
  const config = senseConfig(model, pieces.length);
  const reading = { maximumWords: 16, bucketWords: 8, lowerCase: model === 'electra', temperature: 1 };
  const vocabulary = `${pieces.join('\n')}\n`;
  const store = new ParameterStore(senseParameterSpecs(config), 77);
  const rows = ['one', 'other'].map((expansion) => ({ abbreviation: 'A', expansion, variants: [] }));
  const encoder = encoderOf(config, reading, vocabulary);
  const place = at(`start-${model}`);
  await writeSenseModel(place, { config, reading, store, vocabulary, encoder, inventory: new SenseInventory(rows) });
  if (model === 'electra') rmSync(join(place, 'medal.json'));
  return { place, store };
}

describe('a fine-tuning that starts from another model', () => {
  it.each(['lstm', 'electra'] as const)('takes its words, its sizes and all but its classifier: %s', async (model) => {
    const { place, store } = await writeStart(model);
    const { result, events } = await finetune('mortality', { ...STILL, model, initial: place });
    expect(textOf(result, 'vocab.txt')).toBe(textOf(place, 'vocab.txt'));
    const tensors = await tensorsOf(result);
    const taken = store.names().filter((name) => !/^(linear|output|cues)/.test(name) && tensors.has(name));
    for (const name of taken) expect(tensors.get(name), name).toBeCloseTo(Math.hypot(...store.value(name)), 4);
    expect(events).toContainEqual({ kind: 'note', message: `${taken.length} tensors are those of ${place}` });
    expect(taken.length).toBeGreaterThan(model === 'lstm' ? 16 : 20);
    expect(JSON.parse(textOf(result, 'results.json')).start).toBe(`start-${model}`);
  });

  it.each([
    ['lstm', 'lstm.pt', 'rnn.weight_ih_l1_reverse'],
    ['lstm-sa', 'lstm-sa.tar', 'attentions.1.W'],
    ['electra', 'electra.pt', 'electra.embeddings.word_embeddings.weight'],
  ])('reads the checkpoints of the reference: %s', async (model, file, tensor) => {
    const vectors = join(REFERENCE, 'words.vec');
    const initial = join(REFERENCE, file);
    const { result } = await finetune('mortality', { ...STILL, model, initial, vectors });
    const other = await finetune('mortality', { ...STILL, model, initial, vectors, seed: 2 });
    const [first, second] = [await tensorsOf(result), await tensorsOf(other.result)];
    expect(first.get(tensor)).toBeCloseTo(second.get(tensor) as number, 4);
    expect(first.get(model === 'lstm' ? 'linear.weight' : 'cls_query')).not.toBeCloseTo(
      second.get(model === 'lstm' ? 'linear.weight' : 'cls_query') as number,
      4,
    );
  });

  it('goes on from one task to the other', async () => {
    const first = await finetune('mortality', STILL);
    const { events } = await finetune('diagnosis', { ...STILL, initial: first.result });
    expect(events).toContainEqual({ kind: 'note', message: expect.stringMatching(/^9 tensors are those of/) });
  });
});

describe('medal.finetune tells', () => {
  it.each<[string, string, Partial<FinetuneNotesSettings>, string]>([
    ['that the notes are for another task', 'mortality', { task: 'mimic-diagnosis' }, 'medal.notes-task'],
    ['that a part is empty', 'no-test', {}, 'medal.notes-empty'],
    ['that a start is no model', 'mortality', { initial: tmpdir() }, 'medal.start'],
    ['that a start is none of ELECTRA', 'mortality', { initial: tmpdir(), model: 'electra' }, 'checkpoint.missing'],
    [
      'that a checkpoint is of another model',
      'mortality',
      { initial: join(REFERENCE, 'electra.pt') },
      'medal.checkpoint',
    ],
    ['that a checkpoint needs vectors', 'mortality', { initial: join(REFERENCE, 'lstm.pt') }, 'medal.vectors'],
    ['that vectors are missing', 'mortality', { vectors: join(tmpdir(), 'no-such.vec') }, 'formats.missing'],
    ['that there are no notes', 'nowhere', {}, 'formats.missing'],
  ])('%s', async (_, notes, changes, code) => {
    await expect(finetune(notes, changes)).rejects.toMatchObject({ code });
  });

  it('that a start is a model of another kind', async () => {
    const { place } = await writeStart('lstm');
    await expect(finetune('mortality', { initial: place, model: 'lstm-sa' })).rejects.toMatchObject({
      code: 'medal.start',
      details: { expected: 'a model of the kind lstm-sa', got: 'lstm' },
    });
  });
});

describe.runIf(isPresent)('on the demo tables of MIMIC-III', () => {
  it('goes from tables to figures, which mean nothing and say so', async () => {
    const noteEvents = join(DEMO, 'pt_notes.csv');
    await prepare('demo', { folder: DEMO, noteEvents, assignNotes: true, categories: ['all'] });
    const { figures, result } = await finetune('demo', { epochs: 1, batchsize: 32 });
    expect(figures).toMatchObject({ 'valid.notes': 45, 'test.notes': 65 });
    expect(textOf(result, 'results.md')).toContain('say nothing about medicine');
  });
});
