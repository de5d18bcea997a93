import { logOdds } from './note-parameters.js';
import { tallyOf } from './note-tally.js';
import type { NoteTexts } from './note-texts.js';
import type { MimicTask } from './open-notes.store.js';

/** Figures of who reads no note, and says of each the shares of training: what a model has to beat. */
export function guessByCounts(training: NoteTexts, judged: NoteTexts, task: MimicTask): Record<string, number> {
  const odds = logOdds(training.allOutputs(), training.outputCount);
  const tally = tallyOf(task, training.outputCount);
  for (const outputs of judged.allOutputs()) tally.add(odds, [outputs]);
  return tally.figures();
}
