import { cardHeader, cardTable, inline, shownSettings } from '../../nn/card-sections.js';
import { codeVersion } from '../../runs/code-version.js';
import type { StageFigures } from '../../runs/stage.js';
import { FinetuneNotesSettings } from '../finetune-settings.js';
import type { NoteResults } from './note-results.js';

/** The model card of a finished fine-tuning. */
export function noteCard(
  settings: FinetuneNotesSettings,
  { task, warning }: NoteResults,
  figures: StageFigures,
): string {
  return [
    ...cardHeader('text-classification', ['medgraft', 'medical', task]),
    `# ${inline(settings.model)} on ${inline(settings.notes)}, ${task}`,
    '',
    ...(warning === undefined ? [] : [`**Warning:** ${warning}.`, '']),
    `Reads the first ${settings.maximumWords} words of a note. The epoch was chosen on \`valid\`; \`test\` was asked once.`,
    'The weights are made of notes of persons: who may have them follows from the licence of the notes.',
    '',
    `Seed ${settings.seed}, MedGraft ${codeVersion()}.`,
    '',
    ...cardTable('figure', Object.entries(figures)),
    ...cardTable('setting', shownSettings(FinetuneNotesSettings, settings)),
  ].join('\n');
}
