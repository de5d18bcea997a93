/**
 * The default graph store: one SQLite file a graph, read only. It is written once by write-embedded-graph.store.ts, in the
 * order of the graph, so blocks are ranges of ids.
 */
import { existsSync } from 'node:fs';
import { MedgraftError } from '../../../base/errors.js';
import type {
  EntityRecord,
  GraphStore,
  NeighbourRecord,
  SourceRecord,
  StoreCounts,
  TripleRecord,
} from '../../graph-store.js';
import { openLibsql } from './libsql-driver.js';
import { READ, READING, SCHEMA_VERSION } from './schema.js';
import type { SqlDriver, SqlRow, SqlStatement } from './sql-driver.js';

/** Entities, or heads of triples, a block. */
const BLOCK = 5000;

export class EmbeddedGraphStore implements GraphStore {
  private readonly statements = new Map<keyof typeof READ, SqlStatement>();

  private constructor(private readonly driver: SqlDriver) {}

  /** @throws MedgraftError `graph.store-damaged`, `graph.store-unreadable`, `graph.store-version`, `graph.store-incomplete` */
  static open(path: string, openDriver: (path: string) => SqlDriver = openLibsql): EmbeddedGraphStore {
    if (!existsSync(path)) throw missing(path);
    const driver = openDriver(path);
    try {
      driver.exec(READING);
      checkVersion(driver, path);
      if (driver.prepare('SELECT complete FROM content').get()?.[0] !== 1) throw incomplete(path);
    } catch (error) {
      driver.close();
      throw error;
    }
    return new EmbeddedGraphStore(driver);
  }

  async sources(): Promise<SourceRecord[]> {
    return this.statement('sources').all().map(sourceOf);
  }

  async counts(): Promise<StoreCounts> {
    const [entities, triples, relations, types] = this.statement('counts').get() as number[];
    return { entities, triples, relations, types };
  }

  async entity(key: string): Promise<EntityRecord | undefined> {
    const row = this.statement('entity').get(key);
    return row && entityOf(row);
  }

  async sourcesOf(key: string): Promise<string[]> {
    return this.statement('sourcesOf')
      .all(key)
      .map(([name]) => String(name));
  }

  async neighbours(key: string, limit: number): Promise<NeighbourRecord[]> {
    const outgoing = this.statement('outgoing')
      .all(key, limit)
      .map((row) => neighbourOf(row, 1));
    const incoming = this.statement('incoming')
      .all(key, limit - outgoing.length)
      .map((row) => neighbourOf(row, -1));
    return [...outgoing, ...incoming];
  }

  async *entities(): AsyncGenerator<EntityRecord[]> {
    yield* this.blocks('entityBlock', [], entityOf);
  }

  async *triples(): AsyncGenerator<TripleRecord[]> {
    yield* this.blocks('edgeBlock', [], tripleOf);
  }

  async *entitiesOfSource(source: number): AsyncGenerator<EntityRecord[]> {
    if ((await this.sources()).length === 1) yield* this.entities();
    else yield* this.blocks('entityPartBlock', [source], entityOf);
  }

  async *triplesOfSource(source: number): AsyncGenerator<TripleRecord[]> {
    if ((await this.sources()).length === 1) yield* this.triples();
    else yield* this.blocks('edgePartBlock', [source], tripleOf);
  }

  async close(): Promise<void> {
    this.driver.close();
  }

  private *blocks<T>(
    statement: keyof typeof READ,
    parameters: readonly number[],
    make: (row: SqlRow) => T,
  ): Generator<T[]> {
    const [end] = this.driver.prepare('SELECT coalesce(max(id) + 1, 0) FROM entity').get() as number[];
    for (let from = 0; from < end; from += BLOCK) {
      const rows = this.statement(statement).all(...parameters, from, from + BLOCK);
      if (rows.length > 0) yield rows.map(make);
    }
  }

  private statement(name: keyof typeof READ): SqlStatement {
    const prepared = this.statements.get(name) ?? this.driver.prepare(READ[name]);
    this.statements.set(name, prepared);
    return prepared;
  }
}

function checkVersion(driver: SqlDriver, path: string): void {
  const version = driver.prepare('PRAGMA user_version').get()?.[0];
  if (version === SCHEMA_VERSION) return;
  throw new MedgraftError('conflict', 'graph.store-version', 'the graph store was written by another version', {
    place: path,
    expected: `schema ${SCHEMA_VERSION}`,
    got: `schema ${version}`,
    hint: 'remove it and run `medgraft kg import` again',
  });
}

function missing(path: string): MedgraftError {
  return new MedgraftError('missing', 'graph.store-missing', 'there is no graph store here', {
    place: path,
    hint: 'run `medgraft kg import` first',
  });
}

function incomplete(path: string): MedgraftError {
  return new MedgraftError('conflict', 'graph.store-incomplete', 'the graph store is still being written', {
    place: path,
    hint: 'wait for its import, or run the same command again',
  });
}

function sourceOf([name, licence, origin]: SqlRow): SourceRecord {
  const source: SourceRecord = { name: String(name) };
  if (licence !== null) source.licence = String(licence);
  if (origin !== null) source.origin = String(origin);
  return source;
}

function entityOf([key, name, types, aliases, properties]: SqlRow): EntityRecord {
  const entity: EntityRecord = {
    key: String(key),
    name: String(name),
    types: JSON.parse(String(types)),
    aliases: JSON.parse(String(aliases)),
  };
  if (properties !== null) entity.properties = JSON.parse(String(properties));
  return entity;
}

function tripleOf([head, relation, tail, weight]: SqlRow): TripleRecord {
  const triple: TripleRecord = { head: String(head), relation: String(relation), tail: String(tail) };
  if (weight !== null) triple.weight = Number(weight);
  return triple;
}

function neighbourOf([relation, key, name, weight]: SqlRow, direction: 1 | -1): NeighbourRecord {
  return { relation: String(relation), direction, key: String(key), name: String(name), weight: Number(weight ?? 1) };
}
