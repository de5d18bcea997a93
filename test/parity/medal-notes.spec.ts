import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import { NoteAsker } from '../../src/medal/mimic/note-asker.js';
import { collateNotes } from '../../src/medal/mimic/note-batch.js';
import type { NoteConfig } from '../../src/medal/mimic/note-config.js';
import { noteParameterSpecs } from '../../src/medal/mimic/note-parameters.js';
import { NoteTask } from '../../src/medal/mimic/note-task.js';
import { NoteTexts } from '../../src/medal/mimic/note-texts.js';
import type { ModelName } from '../../src/medal/model/sense-config.js';
import { WholeWords } from '../../src/medal/model/word-encoder.js';
import { readWeights } from '../../src/nn/model-weights.store.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { StepRunner } from '../../src/nn/step-runner.js';

/** The three models of whole notes against PyTorch (medal_notes.py): its weights, logits, loss and gradients. */
const HERE = new URL('.', import.meta.url).pathname;
const cases = JSON.parse(await readFile(join(HERE, 'medal-notes.json'), 'utf8'));
const WORDS = 20;

function configOf(model: ModelName): NoteConfig {
  const common = { classes: 3, headDropout: 0 };
  if (model === 'electra') {
    return {
      ...common,
      model,
      encoder: {
        prefix: 'electra',
        vocabularySize: WORDS,
        hiddenSize: 16,
        embeddingSize: 8,
        layers: 1,
        heads: 2,
        intermediateSize: 12,
        maximumPositions: 16,
        typeVocabularySize: 2,
        layerNormEpsilon: 1e-12,
        initializerRange: 0.02,
        hiddenDropout: 0,
        attentionDropout: 0,
      },
    };
  }
  const layers = model === 'lstm' ? 2 : 1;
  return {
    ...common,
    model,
    lstm: { inputSize: 5, hiddenSize: 6, layers, bidirectional: true, dropout: 0 },
    attentionLayers: model === 'lstm-sa' ? 2 : 0,
    dropout: 0,
    words: WORDS,
    trainsWords: true,
  };
}

/** The notes of the cases as words, so that they come through the same door as others. */
const words = Array.from({ length: WORDS }, (_, id) => `w${id}`);
const encoder = { ...new WholeWords(words), encode: new WholeWords(words).encode, maximumTokens: 16 };
const texts = new NoteTexts(
  {
    notes: cases.notes.length,
    classCount: 3,
    wordCounts: Int32Array.from(cases.notes, (note: number[]) => note.length),
    labels: (note) => Int32Array.from(cases.outputs[note]),
    text: (note) => cases.notes[note].map((id: number) => words[id]).join(' '),
  },
  'diagnosis',
  16,
);
// One note more than there are, and wider than the longest: padding of both kinds.
const sizes = { samples: 4, width: 16, maximumTokens: 16, padding: 0 };

describe.each(['lstm', 'lstm-sa', 'electra'] as const)('%s over whole notes', (name) => {
  const config = configOf(name);

  async function opened(): Promise<ParameterStore> {
    const store = new ParameterStore(noteParameterSpecs(config), 1);
    await readWeights(join(HERE, 'medal-notes', name), store);
    return store;
  }

  it('gives the logits of PyTorch, whatever padding stands beside a note', async () => {
    const asker = new NoteAsker(await opened(), config, await createEngine('onnx', 1), sizes);
    const encoded = cases.notes.map((_: unknown, note: number) => texts.encode(note, encoder));
    const logits = await asker.ask(encoded);
    await asker.dispose();
    const expected: number[] = cases[name].logits.flat();
    expect(logits).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs(logits[i] - value)).toBeLessThan(1e-4);
    });
  });

  it('has its loss and gradients', async () => {
    const store = await opened();
    const engine = await createEngine('onnx', 1);
    const options = { batchSize: 4, bucketWords: 16, maximumWords: 16, accumulation: 1, seed: 1 };
    const judging = { choice: { figure: 'loss', larger: false }, evaluate: async () => ({}) };
    const task = new NoteTask(store, config, texts, encoder, options, judging);
    const runner = task.runner(engine, 1) ?? new StepRunner(task, engine, 1);
    const encoded = cases.notes.map((_: unknown, note: number) => texts.encode(note, encoder));
    const losses = await runner.run(collateNotes(encoded, 3, sizes), 0);
    await runner.dispose();
    expect(Math.abs(losses['loss.total'] - cases[name].loss)).toBeLessThan(1e-4);
    const norms: Record<string, number> = cases[name].gradientNorms;
    expect(Object.keys(norms).sort()).toEqual(store.names().sort());
    for (const [parameter, norm] of Object.entries(norms)) {
      expect(Math.abs(Math.hypot(...store.gradient(parameter)) - norm), parameter).toBeLessThan(1e-4);
    }
  });
});
