/**
 * `medal.prepare-mimic`: the user's own tables of MIMIC-III to notes with labels for the two tasks of MeDAL (Wen et al. 2020,
 * section 5): notes of nurses and physicians a day or more before the discharge, split by patient.
 */
import { join } from 'node:path';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { chooseNotes } from './mimic/choose-notes.js';
import { CollectedNotes } from './mimic/collect-notes.store.js';
import { DiagnosisIndex } from './mimic/diagnosis-index.js';
import { locateTables } from './mimic/locate-tables.store.js';
import { RowProblems } from './mimic/mimic-table.store.js';
import { NoteFilter } from './mimic/note-filter.js';
import { NoteSplitWriter } from './mimic/note-split.store.js';
import { DIAGNOSES_FILE, MEANINGLESS, NOTES_FILE, NOTES_VERSION } from './mimic/open-notes.store.js';
import { PrepareMimicSettings } from './mimic/prepare-mimic-settings.js';
import { type Admission, readAdmissions } from './mimic/read-admissions.store.js';
import { readDiagnosisIndex } from './mimic/read-diagnosis-index.store.js';
import { splitPatients } from './mimic/split-patients.js';
import { SPLITS, type SplitName } from './samples/sample-layout.js';

/** Classes of mortality: survived, died. */
const OUTCOMES = 2;
const TEXTS_FILE = 'texts.part';
const PROGRESS_NOTES = 10_000;

async function* run(
  settings: PrepareMimicSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  checkShares(settings);
  const tables = locateTables(settings);
  if (settings.assignNotes) yield { kind: 'warning', message: MEANINGLESS };
  const problems = new RowProblems();
  const admissions = [...(await readAdmissions(tables, problems)).values()];
  if (admissions.length === 0) throw noAdmissions(tables.admissions, problems);
  const source = {
    path: tables.noteEvents,
    filter: new NoteFilter(settings),
    admissions,
    assign: settings.assignNotes,
  };
  const collected = new CollectedNotes(source, join(folder, TEXTS_FILE));
  try {
    yield* collect(collected, problems, signal);
    yield* showProblems(problems);
    const chosen = chooseNotes(collected.admissions, (admission) => admissions[admission].isPositive, {
      perAdmission: settings.notesPerAdmission,
      seed: settings.seed,
    });
    if (chosen.length === 0) throw noNotes(tables.noteEvents, collected);
    const splits = splitsOf(chosen, collected, admissions, settings);
    const labels = await labelling(settings, folder, trainingAdmissions(chosen, collected, admissions, splits));
    const written = yield* writeSplits(folder, { chosen, collected, admissions, splits, labels }, signal);
    yield* showEmpty(written);
    const about = { version: NOTES_VERSION, task: settings.task, ...(settings.assignNotes && { dealt: true }) };
    await writeFileAtomically(join(folder, NOTES_FILE), `${JSON.stringify(about)}\n`);
    return { ...figuresOf(collected, admissions, problems), classes: labels.count, ...written };
  } finally {
    await collected.close();
  }
}

