import type { Engine } from '../../engine/engine.js';
import type { SplitName } from '../samples/sample-layout.js';
import { NoteAsker } from './note-asker.js';
import type { EncodedNote } from './note-batch.js';
import { askNotes } from './note-evaluation.js';
import type { NoteExperiment } from './note-experiment.store.js';
import type { NotePredictions } from './note-predictions.js';
import { NOTE_TASKS, tallyOf } from './note-tally.js';
import type { NoteJudging } from './note-task.js';
import type { NoteTexts } from './note-texts.js';

/** Figures of the model as it is now on a part of the notes. */
export interface NoteJudge {
  /** @param predictions are given every answer */
  figures(part: SplitName, predictions?: NotePredictions): Promise<Record<string, number>>;
  /** How epochs are chosen, and what is to be said of it. */
  judging(): { readonly judging: NoteJudging; readonly warning?: string };
  dispose(): Promise<void>;
}

export function openJudge(
  { model, parts }: Pick<NoteExperiment, 'model' | 'parts'>,
  engine: Engine,
  batchSize: number,
  signal: AbortSignal,
): NoteJudge {
  const { store, config, encoder, reading, task } = model;
  const { padding, maximumTokens } = encoder;
  const sizes = { samples: batchSize, width: reading.bucketWords, maximumTokens, padding };
  const asker = new NoteAsker(store, config, engine, sizes);
  const figures = async (part: SplitName, predictions?: NotePredictions) => {
    const tally = tallyOf(task, config.classes);
    const take = (logits: Float32Array, asked: readonly EncodedNote[], numbers: Int32Array) => {
      const truth = asked.map(({ outputs }) => outputs);
      tally.add(logits, truth);
      predictions?.add(logits, truth, numbers);
    };
    await askNotes(parts[part], encoder, asker, { ...reading, batchSize }, take, signal);
    return tally.figures();
  };
  return {
    figures,
    judging() {
      const evaluate = () => figures('valid');
      const { choice } = NOTE_TASKS[task];
      if (task !== 'mortality' || hasBoth(parts.valid)) return { judging: { choice, evaluate } };
      const warning = 'the validation part has one outcome only: the epoch is chosen by loss, not by AUROC';
      return { judging: { choice: { figure: 'loss', larger: false }, evaluate }, warning };
    },
    dispose: () => asker.dispose(),
  };
}

function hasBoth(notes: NoteTexts): boolean {
  const positive = Array.from(notes.allOutputs(), ({ length }) => length > 0);
  return positive.includes(true) && positive.includes(false);
}
