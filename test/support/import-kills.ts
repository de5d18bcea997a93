/**
 * Imports that are killed at random moments and taken up, until one ends: what the workspace holds then is compared with
 * an import that nobody disturbed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CounterRandom } from '../../src/base/random.js';
import type { Adjacency, GraphSnapshot } from '../../src/graph/graph-snapshot.js';
import { loadSnapshot } from '../../src/graph/snapshot-file.js';
import { EmbeddedGraphStore } from '../../src/graph/store/embedded/embedded-graph.store.js';
import { hashGraph } from '../../src/graph/store/graph-hash.js';
import { ended, medgraft, start } from '../e2e/medgraft.js';

const ROWS = 60_000;

export interface KillFigures {
  kills: number;
  /** Imports that went on with steps of a killed one. */
  goneOn: number;
  hash: string;
}

/** Writes a graph of 60,000 rows with repeats, in an order drawn from `seed`. */
export function writeRows(path: string, seed: number): void {
  const rows = Array.from({ length: ROWS }, (_, i) => `e${(i * 7919) % 9973},r${i % 7},e${(i * i) % 9941}`);
  const random = new CounterRandom(seed, 'import-kills');
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.below(i + 1, 0, i);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  writeFileSync(path, `head,relation,tail\n${rows.join('\n')}\n`);
}

/** An import that ends undisturbed. @returns its content hash */
export async function importWhole(home: string, file: string): Promise<string> {
  const { code, err } = await medgraft(home, ...importArguments(file));
  if (code !== 0) throw new Error(err);
  return String(manifestOf(home).figures.contentHash);
}

/** Kills `kills` imports of the file, the n-th after a time drawn from 0 to `longest` ms, and lets the last end. */
export async function importKilled(home: string, file: string, kills: number, longest: number): Promise<KillFigures> {
  const random = new CounterRandom(1, 'import-kill-moments');
  let killed = 0;
  let goneOn = 0;
  for (let n = 0; killed < kills; n++) {
    rmSync(join(home, 'refs'), { recursive: true, force: true });
    // A result that is there would be taken as it is, and nothing be left to kill.
    for (const name of artefactsOf(home)) rmSync(join(home, 'artifacts', 'kg.import', name), { recursive: true });
    if (scratchOf(home).length > 0) goneOn++;
    const child = start('cli', importArguments(file), { MEDGRAFT_HOME: home });
    const timer = setTimeout(() => child.kill('SIGKILL'), 300 + random.uniform(0, n) * longest);
    const { code, err } = await ended(child);
    clearTimeout(timer);
    if (code === null) killed++;
    else if (code !== 0) throw new Error(err);
  }
  const hash = await importWhole(home, file);
  return { kills: killed, goneOn, hash };
}

/** What must hold of every finished import. @returns what does not */
export async function problemsOf(home: string): Promise<string[]> {
  const problems: string[] = [];
  const [name] = artefactsOf(home);
  const folder = join(home, 'artifacts', 'kg.import', name);
  const snapshot = loadSnapshot(folder);
  if (artefactsOf(home).length !== 1) problems.push(`artefacts: ${artefactsOf(home).join(', ')}`);
  if (scratchOf(home).length !== 0) problems.push(`left behind: ${scratchOf(home).join(', ')}`);
  const out = edgesOf(snapshot, snapshot.outgoing, false).sort();
  const incoming = edgesOf(snapshot, snapshot.incoming, true).sort();
  if (new Set(out).size !== out.length) problems.push('an edge is there twice');
  if (out.length !== incoming.length || incoming.some((edge, i) => edge !== out[i])) {
    problems.push('incoming edges do not mirror the outgoing ones');
  }
  const store = EmbeddedGraphStore.open(join(folder, 'graph.db'));
  const counts = await store.counts();
  if (counts.triples !== snapshot.tripleCount || counts.entities !== snapshot.entityCount)
    problems.push('counts differ');
  const hash = await hashGraph(store.entities(), store.triples());
  if (hash !== manifestOf(home).figures.contentHash) problems.push('the store has another hash than the manifest');
  await store.close();
  return problems;
}

function edgesOf({ entityCount }: GraphSnapshot, rows: Adjacency, reversed: boolean): string[] {
  const edges: string[] = [];
  for (let e = 0; e < entityCount; e++) {
    for (let i = rows.offsets[e]; i < rows.offsets[e + 1]; i++) {
      const [head, tail] = reversed ? [rows.entities[i], e] : [e, rows.entities[i]];
      edges.push(`${head} ${rows.relations[i]} ${tail}`);
    }
  }
  return edges;
}

function importArguments(file: string): string[] {
  return ['kg', 'import', '--kg', 'killed', '--mapping', 'plain-triples', '--files', file];
}

function artefactsOf(home: string): string[] {
  return entriesOf(home).filter((name) => !name.startsWith('.'));
}

function scratchOf(home: string): string[] {
  return entriesOf(home).filter((name) => name.endsWith('.scratch'));
}

function entriesOf(home: string): string[] {
  const folder = join(home, 'artifacts', 'kg.import');
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder);
}

function manifestOf(home: string): { figures: Record<string, unknown> } {
  const [name] = artefactsOf(home);
  const path = join(home, 'artifacts', 'kg.import', name, 'manifest.json');
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
