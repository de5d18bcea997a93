/** Opens what `medal.prepare-mimic` made: the task, its classes, and the splits. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readFailure } from '../../formats/byte-source.js';
import { assertIntact } from '../../runs/assert-intact.js';
import { SAMPLE_FILES, type SplitName } from '../samples/sample-layout.js';
import type { DiagnosisIndex } from './diagnosis-index.js';
import { NoteSplit } from './note-split.store.js';
import { readDiagnosisIndex } from './read-diagnosis-index.store.js';

export const NOTES_FILE = 'notes.json';
export const DIAGNOSES_FILE = 'diag_to_idx.json';
export const NOTES_VERSION = 1;
/** What has to be said of dealt notes. */
export const MEANINGLESS =
  'notes are dealt to admissions that are not theirs: figures of a model trained on them say nothing about medicine';

export const MIMIC_TASKS = ['mortality', 'diagnosis'] as const;
export type MimicTask = (typeof MIMIC_TASKS)[number];

export interface NoteSet {
  readonly task: MimicTask;
  /** Of diagnoses; undefined for mortality. */
  readonly diagnoses?: DiagnosisIndex;
  /** The notes are dealt to admissions that are not theirs (`--assign-notes`). */
  readonly isDealt: boolean;
  /** @throws MedgraftError `medal.samples`, `artefact.altered` */
  split(name: SplitName): Promise<NoteSplit>;
}

/** @param folder of the result, or a copy of it @throws MedgraftError `medal.notes`, `artefact.altered`, `formats.missing` */
export async function openNoteSet(folder: string): Promise<NoteSet> {
  await assertIntact(folder, [NOTES_FILE, DIAGNOSES_FILE]);
  const { task, isDealt } = await readAbout(join(folder, NOTES_FILE));
  const diagnoses = task === 'diagnosis' ? await readDiagnosisIndex(join(folder, DIAGNOSES_FILE)) : undefined;
  const split = async (name: SplitName) => {
    await assertIntact(folder, [`${name}/${SAMPLE_FILES.index}`]);
    return NoteSplit.open(join(folder, name));
  };
  return { task, diagnoses, isDealt, split };
}

async function readAbout(path: string): Promise<Pick<NoteSet, 'task' | 'isDealt'>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(error, path);
  });
  try {
    const { version, task, dealt } = JSON.parse(text);
    if (version === NOTES_VERSION && MIMIC_TASKS.includes(task)) return { task, isDealt: dealt === true };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new MedgraftError('input', 'medal.notes', 'this is no set of notes', {
    place: path,
    expected: `version ${NOTES_VERSION} and a task of ${MIMIC_TASKS.join(', ')}`,
    got: text.slice(0, 80),
    hint: 'run medal prepare-mimic again',
  });
}
