/**
 * Linking the medical corpus (3.01 M characters) by 100,000 patterns on one thread: names of the toy graph and pieces of
 * the corpus itself. Peer: ahocorasick_rs, leftmost-longest, on the same text and patterns, in turn. `adversarial` is the
 * time on 100,000 characters over that on 10,000 where every start walks 99 characters in vain, each the least of all rounds: 10 is linear.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { AutomatonLinker } from '../dist/text/automaton-linker.js';
import { startLinePeer } from './peers/line-peer.mjs';
import { drawnSurfaces, lexiconOf } from './support/drawn-surfaces.mjs';

const CORPUS = fileURLToPath(new URL('../../shared/data/text/chineseblue/corpus.txt.gz', import.meta.url));
const PATTERNS = 100_000;
const ROUNDS = 15;
const SECONDS = 1000;

export async function run({ python, emit }) {
  if (existsSync(CORPUS)) await linkCorpus(python, emit);
  else process.stderr.write('skipped: ../shared/data not present\n');
  emit(adversarial());
}

async function linkCorpus(python, emit) {
  const text = gunzipSync(readFileSync(CORPUS)).toString('utf8');
  const patterns = drawnSurfaces(text, PATTERNS);
  const build = timed(() => new AutomatonLinker(lexiconOf(patterns)));
  const linker = build.result;
  const found = linker.link(text).length;
  emit({ bench: 'link', case: 'build', value: build.milliseconds, unit: 'ms', threads: 1 });
  const ours = () => timed(() => linker.link(text)).milliseconds;
  for (let i = 0; i < 3; i++) ours();
  const speed = (milliseconds) => text.length / milliseconds / SECONDS;
  const record = { bench: 'link', case: 'corpus', unit: 'M characters/s', threads: 1, patterns: PATTERNS, found };
  if (!python) {
    const times = Array.from({ length: ROUNDS }, ours);
    emit({ ...record, value: speed(median(times)) });
    return;
  }
  const { times, peer } = await inTurn(python, patterns, text, ours);
  const [mine, theirs] = [median(times.ours), median(times.theirs)];
  emit({ ...record, value: speed(mine), peer, peerValue: speed(theirs), ratio: mine / theirs });
}

async function inTurn(python, patterns, text, ours) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const files = { patterns: join(folder, 'patterns.json'), text: join(folder, 'text.txt') };
  writeFileSync(files.patterns, JSON.stringify(patterns));
  writeFileSync(files.text, text);
  const peer = startLinePeer(python, 'link.py', files);
  try {
    const times = { ours: [], theirs: [] };
    const { version } = JSON.parse(await peer.ask('version'));
    for (let round = 0; round < ROUNDS; round++) {
      times.ours.push(ours());
      times.theirs.push(JSON.parse(await peer.ask('run')).ms);
    }
    return { times, peer: `ahocorasick_rs ${version}` };
  } finally {
    peer.stop();
    rmSync(folder, { recursive: true });
  }
}

function adversarial() {
  const surfaces = Array.from({ length: 99 }, (_, i) => `${'甲'.repeat(i + 1)}乙`);
  const linker = new AutomatonLinker(lexiconOf(surfaces));
  const time = (length) => {
    const text = '甲'.repeat(length);
    return Math.min(...Array.from({ length: ROUNDS }, () => timed(() => linker.link(text)).milliseconds));
  };
  time(100_000);
  const value = time(100_000) / time(10_000);
  return { bench: 'link', case: 'adversarial', value, unit: 'times', threads: 1 };
}

function timed(action) {
  const start = performance.now();
  const result = action();
  return { result, milliseconds: performance.now() - start };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
