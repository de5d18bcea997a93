/**
 * On made-up rows in the columns of MIMIC-III; on its demo tables and notes of others where they are there. One file, long as it is:
 * every case changes one thing in the same small hospital.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvLine } from '../formats/delimited-line.js';
import type { StageEvent, StageFigures } from '../runs/stage.js';
import type { NoteIds } from './mimic/note-split.store.js';
import { openNoteSet } from './mimic/open-notes.store.js';
import { PrepareMimicSettings } from './mimic/prepare-mimic-settings.js';
import { prepareMimic } from './prepare-mimic.stage.js';
import { SPLITS, type SplitName } from './samples/sample-layout.js';

const DEMO = fileURLToPath(new URL('../../../shared/data/mimic-demo/', import.meta.url));
const DIAGNOSES = fileURLToPath(new URL('../../../shared/data/medal/diag_to_idx.pkl', import.meta.url));
const isPresent = existsSync(DEMO);
if (!isPresent) process.stdout.write('skipped: ../shared/data not present\n');

let folder: string;
let attempt = 0;
beforeEach(() => {
  attempt = 0;
  folder = mkdtempSync(join(tmpdir(), 'medgraft-mimic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOTE_COLUMNS = 'ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,DESCRIPTION,CGID,ISERROR,TEXT';
const EARLY = '2101-01-02 08:00:00';
const LATE = '2101-01-09 20:00:00';

interface Note {
  row: number;
  patient: number;
  admission: number | string;
  time?: string;
  date?: string;
  category?: string;
  text?: string;
}

function noteLine({ row, patient, admission, time = EARLY, date = '2101-01-02', category = 'Nursing', text }: Note) {
  const cells = [
    row,
    patient,
    admission,
    date,
    time,
    '',
    category,
    'Report',
    '',
    '',
    text ?? `Note ${row},\n"quoted".`,
  ];
  return csvLine(cells.map(String));
}

/** Sixty patients of two admissions; of every third patient the second one ends in death. Six notes an admission. */
function writeWorld(extra: readonly Note[] = []): void {
  const admissions = ['ROW_ID,SUBJECT_ID,HADM_ID,ADMITTIME,DISCHTIME,DEATHTIME,HOSPITAL_EXPIRE_FLAG'];
  const diagnoses = ['ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE'];
  const notes = [NOTE_COLUMNS];
  const patients = ['ROW_ID,SUBJECT_ID,GENDER'];
  for (let patient = 1; patient <= 60; patient++) {
    patients.push(`${patient},${patient},F`);
    for (const stay of [1, 2]) {
      const admission = 1000 * stay + patient;
      const died = stay === 2 && patient % 3 === 0;
      admissions.push(`1,${patient},${admission},2101-01-01 00:00:00,2101-01-10 12:00:00,,${Number(died)}`);
      diagnoses.push(`1,${patient},${admission},1,4273${stay}`, `1,${patient},${admission},2,V45${patient}`);
      for (let at = 0; at < 6; at++) notes.push(noteLine({ row: 10 * admission + at, patient, admission }));
    }
  }
  writeFileSync(join(folder, 'ADMISSIONS.csv'), admissions.join('\n'));
  writeFileSync(join(folder, 'PATIENTS.csv'), patients.join('\r\n'));
  writeFileSync(join(folder, 'DIAGNOSES_ICD.csv.gz'), gzipSync(diagnoses.join('\n')));
  writeFileSync(join(folder, 'NOTEEVENTS.csv.gz'), gzipSync([...notes, ...extra.map(noteLine)].join('\n')));
}

async function prepare(changes: Partial<PrepareMimicSettings> = {}, signal = new AbortController().signal) {
  const settings = Object.assign(new PrepareMimicSettings(), { notes: 'n', folder, ...changes });
  const result = join(folder, `result-${attempt++}`);
  mkdirSync(result);
  const context = { folder: result, home: folder, threads: 1, signal };
  const run = prepareMimic.run(settings, {}, { ...context, scratch: async () => folder });
  const events: StageEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { figures: next.value, result, events };
    events.push(next.value);
  }
}

interface ReadNote extends NoteIds {
  split: SplitName;
  labels: number[];
  text: string;
  words: number;
}

async function notesOf(result: string): Promise<ReadNote[]> {
  const set = await openNoteSet(result);
  const notes: ReadNote[] = [];
  for (const name of SPLITS) {
    const split = await set.split(name);
    for (let at = 0; at < split.notes; at++) {
      const words = split.wordCounts[at];
      notes.push({ split: name, ...split.ids(at), labels: [...split.labels(at)], text: split.text(at), words });
    }
    split.close();
  }
  return notes;
}

const sum = (figures: StageFigures, what: string) =>
  SPLITS.reduce((total, name) => total + Number(figures[`${name}${what}`]), 0);

