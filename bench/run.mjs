// Runs benches by name: `npm run bench -- pagerank link`. Each is a file beside this one whose `run` emits one record a case.
import { existsSync, readdirSync } from 'node:fs';
import { readEnvironment } from '../dist/settings/environment.js';

const here = new URL('./', import.meta.url);
const known = readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.replace(/\.mjs$/, ''));
const [...names] = process.argv.slice(2);

if (names.length === 0 || names.some((name) => !known.includes(name))) {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) process.stderr.write(`there is no bench ${unknown.join(', ')}\n`);
  process.stderr.write(`usage: npm run bench -- NAME...   known: ${known.join(', ')}\n`);
  process.exit(2);
}

const { benchPython, benchHub } = readEnvironment();
const python = benchPython !== undefined && existsSync(benchPython) ? benchPython : undefined;
if (python === undefined) {
  process.stderr.write('peers written in Python are left out: set MEDGRAFT_BENCH_PYTHON to a Python that has them\n');
}
for (const name of names) {
  const { run } = await import(new URL(`${name}.mjs`, here).href);
  await run({ python, hub: benchHub, emit: (record) => process.stdout.write(`${JSON.stringify(record)}\n`) });
}
