import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { EvaluateSensesSettings } from './evaluate-senses-settings.js';
import type { SenseInventory } from './inventory/sense-inventory.js';
import { load, loadRun } from './model/load-model.store.js';
import type { LoadedModel } from './model/loaded-model.js';
import { SenseAsker } from './model/sense-asker.js';
import { modelNameOf } from './model/sense-config.js';
import { TextCues } from './model/text-cues.js';
import { VectorWords } from './model/vector-words.js';
import { INVENTORY_FILE, openSampleSet } from './samples/open-samples.store.js';
import type { SplitName } from './samples/sample-layout.js';
import type { SampleSplit } from './samples/sample-split.store.js';
import { mostFrequentSenses } from './training/most-frequent.js';
import { filesOfStart } from './training/open-start.store.js';
import { SampleWindows } from './training/sample-windows.js';
import { type JudgedSample, judgeWindows } from './training/sense-evaluation.js';
import { sensesMarkdown } from './training/sense-results.js';
import { senseFigures, softmaxOf } from './training/sense-tally.js';

/** Scores of an abbreviation model beside the guess without context. */
export const evaluateSenses: Stage<EvaluateSensesSettings> = {
  name: 'medal.evaluate',
  summary: 'Score an abbreviation model: over all senses and over candidates, beside the most frequent sense.',
  version: 1,
  kind: 'artefact',
  settings: EvaluateSensesSettings,
  labels: ['samples', 'model'],
  needs: { samples: 'medal.prepare', model: 'medal.train' },
  uses: ({ path }) => ['samples', ...(path === undefined ? ['model'] : [])],
  sources: ({ path, vectors }) => [
    ...(path === undefined ? [] : filesOfStart(path)),
    ...(vectors === undefined ? [] : [vectors]),
  ],
  run,
};

async function* run(
  settings: EvaluateSensesSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const set = await openSampleSet(inputs['samples'].folder);
  const train = await set.split('train');
  const baseline = mostFrequentSenses(train.classes, set.inventory);
  train.close();
  const split = await set.split(settings.split as SplitName);
  const model = await openModel(settings, inputs, context.threads);
  try {
    assertSenses(model, set.inventory, settings.path ?? inputs['model'].folder);
    const { temperature, maximumWords, config } = model.parts;
    const cues = config.cues ? new TextCues(set.inventory) : undefined;
    const windows = new SampleWindows(split, set.inventory, { maximumWords, ambiguousOnly: false, cues });
    yield { kind: 'note', message: `${windows.places} places in ${windows.count} windows` };
    const judged = await judge(model, windows, settings, context);
    const figures = senseFigures(judged, baseline, temperature);
    const record = { samples: settings.samples, model: model.parts.config.model, split: settings.split, temperature };
    await writeFileAtomically(
      join(context.folder, 'evaluation.json'),
      `${JSON.stringify({ ...record, figures }, undefined, 2)}\n`,
    );
    await writeFileAtomically(join(context.folder, 'results.md'), sensesMarkdown(record, figures));
    await writePredictions(join(context.folder, 'predictions.csv'), judged, split, model);
    yield { kind: 'metric', phase: settings.split, step: 0, values: figures };
    return figures;
  } finally {
    split.close();
    await model.dispose();
  }
}

async function openModel(
  { path, model: name, vectors, engine }: EvaluateSensesSettings,
  inputs: StageInputs,
  threads: number,
): Promise<LoadedModel> {
  if (path === undefined) {
    return loadRun(modelNameOf(name), inputs['model'].folder, await createEngine(engine as Engine['name'], threads));
  }
  const inventory = join(inputs['samples'].folder, INVENTORY_FILE);
  return load(modelNameOf(name), path, { inventory, vectors, threads, engine: engine as Engine['name'] });
}

/** @throws MedgraftError `medal.senses` where a number means another sense in the model than in the samples */
function assertSenses({ parts }: LoadedModel, samples: SenseInventory, place: string): void {
  if (parts.inventory.equals(samples)) return;
  throw new MedgraftError('conflict', 'medal.senses', 'the model was trained on another table of abbreviations', {
    place,
    expected: `the ${samples.size} senses of the sample set, in their order`,
    got: `${parts.inventory.size} senses, other ones or in another order`,
    hint: 'prepare the samples with the inventory.tsv of the model',
  });
}

async function judge(
  { parts }: LoadedModel,
  windows: SampleWindows,
  { batchsize, places, engine }: EvaluateSensesSettings,
  { threads, signal }: StageContext,
): Promise<JudgedSample[]> {
  const { store, config, encoder, maximumWords, bucketWords } = parts;
  const { padding, maximumTokens } = encoder;
  const asker = new SenseAsker(
    store,
    config,
    await createEngine(engine as Engine['name'], threads),
    { samples: batchsize, width: bucketWords, maximumTokens, padding },
    encoder instanceof VectorWords ? encoder : undefined,
  );
  try {
    return await judgeWindows(
      windows,
      encoder,
      asker,
      { batchSize: batchsize, bucketWords, maximumWords, places },
      signal,
    );
  } finally {
    await asker.dispose();
  }
}

/** A row a sample, as the tables of samples have them, with the answer. */
async function writePredictions(
  path: string,
  judged: readonly JudgedSample[],
  split: SampleSplit,
  { parts: { inventory, temperature } }: LoadedModel,
): Promise<void> {
  const name = (sense: number) => cell(inventory.senses[sense].expansion);
  await writeFile(path, async (sink) => {
    await sink.write(encoded('ABSTRACT_ID,LOCATION,LABEL,PREDICTION,PROBABILITY\n'));
    let text = 0;
    for (const { sample, sense, guess, logits } of judged) {
      while (split.sampleStarts[text + 1] <= sample) text++;
      const probability = softmaxOf(logits, temperature).reduce((most, share) => Math.max(most, share), 0);
      const row = [cell(split.id(text)), split.locations[sample], name(sense), name(guess), probability.toFixed(6)];
      await sink.write(encoded(`${row.join(',')}\n`));
    }
  });
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
