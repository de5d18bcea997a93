import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { Trainer, type TrainerOptions } from '../../nn/trainer.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { SenseAsker } from '../model/sense-asker.js';
import type { SenseConfig } from '../model/sense-config.js';
import { SENSE_LOSSES, type SenseLoss } from '../model/sense-head.js';
import { readSenseModel, type SenseModel, writeSenseModel } from '../model/sense-model.store.js';
import { senseParameterSpecs } from '../model/sense-parameters.js';
import { WholeWords } from '../model/word-encoder.js';
import { mostFrequentSenses } from './most-frequent.js';
import { type SampleTexts, SampleWindows } from './sample-windows.js';
import { judgeWindows } from './sense-evaluation.js';
import { senseFigures } from './sense-tally.js';
import { SenseTask } from './sense-task.js';

/** A world of two abbreviations whose senses the words around them give away, at sizes that learn in seconds. */
const INVENTORY = new SenseInventory(
  ['scan', 'gland', 'joint', 'heart'].map((expansion, i) => ({
    abbreviation: i < 2 ? 'CT' : 'RA',
    expansion,
    variants: [],
  })),
);
const TOPICS = [
  ['chest', 'image', 'contrast'],
  ['thyroid', 'serum', 'calcium'],
  ['hand', 'erosion', 'swollen'],
  ['valve', 'catheter', 'pressure'],
];
const FILLERS = ['the', 'of', 'was', 'seen', 'in'];
const WORDS = ['[PAD]', '[UNK]', 'CT', 'RA', ...TOPICS.flat(), ...FILLERS];
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'ct', 'ra', ...TOPICS.flat(), ...FILLERS];

/** Each text is about two topics; the topic of an abbreviation stands beside it. */
function drawnTexts(count: number, seed: number): SampleTexts {
  const random = new CounterRandom(seed, 'spec.texts');
  const texts: string[] = [];
  const [locations, classes]: number[][] = [[], []];
  for (let i = 0; i < count; i++) {
    const words: string[] = [];
    for (let part = 0; part < 2; part++) {
      const sense = random.below(4, i, part);
      for (let w = 0; w < 5; w++) {
        const list = random.below(2, i, 100 * part + w) === 0 ? TOPICS[sense] : FILLERS;
        words.push(list[random.below(list.length, i, 200 * part + 50 + w)]);
      }
      words.push(TOPICS[sense][random.below(3, i, 500 + part)]);
      locations.push(words.length);
      classes.push(sense);
      words.push(sense < 2 ? 'CT' : 'RA');
    }
    texts.push(words.join(' '));
  }
  return {
    texts: count,
    wordCounts: Int32Array.from(texts, (text) => text.split(' ').length),
    sampleStarts: Int32Array.from({ length: count + 1 }, (_, text) => 2 * text),
    locations: Int32Array.from(locations),
    classes: Int32Array.from(classes),
    text: (index) => texts[index],
  };
}

const recurrent = (model: 'lstm' | 'lstm-sa'): SenseConfig => ({
  model,
  lstm: { inputSize: 12, hiddenSize: 16, layers: 1, bidirectional: true, dropout: 0 },
  attentionLayers: model === 'lstm-sa' ? 1 : 0,
  dropout: 0.1,
  words: WORDS.length,
  trainsWords: true,
  classes: 4,
});
const ELECTRA: SenseConfig = {
  model: 'electra',
  classes: 4,
  encoder: {
    prefix: 'electra',
    vocabularySize: PIECES.length,
    hiddenSize: 32,
    embeddingSize: 16,
    layers: 1,
    heads: 2,
    intermediateSize: 48,
    maximumPositions: 32,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.2,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
  },
};
const OPTIONS: TrainerOptions = {
  steps: 60,
  learningRate: 0.01,
  schedule: 'constant',
  warmup: 0,
  weightDecay: 0,
  accumulation: 1,
  clipNorm: 1,
  evaluateEvery: 30,
  saveEvery: 0,
  patience: 0,
  seed: 7,
};

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medal-senses-'));
  engine = await createEngine('onnx', 1);
});
afterAll(() => rm(folder, { recursive: true }));

async function modelOf(config: SenseConfig): Promise<SenseModel> {
  const words = config.model === 'electra' ? PIECES : WORDS;
  const model = {
    config,
    reading: { maximumWords: 16, bucketWords: 8, lowerCase: config.model === 'electra', temperature: 1 },
    store: new ParameterStore(senseParameterSpecs(config), 3),
    vocabulary: `${words.join('\n')}\n`,
    encoder: new WholeWords(words),
    inventory: INVENTORY,
  };
  const place = join(folder, config.model);
  await writeSenseModel(place, model);
  return readSenseModel(place, 'training');
}

async function learn(model: SenseModel, loss: SenseLoss, options = OPTIONS) {
  const windows = { maximumWords: 16, ambiguousOnly: loss === 'candidates' };
  const training = new SampleWindows(drawnTexts(96, 1), INVENTORY, windows);
  const valid = new SampleWindows(drawnTexts(32, 2), INVENTORY, { ...windows, ambiguousOnly: false });
  const { padding, maximumTokens } = model.encoder;
  const sizes = { samples: 16, width: 8, maximumTokens, padding };
  const asker = new SenseAsker(model.store, model.config, engine, sizes);
  const baseline = mostFrequentSenses([], INVENTORY);
  const reading = { batchSize: 16, bucketWords: 8, maximumWords: 16, places: 0 };
  const evaluate = async () => senseFigures(await judgeWindows(valid, model.encoder, asker, reading), baseline);
  const { seed, accumulation } = options;
  const batches = { loss, batchSize: 16, bucketWords: 8, maximumWords: 16, wordDropout: 0.05, accumulation, seed };
  const task = new SenseTask(model.store, model.config, training, model.encoder, batches, evaluate);
  const trainer = new Trainer(task, engine, options);
  const losses: number[] = [];
  let figures: Record<string, number> = {};
  for await (const event of trainer.run(new AbortController().signal)) {
    if (event.kind === 'step') losses.push(event.figures['loss.total']);
    if (event.kind === 'evaluation') figures = event.figures;
  }
  await trainer.dispose();
  await asker.dispose();
  return { losses, figures };
}

const CONFIGS = [recurrent('lstm'), recurrent('lstm-sa'), ELECTRA];

describe.each(CONFIGS.map((config) => [config.model, config] as const))('%s', (_, config) => {
  it('learns which words go with which sense', async () => {
    const { losses, figures } = await learn(await modelOf(config), 'candidates');
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 2);
    expect(figures['accuracy']).toBeGreaterThan(0.9);
    expect(figures['errorsRemoved']).toBeGreaterThan(0.8);
  });

  it('learns over all senses, and over both', async () => {
    for (const loss of SENSE_LOSSES.filter((name) => name !== 'candidates')) {
      const { figures } = await learn(await modelOf(config), loss);
      expect(figures['accuracyOfAll']).toBeGreaterThan(0.85);
    }
  });

  it('takes two batches a step for one of both', async () => {
    const { losses } = await learn(await modelOf(config), 'candidates', { ...OPTIONS, steps: 4, accumulation: 2 });
    expect(losses).toHaveLength(4);
    expect(losses.every(Number.isFinite)).toBe(true);
  });

  it('ends in the same bytes from the same seed', async () => {
    const trained = async () => {
      const model = await modelOf(config);
      await learn(model, 'both', { ...OPTIONS, steps: 5 });
      return Buffer.from(model.store.values.slice().buffer).toString('base64');
    };
    expect(await trained()).toBe(await trained());
  });
});