async function* collect(
  collected: CollectedNotes,
  problems: RowProblems,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, void> {
  let shown = 0;
  for await (const _ of collected.collect(problems)) {
    throwIfCancelled(signal);
    if (collected.read - shown < PROGRESS_NOTES) continue;
    shown = collected.read;
    yield { kind: 'progress', phase: 'read', done: shown, unit: 'notes' };
  }
}

/** Where each patient goes who has a chosen note. */
function splitsOf(
  chosen: readonly number[],
  collected: CollectedNotes,
  admissions: readonly Admission[],
  { validShare, testShare, seed }: PrepareMimicSettings,
): Map<string, SplitName> {
  const positive = new Map<string, boolean>();
  for (const note of chosen) {
    const { patient, isPositive } = admissions[collected.admissions[note]];
    positive.set(patient, isPositive || positive.get(patient) === true);
  }
  return splitPatients(positive, { valid: validShare, test: testShare, seed });
}

function trainingAdmissions(
  chosen: readonly number[],
  collected: CollectedNotes,
  admissions: readonly Admission[],
  splits: ReadonlyMap<string, SplitName>,
): Admission[] {
  const numbers = new Set(chosen.map((note) => collected.admissions[note]));
  return [...numbers].map((at) => admissions[at]).filter(({ patient }) => splits.get(patient) === 'train');
}

interface Labelling {
  readonly count: number;
  of(admission: Admission): number[];
}

async function labelling(
  { task, diagnosisIndex }: PrepareMimicSettings,
  folder: string,
  training: readonly Admission[],
): Promise<Labelling> {
  if (task === 'mortality') return { count: OUTCOMES, of: ({ isPositive }) => [Number(isPositive)] };
  const index = diagnosisIndex
    ? await readDiagnosisIndex(diagnosisIndex)
    : DiagnosisIndex.of(training.flatMap(({ codes }) => [...codes]));
  if (index.size === 0) throw noDiagnoses();
  await writeFileAtomically(join(folder, DIAGNOSES_FILE), `${JSON.stringify(index.toRecord(), null, 1)}\n`);
  return { count: index.size, of: ({ codes }) => index.numbersOf(codes) };
}

interface LabelledNotes {
  readonly chosen: readonly number[];
  readonly collected: CollectedNotes;
  readonly admissions: readonly Admission[];
  readonly splits: ReadonlyMap<string, SplitName>;
  readonly labels: Labelling;
}

/** Notes of an admission without a label of the index cannot be judged: they are left out. */
async function* writeSplits(
  folder: string,
  { chosen, collected, admissions, splits, labels }: LabelledNotes,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageFigures> {
  const writers = SPLITS.map((name) => new NoteSplitWriter(join(folder, name), labels.count));
  const counts = SPLITS.map(() => ({ notes: 0, positive: 0, patients: new Set<string>() }));
  let unlabelled = 0;
  try {
    for (const [at, note] of chosen.entries()) {
      const admission = admissions[collected.admissions[note]];
      const mine = labels.of(admission);
      if (mine.length === 0) unlabelled++;
      else {
        const split = SPLITS.indexOf(splits.get(admission.patient) as SplitName);
        const ids = { note: collected.rows[note], admission: admission.id, patient: admission.patient };
        writers[split].add(ids, collected.text(note), mine);
        counts[split].notes++;
        counts[split].positive += Number(admission.isPositive);
        counts[split].patients.add(admission.patient);
      }
      if (at % PROGRESS_NOTES > 0) continue;
      throwIfCancelled(signal);
      yield { kind: 'progress', phase: 'write', done: at, total: chosen.length, unit: 'notes' };
    }
    for (const writer of writers) await writer.finish();
  } catch (error) {
    for (const writer of writers) writer.abandon();
    throw error;
  }
  const figures: StageFigures = { unlabelled };
  counts.forEach(({ notes, positive, patients }, split) => {
    const name = SPLITS[split];
    Object.assign(figures, {
      [`${name}Notes`]: notes,
      [`${name}Positive`]: positive,
      [`${name}Patients`]: patients.size,
    });
  });
  return figures;
}

function figuresOf(collected: CollectedNotes, admissions: readonly Admission[], problems: RowProblems): StageFigures {
  const leftOut = Object.entries(collected.leftOut).map(([reason, count]) => [`leftOut ${reason}`, count]);
  return {
    admissions: admissions.length,
    notesRead: collected.read,
    notesThatCount: collected.rows.length,
    ...Object.fromEntries(leftOut),
    rejectedRows: problems.total,
  };
}

function* showProblems({ listed, total }: RowProblems): Generator<StageEvent> {
  for (const { place, reason } of listed) yield { kind: 'warning', place, message: reason };
  if (total > listed.length) yield { kind: 'warning', message: `${total} rows were passed over in all` };
}

function* showEmpty(figures: StageFigures): Generator<StageEvent> {
  for (const name of SPLITS) {
    if (figures[`${name}Notes`] === 0) yield { kind: 'warning', message: `the part ${name} has no note` };
  }
}

function checkShares({ validShare, testShare }: PrepareMimicSettings): void {
  if (validShare + testShare < 1) return;
  throw new MedgraftError('input', 'medal.mimic-shares', 'nothing is left for training', {
    place: 'validShare, testShare',
    expected: 'a sum below 1',
    got: String(validShare + testShare),
  });
}

function noAdmissions(place: string, { listed }: RowProblems): MedgraftError {
  const got = listed.length === 0 ? 'no row' : `${listed[0].place}: ${listed[0].reason}`;
  return new MedgraftError('input', 'medal.no-admissions', 'the table has no admission', { place, got });
}

function noDiagnoses(): MedgraftError {
  return new MedgraftError('input', 'medal.no-diagnoses', 'no admission of the training part has a diagnosis', {
    place: 'DIAGNOSES_ICD',
    hint: 'look whether its HADM_ID are those of ADMISSIONS, or give --diagnosis-index',
  });
}

function noNotes(place: string, { read, leftOut }: CollectedNotes): MedgraftError {
  const reasons = Object.entries(leftOut).filter(([, count]) => count > 0);
  return new MedgraftError('input', 'medal.no-notes', 'no note is left', {
    place,
    got: `${read} notes; left out by ${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ') || 'nothing'}`,
    hint: '--categories all takes every category; --assign-notes deals notes to admissions that are not theirs',
  });
}

export const prepareMimic: Stage<PrepareMimicSettings> = {
  name: 'medal.prepare-mimic',
  summary: 'Make notes with labels for mortality and diagnoses of your own tables of MIMIC-III.',
  version: 2,
  kind: 'artefact',
  settings: PrepareMimicSettings,
  labels: ['notes'],
  needs: {},
  sources: (settings) => {
    const { admissions, patients, diagnoses, noteEvents } = locateTables(settings);
    const paths = [admissions, patients, diagnoses, noteEvents, settings.diagnosisIndex];
    return paths.filter((path) => path !== undefined);
  },
  run,
};
