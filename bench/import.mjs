/**
 * `kg.import` end to end into the embedded store: read, check, join, sort, snapshot, hash, store file with its indexes, all
 * of it durable. Power-law graphs of plain `head,relation,tail` rows over 274,163 entities (the size of the paper's graph),
 * each in a process of its own, whose peak memory is given.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CounterRandom } from '../dist/base/random.js';

const ENTITIES = 274_163;
const RELATIONS = 30;
const SIZES = { '1M': 1_000_000, '4.39M': 4_390_000 };
const ROUNDS = 3;

export async function run({ emit }) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    for (const [name, rows] of Object.entries(SIZES)) {
      const file = join(folder, `${name}.csv`);
      writeRows(file, rows);
      const runs = [];
      for (let round = 0; round < ROUNDS; round++) runs.push(await importOnce(join(folder, `${name}-${round}`), file));
      const median = runs.sort((a, b) => a.seconds - b.seconds)[ROUNDS >> 1];
      emit({ bench: 'import', case: name, value: Math.round(rows / median.seconds), unit: 'triples/s', threads: 1 });
      emit({ bench: 'import', case: `${name}-peak`, value: median.megabytes, unit: 'MB', threads: 1 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeRows(file, rows) {
  const random = new CounterRandom(1, 'bench-import');
  const handle = openSync(file, 'w');
  writeSync(handle, 'head,relation,tail\n');
  let block = [];
  for (let i = 0; i < rows; i++) {
    const head = Math.floor(ENTITIES * random.uniform(0, i) ** 3);
    const tail = Math.floor(ENTITIES * random.uniform(1, i) ** 2);
    block.push(`实体${head},关系${i % RELATIONS},实体${tail}\n`);
    if (block.length < 50_000 && i + 1 < rows) continue;
    writeSync(handle, block.join(''));
    block = [];
  }
  closeSync(handle);
}

/** The seconds of the whole stage are those of its manifest; start of the process and hashing of sources do not count. */
async function importOnce(home, file) {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const args = ['--home', home, 'kg', 'import', '--kg', 'bench', '--mapping', 'plain-triples', '--files', file];
  const report = fileURLToPath(new URL('peers/report-peak.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', report, cli, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let peak = '';
  child.stdio[3].on('data', (chunk) => {
    peak += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  const artefacts = join(home, 'artifacts', 'kg.import');
  const [name] = readdirSync(artefacts).filter((entry) => !entry.startsWith('.'));
  const { seconds } = JSON.parse(readFileSync(join(artefacts, name, 'manifest.json'), 'utf8'));
  rmSync(home, { recursive: true });
  return { seconds, megabytes: Math.round(Number(peak) / 1024) };
}
