import { join } from 'node:path';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import type { StageFigures } from '../../runs/stage.js';
import type { FinetuneNotesSettings } from '../finetune-settings.js';
import { noteCard } from './note-card.js';
import { type NoteResults, noteCsv, noteMarkdown } from './note-results.js';
import type { MimicTask } from './open-notes.store.js';

/** `results.json`, the same as a table in `results.md` and `results.csv`, and the model card. */
export async function writeNoteResults(
  folder: string,
  results: NoteResults,
  settings: FinetuneNotesSettings,
  task: MimicTask,
  figures: StageFigures,
): Promise<void> {
  await writeFileAtomically(join(folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, 'results.md'), noteMarkdown(results, task));
  await writeFileAtomically(join(folder, 'results.csv'), noteCsv(results, task));
  await writeFileAtomically(join(folder, 'README.md'), noteCard(settings, results, figures));
}