describe('medal.prepare-mimic', () => {
  it('takes all notes of the dead and four of each other admission, cleaned, with their labels', async () => {
    writeWorld();
    const { figures, result } = await prepare();
    // 20 deaths of 6 notes, 100 other admissions of 4.
    expect(figures).toMatchObject({
      admissions: 120,
      notesRead: 720,
      notesThatCount: 720,
      rejectedRows: 0,
      classes: 2,
    });
    expect([sum(figures, 'Notes'), sum(figures, 'Positive'), sum(figures, 'Patients')]).toEqual([520, 120, 60]);
    const notes = await notesOf(result);
    expect(notes).toHaveLength(520);
    for (const { note, admission, patient, labels, text, words } of notes) {
      expect(text).toBe(`note ${note} , " quoted " .`);
      expect(words).toBe(7);
      expect(labels).toEqual([Number(Number(admission) > 2000 && Number(patient) % 3 === 0)]);
    }
    expect(readdirSync(result).sort()).toEqual(['notes.json', 'test', 'train', 'valid']);
  });

  it('has no patient on two sides, also of those with both outcomes, and the shares of each kind', async () => {
    writeWorld();
    const { figures, result } = await prepare();
    const sides = new Map<string, Set<SplitName>>();
    const outcomes = new Map<string, Set<number>>();
    for (const { patient, split, labels } of await notesOf(result)) {
      sides.set(patient, (sides.get(patient) ?? new Set()).add(split));
      outcomes.set(patient, (outcomes.get(patient) ?? new Set()).add(labels[0]));
    }
    expect([...outcomes.values()].filter(({ size }) => size === 2)).toHaveLength(20);
    expect([...sides.values()].filter(({ size }) => size !== 1)).toEqual([]);
    // 20 patients died: 15, 2 and 3; 40 survived: 30, 4 and 6.
    expect(figures).toMatchObject({ trainPatients: 45, validPatients: 6, testPatients: 9 });
    expect(figures).toMatchObject({ trainPositive: 90, validPositive: 12, testPositive: 18 });
  });

  it('is the same again, and another with another seed', async () => {
    writeWorld();
    const [first, again, other] = [await prepare(), await prepare(), await prepare({ seed: 2 })];
    const read = ({ result }: typeof first) => readFileSync(join(result, 'train', 'shard-00000.bin'));
    expect(read(first).equals(read(again))).toBe(true);
    expect(read(first).equals(read(other))).toBe(false);
  });

  it('leaves out notes of other categories, late ones, those of nobody and those that are there already', async () => {
    const odd = { patient: 1, admission: 1001 };
    writeWorld([
      { ...odd, row: 1, category: 'Radiology' },
      { ...odd, row: 2, time: LATE },
      { ...odd, row: 3, time: '', date: '2101-01-09' },
      { ...odd, row: 4, category: 'Physician ', text: 'kept' },
      { ...odd, row: 5, category: 'Nursing/other', time: '', date: '2101-01-08', text: 'kept too' },
      { ...odd, row: 6, category: 'Physician ', text: 'KEPT' },
      { ...odd, row: 7, admission: '' },
      { ...odd, row: 8, admission: 77 },
      { ...odd, row: 9, patient: 2 },
      { ...odd, row: 10, time: '', date: 'never' },
      { ...odd, row: 11, text: ' [**  **] ' },
    ]);
    const { figures, events } = await prepare({ notesPerAdmission: 100 });
    expect(figures).toMatchObject({
      notesRead: 731,
      notesThatCount: 722,
      'leftOut category': 1,
      'leftOut late': 2,
      'leftOut admission': 3,
      'leftOut time': 1,
      'leftOut repeated': 1,
      'leftOut empty': 1,
      rejectedRows: 2,
    });
    const warnings = events.filter(({ kind }) => kind === 'warning');
    expect(warnings).toMatchObject([
      { place: expect.stringMatching(/NOTEEVENTS.csv.gz:\d+$/), message: 'the admission is that of patient 1' },
      { message: 'CHARTTIME "", CHARTDATE "never"' },
    ]);
  });

  it('numbers the diagnoses of the training part, and knows no others', async () => {
    writeWorld();
    const { figures, result } = await prepare({ task: 'diagnosis' });
    const set = await openNoteSet(result);
    const codes = set.diagnoses?.codes ?? [];
    expect(set.task).toBe('diagnosis');
    expect(figures['classes']).toBe(codes.length);
    expect(JSON.parse(readFileSync(join(result, 'diag_to_idx.json'), 'utf8'))).toMatchObject({ 427: 0 });
    const notes = await notesOf(result);
    const training = notes.filter(({ split }) => split === 'train');
    const known = new Set(['427', ...training.map(({ patient }) => `V45${patient[0]}`)]);
    expect(codes).toEqual([...known].sort());
    for (const { patient, labels } of notes) {
      expect(labels.map((label) => codes[label])).toEqual(
        ['427', `V45${patient[0]}`].filter((code) => known.has(code)),
      );
    }
    // Notes and patients are those of the other task.
    const mortality = await notesOf((await prepare()).result);
    expect(notes.map(({ note, split }) => [note, split])).toEqual(mortality.map(({ note, split }) => [note, split]));
  });

  it('takes an index of diagnoses, and leaves out notes without one of them', async () => {
    writeWorld();
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ V451: 1, 999: 0 }));
    const { figures, result } = await prepare({ task: 'diagnosis', diagnosisIndex: join(folder, 'index.json') });
    const notes = await notesOf(result);
    expect(figures['classes']).toBe(2);
    expect(notes.length + Number(figures['unlabelled'])).toBe(520);
    expect(notes.length).toBeGreaterThan(0);
    for (const { patient, labels } of notes) expect([patient[0], labels]).toEqual(['1', [1]]);
  });

  it('deals notes of others to the admissions, with a warning', async () => {
    writeWorld();
    const lines = Array.from({ length: 300 }, (_, at) => `${1 + (at % 150)}, General,"text, ${at}"`);
    writeFileSync(join(folder, 'others.csv'), `subject_id,category,text\n${lines.join('\n')}\n`);
    const noteEvents = join(folder, 'others.csv');
    const { figures, events, result } = await prepare({ noteEvents, assignNotes: true, categories: ['all'] });
    expect(figures['notesThatCount']).toBe(300);
    expect(events[0]).toMatchObject({
      kind: 'warning',
      message: expect.stringContaining('say nothing about medicine'),
    });
    const admissionOf = new Map((await notesOf(result)).map(({ text, admission }) => [text, admission]));
    expect(admissionOf.get('text , 0')).toBe('1001');
    expect(admissionOf.get('text , 1')).toBe('2001');
    // The 121st patient of the notes goes where the first one went.
    expect(admissionOf.get('text , 120')).toBe('1001');
  });
});

