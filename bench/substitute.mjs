/**
 * Reverse substitution on one thread: cleaning, matching of 23,969 expansions and replacing, 10,964 paragraphs of open medical
 * articles. Peers on the same paragraphs: the reference re-created in Python (every expansion is looked for in every text),
 * which gets few of them because it is slow, and the same work with pyahocorasick; both in turn with ours.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readInventory } from '../dist/medal/inventory/read-inventory.store.js';
import { knownExpansions } from '../dist/medal/substitution/known-expansions.js';
import { Substitution } from '../dist/medal/substitution/substitute.js';
import { startLinePeer } from './peers/line-peer.mjs';

const DATA = new URL('../../shared/data/medal/', import.meta.url);
const TEXTS = fileURLToPath(new URL('pmc-ccby-paragraphs.tsv.gz', DATA));
const TABLE = fileURLToPath(new URL('valid_adam.txt', DATA));
const ROUNDS = 5;
/** The reference is slow, pyahocorasick less so: they get every n-th paragraph. */
const EVERY = { reference: 400, automaton: 4 };
const BYTES = 1e6;

export async function run({ python, emit }) {
  if (!existsSync(TEXTS)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const lines = gunzipSync(readFileSync(TEXTS)).toString('utf8').trimEnd().split('\n');
  const articles = lines.map((line) => line.split('\t'));
  const inventory = await readInventory(TABLE);
  const known = knownExpansions(inventory, { minimumWords: 1, stopExpansions: new Set() });
  const substitution = new Substitution(inventory, known, { probability: 0.15, seed: 1 });
  const ours = (list) => paceOf(list, ([id, text]) => substitution.substitute(id, text).locations.length);
  const peer = python && startPeer(python, inventory, known, articles);
  const paces = { ours: [], reference: [], automaton: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const pace = ours(articles);
    if (round >= 0) paces.ours.push(pace);
    if (!peer) continue;
    for (const name of Object.keys(EVERY)) {
      const { ms } = JSON.parse(await peer.ask(name));
      if (round >= 0) paces[name].push(peer.bytes[name] / ms / 1000);
    }
  }
  peer?.stop();
  const value = median(paces.ours);
  const record = {
    bench: 'substitute',
    unit: 'MB/s',
    value: round3(value),
    threads: 1,
    expansions: known.expansions.length,
  };
  if (!peer) return emit({ ...record, case: 'alone' });
  for (const [name, title] of [
    ['reference', 'the reference in Python'],
    ['automaton', 'pyahocorasick in Python'],
  ]) {
    const peerValue = median(paces[name]);
    emit({ ...record, case: name, peer: title, peerValue: round3(peerValue), times: round3(value / peerValue) });
  }
}

function paceOf(articles, work) {
  const bytes = bytesOf(articles);
  const start = performance.now();
  let samples = 0;
  for (const article of articles) samples += work(article);
  if (samples === 0) throw new Error('nothing was replaced');
  return bytes / (performance.now() - start) / (BYTES / 1000);
}

/** Both peers get what ours cleans to, so that all look for the same. */
function startPeer(python, inventory, { expansions }, articles) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const parts = {};
  for (const [name, every] of Object.entries(EVERY)) parts[name] = articles.filter((_, i) => i % every === 0);
  const rows = expansions.map(({ words, class: sense }) => [words.join(' '), inventory.senses[sense].abbreviation]);
  writeFileSync(join(folder, 'expansions.json'), JSON.stringify(rows));
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(parts));
  const files = { expansions: join(folder, 'expansions.json'), texts: join(folder, 'texts.json') };
  const peer = startLinePeer(python, 'substitute.py', files);
  return {
    ask: peer.ask,
    bytes: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, bytesOf(part)])),
    stop() {
      peer.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function bytesOf(articles) {
  return articles.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function round3(value) {
  return Number(value.toPrecision(3));
}
