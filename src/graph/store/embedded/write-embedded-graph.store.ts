/**
 * A graph's content into an embedded file: tables in the order of the graph, in steps that are each one transaction, so
 * that a killed writing goes on after its last step. The file is complete, and readable, when the last step is done.
 */
import { rm } from 'node:fs/promises';
import { throwIfCancelled } from '../../../base/errors.js';
import type { StageEvent } from '../../../runs/stage.js';
import { type GraphContent, headOfEdge } from '../../graph-content.js';
import type { EntityRecord, SourceRecord, WriteOptions } from '../../graph-store.js';
import { openLibsql } from './libsql-driver.js';
import { FINISH, INSERT, SCHEMA, SCHEMA_VERSION, WRITING } from './schema.js';
import type { SqlDriver } from './sql-driver.js';

/** Rows a transaction: in the order of the tree even small ones are fast, so a kill loses little. */
const STEP_ROWS = 20_000;

interface Step {
  table: keyof typeof INSERT;
  rows: number;
  /** JSON text of its rows. */
  json(): string;
}

/**
 * @param path of the file; one that another content left unfinished is replaced
 * @throws MedgraftError `run.cancelled`, `disk.full`, `graph.store-unreadable`
 */
export async function* writeEmbeddedGraph(
  path: string,
  content: GraphContent,
  { contentId, signal }: WriteOptions,
): AsyncGenerator<StageEvent, void> {
  const { driver, done } = await openForWriting(path, contentId);
  try {
    const steps = [...stepsOf(content)];
    const total = steps.reduce((sum, { rows }) => sum + rows, 0);
    let written = 0;
    for (const [number, step] of steps.entries()) {
      written += step.rows;
      if (number < done) continue;
      throwIfCancelled(signal);
      driver.transaction(() => {
        driver.prepare(INSERT[step.table]).run(step.json());
        driver.prepare('UPDATE content SET steps = ?').run(number + 1);
      });
      yield { kind: 'progress', phase: 'store', done: written, total, unit: 'rows' };
    }
    driver.exec(FINISH);
    driver.prepare('UPDATE content SET complete = 1').run();
    // One file from here on: it may be moved, and read from a folder where nothing may be written.
    driver.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;');
  } finally {
    driver.close();
  }
}

async function openForWriting(path: string, contentId: string): Promise<{ driver: SqlDriver; done: number }> {
  const found = stepsDone(path, contentId);
  if (found !== undefined) return found;
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${path}${suffix}`, { force: true });
  const driver = openLibsql(path);
  driver.exec(WRITING);
  driver.transaction(() => {
    driver.exec(SCHEMA);
    driver.prepare('INSERT INTO content VALUES (?, 0, 0)').run(contentId);
  });
  return { driver, done: 0 };
}

/** The file and the steps in it, when it was begun with this content. */
function stepsDone(path: string, contentId: string): { driver: SqlDriver; done: number } | undefined {
  const driver = openLibsql(path);
  try {
    driver.exec(WRITING);
    const [version] = driver.prepare('PRAGMA user_version').get() ?? [];
    const content = version === SCHEMA_VERSION ? driver.prepare('SELECT id, steps FROM content').get() : undefined;
    if (content?.[0] === contentId) return { driver, done: Number(content[1]) };
  } catch {
    // Torn or foreign: it is written anew.
  }
  driver.close();
  return undefined;
}

function* stepsOf(content: GraphContent): Generator<Step> {
  const { snapshot, sources, parts } = content;
  const { relationNames, entityCount, tripleCount } = snapshot;
  yield step('source', sources.length, () => sources.map(sourceRow));
  yield step('relation', relationNames.length, () => range(0, relationNames.length, (id) => relationNames.at(id)));
  yield* steps('entity', entityCount, (from, to) => range(from, to, (id) => [id, ...entityRow(content.entity(id))]));
  yield* steps('edge', tripleCount, (from, to) => edgeRows(content, from, to));
  if (parts === undefined) return;
  for (const source of sources.keys()) {
    yield* steps('entityPart', entityCount, (from, to) =>
      range(from, to, (id) => partRow(source, id, parts.entity(source, id))).filter((row) => row !== undefined),
    );
  }
  const { edges } = parts;
  yield* steps('edgePart', edges.heads.length, (from, to) =>
    range(from, to, (i) => [
      edges.sources?.[i] ?? 0,
      edges.heads[i],
      edges.relations[i],
      edges.tails[i],
      weightOf(edges.weights?.[i]),
    ]),
  );
}

function* steps(table: Step['table'], rows: number, rowsOf: (from: number, to: number) => unknown[]): Generator<Step> {
  for (let from = 0; from < rows; from += STEP_ROWS) {
    const to = Math.min(rows, from + STEP_ROWS);
    yield step(table, to - from, () => rowsOf(from, to));
  }
}

function step(table: Step['table'], rows: number, rowsOf: () => readonly unknown[]): Step {
  return { table, rows, json: () => JSON.stringify(rowsOf()) };
}

function edgeRows({ snapshot: { outgoing }, weights }: GraphContent, from: number, to: number): unknown[] {
  let head = headOfEdge(outgoing.offsets, from);
  return range(from, to, (i) => {
    while (i >= outgoing.offsets[head + 1]) head++;
    return [head, outgoing.relations[i], outgoing.entities[i], weightOf(weights?.[i])];
  });
}

/** 1 is what no weight means. */
function weightOf(weight: number | undefined): number | null {
  return weight === undefined || weight === 1 ? null : weight;
}

function sourceRow({ name, licence, origin }: SourceRecord, id: number): unknown[] {
  return [id, name, licence ?? null, origin ?? null];
}

function partRow(source: number, id: number, part: EntityRecord | undefined): unknown[] | undefined {
  return part && [source, id, ...entityRow(part).slice(1)];
}

function entityRow({ key, name, types, aliases, properties }: EntityRecord): (string | null)[] {
  return [
    key,
    name,
    JSON.stringify(types),
    JSON.stringify(aliases),
    properties === undefined ? null : JSON.stringify(properties),
  ];
}

function range<T>(from: number, to: number, at: (i: number) => T): T[] {
  const values: T[] = [];
  for (let i = from; i < to; i++) values.push(at(i));
  return values;
}