describe('medal.prepare-mimic tells', () => {
  it.each<[string, Partial<PrepareMimicSettings>, string]>([
    ['that nothing counts', { categories: ['Radiology'] }, 'medal.no-notes'],
    ['that nothing is left for training', { validShare: 0.5, testShare: 0.5 }, 'medal.mimic-shares'],
    ['that a table is missing', { folder: join(tmpdir(), 'nowhere-at-all') }, 'medal.mimic-tables'],
    ['that a file is missing', { noteEvents: join(tmpdir(), 'nowhere-at-all.csv') }, 'formats.missing'],
  ])('%s', async (_, changes, code) => {
    writeWorld();
    await expect(prepare(changes)).rejects.toMatchObject({ code });
  });

  it('that it was stopped, and leaves no text behind', async () => {
    writeWorld();
    await expect(prepare({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(readdirSync(join(folder, 'result-0'))).toEqual([]);
  });

  it('which columns a table lacks', async () => {
    writeWorld();
    writeFileSync(join(folder, 'ADMISSIONS.csv'), 'SUBJECT_ID,HADM_ID,DISCHTIME\n1,2,3\n');
    await expect(prepare()).rejects.toMatchObject({
      code: 'medal.mimic-columns',
      details: { expected: 'HOSPITAL_EXPIRE_FLAG', got: 'SUBJECT_ID,HADM_ID,DISCHTIME' },
    });
  });

  it('that no admission can be read, with the first reason', async () => {
    writeWorld();
    writeFileSync(join(folder, 'ADMISSIONS.csv'), 'SUBJECT_ID,HADM_ID,DISCHTIME,HOSPITAL_EXPIRE_FLAG\n1,2,3,0\n');
    await expect(prepare()).rejects.toMatchObject({
      code: 'medal.no-admissions',
      details: { got: expect.stringMatching(/ADMISSIONS.csv:2: DISCHTIME "3" is no time$/) },
    });
  });

  it.each([
    ['{"427": 0, "V45": 0}', 'each number from 0 to 1 once'],
    ['{"42731": 0}', 'a code cut to three characters, with V or E to four'],
    ['[1]', 'an object of codes and numbers'],
    ['{', 'JSON'],
    ['{}', 'codes and their numbers'],
  ])('what is wrong with an index of diagnoses (%#)', async (text, expected) => {
    writeWorld();
    writeFileSync(join(folder, 'index.json'), text);
    const settings = { task: 'diagnosis' as const, diagnosisIndex: join(folder, 'index.json') };
    await expect(prepare(settings)).rejects.toMatchObject({ code: 'medal.diagnosis-index', details: { expected } });
  });
});

describe.runIf(isPresent)('on the demo tables of MIMIC-III', () => {
  it('finds every diagnosis in the published index, and deals notes of synthetic patients', async () => {
    const settings = { folder: DEMO, noteEvents: join(DEMO, 'pt_notes.csv'), assignNotes: true, categories: ['all'] };
    const { figures, result } = await prepare({ ...settings, task: 'diagnosis', diagnosisIndex: DIAGNOSES });
    expect(figures).toMatchObject({ admissions: 129, notesRead: 1088, classes: 1204, unlabelled: 0, rejectedRows: 0 });
    const notes = await notesOf(result);
    expect(notes.length).toBe(sum(figures, 'Notes'));
    expect(Math.max(...notes.map(({ labels }) => labels.length))).toBeGreaterThan(20);
  });
});
