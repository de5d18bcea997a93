/**
 * Notes with labels out of made-up tables in the columns of MIMIC-III: megabytes of NOTEEVENTS a second and the greatest memory
 * of the process. The notes have line breaks and doubled quotes within quotes, 1.9 kB in the mean, 35 an admission, and 57 of 100
 * are of the categories that count, as of the 2.1 million of the real table (4 GB).
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { CounterRandom } from '../dist/base/random.js';

const MEGABYTES = 1024;
const NOTES_PER_ADMISSION = 35;
const LINES = 24;
const WORDS_OF_LINE = 12;
const CATEGORIES = ['Nursing/other', 'Nursing', 'Physician ', 'Radiology', 'Discharge summary', 'ECG', 'Echo'];
/** Of the seven categories the first three count. */
const WEIGHTS = [0.4, 0.51, 0.57, 0.82, 0.85, 0.98, 1];
const COLUMNS = 'ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,DESCRIPTION,CGID,ISERROR,TEXT';
const WORDS = [
  'pt',
  'resp',
  'lasix',
  '[**Name**]',
  'BP',
  '120/80,',
  'stable.',
  'awake',
  '"ok"',
  'gtt',
  'abd',
  'noted;',
];

export async function run({ emit }) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    const plain = join(folder, 'NOTEEVENTS.csv');
    writeTables(folder, plain);
    const megabytes = statSync(plain).size / 1e6;
    const packed = join(folder, 'packed.csv.gz');
    await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(packed));
    for (const [name, noteEvents] of Object.entries({ plain, gzip: packed })) {
      const { seconds, peak, figures } = await prepareOnce(folder, noteEvents);
      emit({
        ...{ bench: 'prepare-mimic', case: `${Math.round(megabytes)} MB, ${name}`, unit: 'MB/s' },
        ...{ value: Number((megabytes / seconds).toPrecision(3)), seconds, peakMegabytes: peak },
        ...{ notes: figures.notesRead, kept: figures.notesThatCount, threads: 1 },
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeTables(folder, path) {
  const random = new CounterRandom(1, 'bench.mimic');
  const handle = openSync(path, 'w');
  const admissions = ['SUBJECT_ID,HADM_ID,DISCHTIME,HOSPITAL_EXPIRE_FLAG'];
  writeSync(handle, `${COLUMNS}\n`);
  let bytes = 0;
  for (let admission = 0; bytes < MEGABYTES * 1e6; admission++) {
    const died = Number(random.uniform(0, admission) < 0.1);
    admissions.push(`${admission >> 1},${100000 + admission},2101-01-20 12:00:00,${died}`);
    bytes += writeSync(handle, notesOf(admission, random));
  }
  closeSync(handle);
  writeFileSync(join(folder, 'ADMISSIONS.csv'), admissions.join('\n'));
}

function notesOf(admission, random) {
  let rows = '';
  for (let at = 0; at < NOTES_PER_ADMISSION; at++) {
    const row = admission * NOTES_PER_ADMISSION + at;
    const draw = random.uniform(1, row);
    const category = CATEGORIES[WEIGHTS.findIndex((weight) => draw < weight)];
    const day = `2101-01-${String(1 + (at % 20)).padStart(2, '0')}`;
    const head = `${row},${admission >> 1},${100000 + admission},${day},${day} 08:00:00,${day} 08:01:00`;
    rows += `${head},${category},Report,15331,,"${textOf(row, random)}"\n`;
  }
  return rows;
}

function textOf(row, random) {
  let text = `[**2101-1-1**] ${row}\n`;
  for (let line = 0; line < LINES; line++) {
    const start = random.below(WORDS.length, 2 + line, row);
    for (let at = 0; at < WORDS_OF_LINE; at++) text += `${WORDS[(start + at * (1 + (line % 5))) % WORDS.length]} `;
    text += '\n';
  }
  return text.replaceAll('"', '""');
}

/** The seconds of the stage are those of its manifest; start of the process and hashing of sources do not count. */
async function prepareOnce(folder, noteEvents) {
  const home = join(folder, 'home');
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const report = fileURLToPath(new URL('peers/report-peak.mjs', import.meta.url));
  const flags = ['--notes', 'bench', '--folder', folder, '--note-events', noteEvents];
  const args = ['--import', report, cli, '--home', home, 'medal', 'prepare-mimic', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  let peak = '';
  child.stdio[3].on('data', (chunk) => {
    peak += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the stage ended with ${code}`);
  const artefacts = join(home, 'artifacts', 'medal.prepare-mimic');
  const [name] = readdirSync(artefacts).filter((entry) => !entry.startsWith('.'));
  const { seconds, figures } = JSON.parse(readFileSync(join(artefacts, name, 'manifest.json'), 'utf8'));
  rmSync(home, { recursive: true });
  return { seconds, figures, peak: Math.round(Number(peak) / 1024) };
}
