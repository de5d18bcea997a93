/**
 * What a real corpus gains by length buckets and by packing: tokens a second that are text, of the mini size without a graph, on
 * the medical corpus (48,164 lines, each a document, 64 tokens in the mean), beside padding every sample to 512. By the probe of
 * `smedbert pretrain --estimate`, weighted by the corpus's own lengths.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DATA = fileURLToPath(new URL('../../shared/data/text/chineseblue/', import.meta.url));
const CHAIN = [
  ['kg', 'import', '--kg', 'toy', '--mapping', 'toy'],
  ['kg', 'rank', '--kg', 'toy'],
  ['kg', 'embed', '--kg', 'toy', '--dimension', '16', '--relation-dimension', '16', '--epochs', '1'],
  ['corpus', 'prepare', '--corpus', 'lines', '--files', join(DATA, 'corpus.txt.gz'), '--minimum-characters', '0'],
  ['corpus', 'link', '--kg', 'toy', '--corpus', 'lines'],
];
/** As many tokens a batch in each. */
const CASES = {
  'padded to 512': ['--bucket-tokens', '512', '--batch-size', '8'],
  buckets: ['--bucket-tokens', '32', '--batch-size', '32'],
  packing: ['--packing', '--packed-segments', '16', '--batch-size', '8'],
};
const ROUNDS = 3;

export async function run({ emit }) {
  if (!existsSync(DATA)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const home = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    for (const words of CHAIN) await medgraft(home, words);
    const rates = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, flags] of Object.entries(CASES)) rates[name].push(await estimate(home, flags));
    }
    const padded = median(rates['padded to 512'].map((figures) => figures['tokens a second']));
    for (const [name, figures] of Object.entries(rates)) {
      const value = median(figures.map((one) => one['tokens a second']));
      const padding = figures[0]['padding, %'];
      const record = { bench: 'corpus-pace', case: name, value, unit: 'tokens/s', padding, threads: 'all' };
      emit({ ...record, times: Number((value / padded).toPrecision(3)) });
    }
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function estimate(home, flags) {
  const words = ['smedbert', 'pretrain', '--kg', 'toy', '--corpus', 'lines', '--graph', 'off', '--estimate', ...flags];
  const lines = (await medgraft(home, words)).trim().split('\n');
  return JSON.parse(lines[lines.length - 1]).figures;
}

async function medgraft(home, words) {
  const args = [join(ROOT, 'dist/cli.js'), '--json', '--home', home, ...words];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 1 << 28 });
  return stdout;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
