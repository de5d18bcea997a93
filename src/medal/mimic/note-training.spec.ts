import { beforeAll, describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { Trainer, type TrainerOptions } from '../../nn/trainer.js';
import type { ModelName } from '../model/sense-config.js';
import { WholeWords } from '../model/word-encoder.js';
import { guessByCounts } from './guess-by-counts.js';
import { NoteAsker } from './note-asker.js';
import type { NoteConfig } from './note-config.js';
import { askNotes } from './note-evaluation.js';
import { logOdds, noteParameterSpecs } from './note-parameters.js';
import { NOTE_TASKS, tallyOf } from './note-tally.js';
import { NoteTask } from './note-task.js';
import { type LabelledNotes, NoteTexts } from './note-texts.js';
import type { MimicTask } from './open-notes.store.js';

/** Notes in which a few words say how it ends, and which diagnoses it is; at sizes that learn in seconds. */
const SIGNS = ['sepsis', 'fever', 'stroke', 'wheeze', 'fracture', 'rash', 'jaundice', 'tremor'];
const FILLERS = ['the', 'of', 'was', 'seen', 'in', 'at', 'and', 'night'];
const WORDS = ['[PAD]', '[UNK]', ...SIGNS, ...FILLERS];
const MAXIMUM_WORDS = 16;

/** Each note has one or two signs among 6 to 20 words; death is what the first sign says. */
function drawnNotes(count: number, seed: number, task: MimicTask): LabelledNotes {
  const random = new CounterRandom(seed, 'spec.notes');
  const labels: Int32Array[] = [];
  const texts = Array.from({ length: count }, (_, note) => {
    const length = 6 + random.below(15, note, 0);
    const words = Array.from({ length }, (_, i) => FILLERS[random.below(FILLERS.length, note, 10 + i)]);
    const signs = [random.below(SIGNS.length, note, 1), random.below(SIGNS.length, note, 2)];
    // Within the words that are read.
    const room = Math.min(length, MAXIMUM_WORDS);
    for (const [i, sign] of signs.entries()) words[2 * random.below(room >> 1, note, 3 + i) + i] = SIGNS[sign];
    const seen = SIGNS.flatMap((sign, at) => (words.includes(sign) ? [at] : []));
    labels.push(Int32Array.from(task === 'diagnosis' ? seen : [Number(seen.includes(0) || seen.includes(2))]));
    return words.join(' ');
  });
  return {
    notes: count,
    classCount: task === 'diagnosis' ? SIGNS.length : 2,
    wordCounts: Int32Array.from(texts, (text) => text.split(' ').length),
    labels: (note) => labels[note],
    text: (note) => texts[note],
  };
}

function configOf(model: ModelName, classes: number): NoteConfig {
  if (model === 'electra') {
    return {
      model,
      classes,
      headDropout: 0,
      encoder: {
        prefix: 'electra',
        vocabularySize: WORDS.length,
        hiddenSize: 32,
        embeddingSize: 16,
        layers: 1,
        heads: 2,
        intermediateSize: 48,
        maximumPositions: MAXIMUM_WORDS,
        typeVocabularySize: 2,
        layerNormEpsilon: 1e-12,
        initializerRange: 0.2,
        hiddenDropout: 0.1,
        attentionDropout: 0.1,
      },
    };
  }
  return {
    model,
    classes,
    headDropout: 0.3,
    lstm: { inputSize: 12, hiddenSize: 16, layers: 1, bidirectional: true, dropout: 0 },
    attentionLayers: model === 'lstm-sa' ? 1 : 0,
    dropout: 0.1,
    words: WORDS.length,
    trainsWords: true,
  };
}

const OPTIONS: TrainerOptions = {
  steps: 120,
  learningRate: 0.01,
  schedule: 'constant',
  warmup: 0,
  weightDecay: 0,
  accumulation: 1,
  clipNorm: 1,
  evaluateEvery: 60,
  saveEvery: 0,
  patience: 0,
  seed: 7,
};
const READING = { batchSize: 16, bucketWords: 8, maximumWords: MAXIMUM_WORDS };
const encoder = new WholeWords(WORDS);
let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('onnx', 1);
});

async function learn(name: ModelName, task: MimicTask, options: TrainerOptions = OPTIONS) {
  const notes = new NoteTexts(drawnNotes(256, 1, task), task, MAXIMUM_WORDS);
  const valid = new NoteTexts(drawnNotes(50, 2, task), task, MAXIMUM_WORDS);
  const config = configOf(name, notes.outputCount);
  const bias = logOdds(notes.allOutputs(), notes.outputCount);
  const store = new ParameterStore(noteParameterSpecs(config, { bias }), 3);
  const asker = new NoteAsker(store, config, engine, {
    samples: 16,
    width: 8,
    maximumTokens: MAXIMUM_WORDS,
    padding: 0,
  });
  const evaluate = async () => {
    const tally = tallyOf(task, config.classes);
    await askNotes(valid, encoder, asker, READING, (logits, asked) => {
      const outputs = asked.map((note) => note.outputs);
      tally.add(logits, outputs);
    });
    return tally.figures();
  };
  const { seed, accumulation } = options;
  const judging = { choice: NOTE_TASKS[task].choice, evaluate };
  const training = new NoteTask(store, config, notes, encoder, { ...READING, accumulation, seed }, judging);
  const trainer = new Trainer(training, engine, options);
  const losses: number[] = [];
  const evaluations: Record<string, number>[] = [];
  for await (const event of trainer.run(new AbortController().signal)) {
    if (event.kind === 'step') losses.push(event.figures['loss.total']);
    if (event.kind === 'evaluation') evaluations.push(event.figures);
  }
  await trainer.dispose();
  await asker.dispose();
  return { losses, figures: evaluations[evaluations.length - 1], store };
}

