/**
 * Memory that the graph takes in pre-training at the paper's sizes (274,163 entities, 56 relations, 26 types, vectors of 200):
 * peak of a process that takes three steps of the mini size, without a graph, with frozen vectors, and with trained ones.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('./tasks/fuse-memory.mjs', import.meta.url));
const CASES = ['none', 'frozen', 'trained'];

export async function run({ emit }) {
  let without = 0;
  for (const name of CASES) {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, name]);
    const { megabytes, milliseconds } = JSON.parse(stdout);
    if (name === 'none') without = megabytes;
    const record = { bench: 'fuse-memory', case: `vectors ${name}`, value: megabytes, unit: 'MB at the peak' };
    emit({ ...record, more: megabytes - without, stepMilliseconds: milliseconds });
  }
}
