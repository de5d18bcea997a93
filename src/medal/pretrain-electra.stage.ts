import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { piecesOf } from '../nn/hugging-face-folder.store.js';
import { Trainer } from '../nn/trainer.js';
import { figuresOfLog, TrainingSession } from '../nn/training-session.store.js';
import type { Artefact } from '../runs/artefact.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { codeVersion } from '../runs/code-version.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { PretrainElectraSettings } from './pretrain-settings.js';
import { type ElectraCardFacts, electraCard } from './pretraining/electra-card.js';
import { readElectraFolder, writeElectraFolder } from './pretraining/electra-folder.store.js';
import {
  type ElectraPretraining,
  electraTask,
  evaluationStep,
  openPretraining,
} from './pretraining/open-pretraining.store.js';
import { filesOfStart } from './pretraining/start-electra.store.js';

/** ELECTRA on any text; a run folder with checkpoints, taken up where it stopped. */
export const pretrainElectra: Stage<PretrainElectraSettings> = {
  name: 'medal.pretrain',
  summary: 'Pre-train ELECTRA on a prepared corpus by replaced-token detection (resumes where it stopped).',
  version: 1,
  kind: 'run',
  settings: PretrainElectraSettings,
  labels: ['corpus'],
  needs: { corpus: 'corpus.prepare' },
  sources: filesOfStart,
  run,
};

async function* run(
  settings: PretrainElectraSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const pretraining = await openPretraining(inputs, settings, context.signal);
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const evaluation = evaluationStep(pretraining, settings, engine);
  try {
    yield { kind: 'note', message: sizes(pretraining) };
    const absent = modulesOf(pretraining.absent);
    if (absent.length > 0) {
      const message = `not in the folder, so random at the start: ${absent.join(', ')}`;
      yield { kind: 'warning', message, place: settings.initial };
    }
    const task = electraTask(pretraining, settings, evaluation);
    const session = sessionOf(pretraining, settings, new Trainer(task, engine, settings), context);
    yield* session.resume();
    const log = yield* session.run();
    if (settings.patience > 0) await session.takeBest();
    const { step, bestStep } = session.trainer.state;
    const figures = { parameters: pretraining.store.scalarCount(), steps: step, bestStep, ...figuresOfLog(log) };
    await writeModel(context.folder, pretraining);
    const card = electraCard(settings, figures, cardFacts(inputs['corpus'], pretraining));
    await writeFileAtomically(join(context.folder, 'README.md'), card);
    return figures;
  } finally {
    await evaluation.dispose();
    pretraining.close();
  }
}

function sessionOf(
  pretraining: ElectraPretraining,
  { steps, keepCheckpoints }: PretrainElectraSettings,
  trainer: Trainer,
  { folder, signal }: StageContext,
): TrainingSession {
  const { store } = pretraining;
  return new TrainingSession(trainer, store, {
    ...{ folder, signal, phase: 'pretrain', steps, keepCheckpoints },
    readModel: (source) => readElectraFolder(source, store),
    writeModel: (target) => writeModel(target, pretraining),
  });
}

function writeModel(folder: string, { store, config, vocabulary, lowerCase }: ElectraPretraining): Promise<void> {
  return writeElectraFolder(folder, store, config, { vocabulary, lowerCase });
}

function cardFacts({ hash, manifest }: Artefact, { vocabulary }: ElectraPretraining): ElectraCardFacts {
  const { licence, vocabulary: given } = manifest.settings;
  const texts = manifest.sources.filter(({ path }) => path !== given);
  const figures = ['documents', 'segments', 'characters'].map((name) => [name, manifest.figures[name]]);
  return {
    corpus: {
      hash,
      figures: Object.fromEntries(figures),
      ...(typeof licence === 'string' && { licence }),
      files: texts.map(({ path, bytes, sha256 }) => ({ name: basename(path), bytes, sha256 })),
    },
    vocabulary: {
      pieces: piecesOf(vocabulary).length,
      sha256: createHash('sha256').update(vocabulary).digest('hex'),
    },
    codeVersion: codeVersion(),
  };
}

/** `generator_predictions.dense` for its weight and bias. */
function modulesOf(parameters: readonly string[]): string[] {
  return [...new Set(parameters.map((name) => name.replace(/\.(weight|bias)$/, '')))];
}

function sizes({ store, config, training, held }: ElectraPretraining): string {
  const millions = (store.scalarCount() / 1e6).toFixed(1);
  const lengths = training.buckets.map(({ tokens, segments }) => `${tokens}: ${segments.length}`).join(', ');
  const [d, g] = [config.discriminator.hiddenSize, config.generator.hiddenSize];
  return (
    `${millions} M parameters, discriminator of ${d}, generator of ${g}; ${training.batchesPerEpoch} batches an epoch, ` +
    `${held.batchesPerEpoch} held out; segments by sample length ${lengths}`
  );
}