describe.each(['lstm', 'lstm-sa', 'electra'] as const)('%s', (name) => {
  it('learns which words foretell death', async () => {
    const { losses, figures } = await learn(name, 'mortality');
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 2);
    expect(figures['rocAuc']).toBeGreaterThan(0.95);
    expect(figures['accuracy']).toBeGreaterThan(0.85);
    expect(figures['f1']).toBeGreaterThan(0.75);
  });

  it('learns which words are which diagnosis', async () => {
    const { figures } = await learn(name, 'diagnosis', { ...OPTIONS, steps: 160 });
    // Five of eight by chance.
    expect(figures['recallAt5']).toBeGreaterThan(0.9);
    expect(figures['recallAt10']).toBe(1);
    expect(figures['notes']).toBe(50);
  });

  it('ends in the same bytes from the same seed, two batches a step too', async () => {
    const trained = async () => {
      const { store } = await learn(name, 'mortality', { ...OPTIONS, steps: 4, accumulation: 2 });
      return Buffer.from(store.values.slice().buffer).toString('base64');
    };
    expect(await trained()).toBe(await trained());
  });
});

describe('figures of notes', () => {
  it('are those of the formulas', () => {
    const tally = tallyOf('mortality', 1);
    tally.add(Float32Array.of(2, -1, 0.5, -3), [
      Int32Array.of(0),
      Int32Array.of(0),
      new Int32Array(0),
      new Int32Array(0),
    ]);
    const figures = tally.figures();
    // One of two dead is found, one of two alive is called dead; three of four pairs are in order.
    expect(figures).toMatchObject({ notes: 4, positives: 2, accuracy: 0.5, rocAuc: 0.75, f1: 0.5 });
    expect(figures['averagePrecision']).toBeCloseTo((1 + 2 / 3) / 2, 10);
    const expected = [
      Math.log1p(Math.exp(-2)),
      Math.log1p(Math.exp(1)),
      Math.log1p(Math.exp(0.5)),
      Math.log1p(Math.exp(-3)),
    ];
    expect(figures['loss']).toBeCloseTo(expected.reduce((sum, loss) => sum + loss) / 4, 6);
  });

  it('leave out what one outcome alone cannot say', () => {
    const tally = tallyOf('mortality', 1);
    tally.add(Float32Array.of(2, -1), [new Int32Array(0), new Int32Array(0)]);
    const figures = tally.figures();
    expect(Object.keys(figures)).not.toContain('rocAuc');
    expect(figures['accuracy']).toBe(0.5);
  });

  it('of diagnoses are the mean recall over notes', () => {
    const tally = tallyOf('diagnosis', 12);
    const falling = Float32Array.from({ length: 12 }, (_, output) => -output);
    tally.add(falling, [Int32Array.of(0, 4, 5, 11)]);
    tally.add(falling, [Int32Array.of(9)]);
    expect(tally.figures()).toMatchObject({ recallAt5: 0.25, recallAt10: (0.75 + 1) / 2, recallAt30: 1 });
  });

  it('of the shares of training alone are the same for each note', () => {
    const [training, judged] = [64, 40].map(
      (count) => new NoteTexts(drawnNotes(count, count, 'diagnosis'), 'diagnosis', 16),
    );
    const counts = new Int32Array(8);
    for (const outputs of training.allOutputs()) for (const output of outputs) counts[output]++;
    const best = Array.from(counts.keys())
      .sort((a, b) => counts[b] - counts[a] || a - b)
      .slice(0, 5);
    const recalls = Array.from(
      judged.allOutputs(),
      (mine) => mine.filter((output) => best.includes(output)).length / mine.length,
    );
    const figures = guessByCounts(training, judged, 'diagnosis');
    expect(figures['recallAt5']).toBeCloseTo(recalls.reduce((sum, recall) => sum + recall) / recalls.length, 10);
  });

  it('start at the log-odds of training, also of what it never or always has', () => {
    const odds = logOdds([Int32Array.of(0, 1), Int32Array.of(0), Int32Array.of(0)], 3);
    expect([...odds].map((value) => Number(value.toFixed(4)))).toEqual([
      Number(Math.log(3.5 / 0.5).toFixed(4)),
      Number(Math.log(1.5 / 2.5).toFixed(4)),
      Number(Math.log(0.5 / 3.5).toFixed(4)),
    ]);
  });
});
