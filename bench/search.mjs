/**
 * Names that hold a text, 2 and 3 characters long: the first 20 of them by kind and rank, and how many there are, among the
 * 200,000 Chinese names of support/hub-graph.mjs, in memory on one thread. `recall` compares every answer of a few hundred
 * with a scan of all names. Peer: SQLite's full-text index (FTS5, contentless, unicode61) over overlapping pairs of
 * characters, asked for the same number and the first 20 in the order of rowid, in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { GraphShelf } from '../dist/api/graph-shelf.store.js';
import { CounterRandom } from '../dist/base/random.js';
import { normalizedName } from '../dist/graph/search-names.js';
import { KG, makeHubGraph } from './support/hub-graph.mjs';

const QUERIES = 2000;
const SCANNED = 200;
const LIMIT = 20;
const ROUNDS = 7;

export async function run({ hub, emit }) {
  const home = hub ?? mkdtempSync(join(tmpdir(), 'medgraft-search-'));
  try {
    const shelf = new GraphShelf(await makeHubGraph(home));
    const graph = await shelf.graph(KG);
    const start = performance.now();
    const search = await graph.search();
    emit({ bench: 'search', case: 'build', value: performance.now() - start, unit: 'ms', threads: 1 });
    const names = Array.from({ length: graph.snapshot.entityCount }, (_, id) =>
      normalizedName(graph.snapshot.entityNames.at(id)),
    );
    const peer = fullTextIndex(names);
    for (const length of [2, 3]) measure(search, names, peer, length, emit);
    peer.close();
    shelf.onModuleDestroy();
  } finally {
    if (hub === undefined) rmSync(home, { recursive: true });
  }
}

function measure(search, names, peer, length, emit) {
  const queries = drawQueries(names, length);
  const ours = [];
  const theirs = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(rate(queries, (query) => search.search(query, { from: 0, limit: LIMIT })));
    theirs.push(rate(queries, peer.ask));
  }
  const [value, peerValue] = [median(ours), median(theirs)];
  const record = { bench: 'search', case: `${length} characters`, unit: 'queries/CPU s', threads: 1 };
  emit({ ...record, value, peer: peer.name, peerValue, ratio: peerValue / value });
  emit({
    ...record,
    case: `${length} characters recall`,
    value: recall(search, names, queries),
    unit: 'part of a scan',
  });
}

/** Pieces of names, as people look for them. */
function drawQueries(names, length) {
  const random = new CounterRandom(1, 'bench.search');
  const queries = [];
  for (let i = 0; queries.length < QUERIES; i++) {
    const name = names[random.below(names.length, length, i)];
    if (name.length < length) continue;
    const start = random.below(name.length - length + 1, 10 + length, i);
    queries.push(name.slice(start, start + length));
  }
  return queries;
}

/** @returns queries a second of processor time, which other programs on the machine hardly touch */
function rate(queries, ask) {
  const start = process.cpuUsage();
  for (const query of queries) ask(query);
  const { user, system } = process.cpuUsage(start);
  return queries.length / ((user + system) / 1e6);
}

/** @returns the part of what scans find that was found; below 1 also when something was found that they do not */
function recall(search, names, queries) {
  let found = 0;
  let wanted = 0;
  for (const query of queries.slice(0, SCANNED)) {
    const expected = new Set(names.flatMap((name, id) => (name.includes(query) ? [id] : [])));
    const { matches } = search.search(query, { from: 0, limit: Number.POSITIVE_INFINITY });
    found += matches.filter(({ entity }) => expected.has(entity)).length;
    wanted += Math.max(expected.size, matches.length);
  }
  return found / wanted;
}

function fullTextIndex(names) {
  const database = new Database(':memory:');
  database.exec("CREATE VIRTUAL TABLE name USING fts5(grams, content='', tokenize='unicode61')");
  const insert = database.prepare('INSERT INTO name(rowid, grams) VALUES (?, ?)');
  database.exec('BEGIN');
  for (const [id, name] of names.entries()) insert.run(id + 1, gramsOf(name));
  database.exec('COMMIT');
  const count = database.prepare('SELECT count(*) AS total FROM name WHERE name MATCH ?');
  const first = database.prepare(`SELECT rowid FROM name WHERE name MATCH ? LIMIT ${LIMIT}`);
  return {
    name: 'SQLite FTS5 over pairs',
    ask: (query) => {
      const phrase = `"${gramsOf(query)}"`;
      return { total: count.get(phrase).total, matches: first.all(phrase) };
    },
    close: () => database.close(),
  };
}

function gramsOf(text) {
  return Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)).join(' ');
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
