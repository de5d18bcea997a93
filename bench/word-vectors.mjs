/**
 * Vectors of words out of a fastText model of 200,000 words and as many buckets, 300 wide, n-grams of five characters as the
 * published models have (a tenth of their size, 0.7 GB): seconds to open it, words a second of 20,000 of which half are not
 * in the model, and the greatest memory; each time in a process of its own, after the file has been read once. Peer: fastText's library.
 */
import { execFile } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CounterRandom } from '../dist/base/random.js';

const WORDS = 200_000;
const BUCKETS = 200_000;
const WIDTH = 300;
const ASKED = 20_000;
const ROUNDS = 3;
const HEADER = [793712314, 12, WIDTH, 5, 5, 5, 5, 1, 1, 2, BUCKETS, 5, 5, 100];

export async function run({ python, emit }) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    const [model, list] = [join(folder, 'model.bin'), join(folder, 'words.json')];
    const random = new CounterRandom(1, 'bench.words');
    writeModel(model, random);
    const asked = Array.from({ length: ASKED }, (_, at) => wordOf(at % 2 ? at : WORDS + at, random));
    writeFileSync(list, JSON.stringify(asked));
    const programs = { ours: [process.execPath, fileURLToPath(new URL('support/look-up-words.mjs', import.meta.url))] };
    if (python) programs.peer = [python, fileURLToPath(new URL('peers/word_vectors.py', import.meta.url))];
    const results = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
    for (let round = -1; round < ROUNDS; round++) {
      for (const [name, [program, file]] of Object.entries(programs)) {
        const { stdout } = await promisify(execFile)(program, [file, model, list]);
        if (round >= 0) results[name].push(JSON.parse(stdout));
      }
    }
    emitAll(results, emit);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function emitAll({ ours, peer }, emit) {
  if (peer && Math.abs(ours[0].sum - peer[0].sum) > 1e-3) throw new Error(`${ours[0].sum} is not ${peer[0].sum}`);
  const cases = {
    open: ['seconds', 's'],
    'words a second': ['wordsPerSecond', 'words/s'],
    memory: ['megabytes', 'MB'],
  };
  for (const [name, [key, unit]] of Object.entries(cases)) {
    const record = { bench: 'word-vectors', case: name, unit, value: median(ours, key), threads: 1 };
    emit(peer ? { ...record, peer: 'fasttext', peerValue: median(peer, key) } : record);
  }
}

function writeModel(path, random) {
  const handle = openSync(path, 'w');
  const head = Buffer.alloc(4 * HEADER.length + 8 + 12 + 16);
  HEADER.forEach((value, at) => {
    head.writeInt32LE(value, 4 * at);
  });
  [WORDS, WORDS, 0].forEach((value, at) => {
    head.writeInt32LE(value, 4 * HEADER.length + 8 + 4 * at);
  });
  head.writeBigInt64LE(BigInt(WORDS), head.length - 16);
  head.writeBigInt64LE(-1n, head.length - 8);
  writeSync(handle, head);
  const entry = Buffer.alloc(10);
  entry[1] = 1;
  const entries = Array.from({ length: WORDS }, (_, at) => [Buffer.from(wordOf(at, random)), entry]).flat();
  writeSync(handle, Buffer.concat(entries));
  writeSync(handle, matrixHead(WORDS + BUCKETS));
  const rows = Float32Array.from({ length: 1000 * WIDTH }, (_, at) => random.uniform(2, at) - 0.5);
  for (let row = 0; row < WORDS + BUCKETS; row += 1000) writeSync(handle, new Uint8Array(rows.buffer));
  const position = writeSync(handle, matrixHead(WORDS));
  const before = head.length + Buffer.concat(entries).length + position + 4 * WIDTH * (WORDS + BUCKETS);
  // The output matrix is never looked at: zeros that take no room.
  ftruncateSync(handle, before + position + 4 * WIDTH * WORDS);
  closeSync(handle);
}

function matrixHead(rows) {
  const head = Buffer.alloc(17);
  head.writeBigInt64LE(BigInt(rows), 1);
  head.writeBigInt64LE(BigInt(WIDTH), 9);
  return head;
}

/** Each number another word, of seven letters in the mean. */
function wordOf(number, random) {
  let word = '';
  for (let rest = number; rest > 0 || word === ''; rest = Math.floor(rest / 26)) {
    word += String.fromCharCode(97 + (rest % 26));
  }
  const length = random.below(8, 1, number);
  for (let at = 0; at < length; at++) word += String.fromCharCode(97 + random.below(26, 10 + at, number));
  return `${word}'${number.toString(36)}`;
}

function median(results, key) {
  return [...results.map((result) => result[key])].sort((a, b) => a - b)[results.length >> 1];
}
