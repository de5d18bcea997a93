import { Setting } from '../../settings/setting.js';
import { ALL_CATEGORIES } from './note-filter.js';
import { MIMIC_TASKS, type MimicTask } from './open-notes.store.js';

/** Settings of `medal.prepare-mimic`. */
export class PrepareMimicSettings {
  @Setting({ type: 'string', meaning: 'Name of the set of notes.', required: true })
  notes!: string;

  @Setting({
    type: 'string',
    meaning: 'What is to be predicted: death in hospital, or the diagnoses of the admission.',
    choices: MIMIC_TASKS,
  })
  task: MimicTask = 'mortality';

  @Setting({
    type: 'string',
    meaning: 'Folder with ADMISSIONS, PATIENTS, DIAGNOSES_ICD and NOTEEVENTS as .csv or .csv.gz.',
    optional: true,
    path: 'data',
  })
  folder?: string;

  @Setting({ type: 'string', meaning: 'ADMISSIONS, where it is not in the folder.', optional: true, path: 'data' })
  admissions?: string;

  @Setting({
    type: 'string',
    meaning: 'PATIENTS, where it is not in the folder; without it admissions are not checked against it.',
    optional: true,
    path: 'data',
  })
  patients?: string;

  @Setting({ type: 'string', meaning: 'DIAGNOSES_ICD, where it is not in the folder.', optional: true, path: 'data' })
  diagnoses?: string;

  @Setting({ type: 'string', meaning: 'NOTEEVENTS, where it is not in the folder.', optional: true, path: 'data' })
  noteEvents?: string;

  @Setting({
    type: 'string',
    meaning: 'Codes and their numbers (diag_to_idx.pkl or .json); without, made of the training part.',
    optional: true,
    path: 'data',
  })
  diagnosisIndex?: string;

  @Setting({
    type: 'strings',
    meaning: `Categories of notes that count, or ${ALL_CATEGORIES}.`,
    freeText: true,
  })
  categories: string[] = ['Nursing', 'Physician', 'Nursing/other'];

  @Setting({ type: 'number', meaning: 'Hours between a note and the discharge, at least.', minimum: 0 })
  hoursBeforeDischarge = 24;

  @Setting({
    type: 'integer',
    meaning: 'Notes of an admission that did not end in death, at most; they are drawn.',
    minimum: 1,
  })
  notesPerAdmission = 4;

  @Setting({ type: 'number', meaning: 'Share of the patients for validation.', minimum: 0, maximum: 0.5 })
  validShare = 0.1;

  @Setting({ type: 'number', meaning: 'Share of the patients for the test.', minimum: 0, maximum: 0.5 })
  testShare = 0.15;

  @Setting({
    type: 'boolean',
    meaning:
      "Deal the notes' patients to the admissions in turn, to try the chain on other notes; scores mean nothing then.",
  })
  assignNotes = false;

  @Setting({ type: 'integer', meaning: 'Seed of the draws.', minimum: 0 })
  seed = 1;
}
