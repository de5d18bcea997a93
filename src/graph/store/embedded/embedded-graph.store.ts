/**
 * The default graph store: one SQLite file, written in batches that are each one transaction and durable when resolved.
 */
import { MedgraftError } from '../../../base/errors.js';
import type { EntityRecord, GraphStore, NeighbourRecord, StoreCounts, TripleRecord } from '../../graph-store.js';
import { hashGraph } from '../graph-hash.js';
import { compareKeys } from '../key-order.js';
import { mergedEntity, normalizedEntity } from '../merge-entity.js';
import { openLibsql } from './libsql-driver.js';
import { CONNECTION, INDEXES, SCHEMA, SCHEMA_VERSION, SQL } from './schema.js';
import type { SqlDriver, SqlRow, SqlStatement } from './sql-driver.js';

/** Entities a block when reading; heads a block when reading triples. */
const BLOCK = 5000;

type StatementName = keyof typeof SQL;

export class EmbeddedGraphStore implements GraphStore {
  private readonly statements = new Map<StatementName, SqlStatement>();

  private constructor(private readonly driver: SqlDriver) {}

  /**
   * Opens the file, or makes it.
   * @throws MedgraftError `graph.store-damaged`, `graph.store-unreadable`, `graph.store-version`
   */
  static open(path: string, openDriver: (path: string) => SqlDriver = openLibsql): EmbeddedGraphStore {
    const driver = openDriver(path);
    try {
      driver.exec(CONNECTION);
      checkVersion(driver, path);
      driver.exec(SCHEMA);
    } catch (error) {
      driver.close();
      throw error;
    }
    return new EmbeddedGraphStore(driver);
  }

  async putEntities(batch: readonly EntityRecord[]): Promise<void> {
    this.driver.transaction(() => {
      const merged = this.knownEntities(batch.map(({ key }) => key));
      for (const entity of batch) {
        const known = merged.get(entity.key);
        merged.set(entity.key, known ? mergedEntity(known, entity) : normalizedEntity(entity));
      }
      this.statement('upsertEntities').run(JSON.stringify([...merged.values()].map(entityColumns)));
    });
  }

  async putTriples(batch: readonly TripleRecord[]): Promise<void> {
    const rows = JSON.stringify(batch.map(({ head, relation, tail, weight }) => [head, relation, tail, weight]));
    const relations = JSON.stringify([...new Set(batch.map(({ relation }) => relation))]);
    this.driver.transaction(() => {
      this.statement('insertRelations').run(relations);
      try {
        this.statement('upsertEdges').run(rows);
      } catch (error) {
        // Looked for only after a failure: the check costs as much as the insertion.
        const dangling = this.statement('dangling').get(rows);
        throw dangling ? danglingError(dangling) : error;
      }
    });
  }

  async finish(): Promise<void> {
    this.driver.exec(INDEXES);
  }

  async counts(): Promise<StoreCounts> {
    const [entities, triples, relations, types] = this.statement('counts').get() as number[];
    return { entities, triples, relations, types };
  }

  async entity(key: string): Promise<EntityRecord | undefined> {
    const row = this.statement('entity').get(key);
    return row && entityOf(row);
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
    for (let last = ''; ; ) {
      const block = this.statement('entityBlock').all(last, BLOCK).map(entityOf);
      if (block.length === 0) return;
      last = block[block.length - 1].key;
      yield block;
    }
  }

  async *triples(): AsyncGenerator<TripleRecord[]> {
    for (let last = ''; ; ) {
      const heads = this.statement('headBlock').all(last, BLOCK);
      if (heads.length === 0) return;
      last = String(heads[heads.length - 1][1]);
      const triples = this.statement('edgesOfHeads')
        .all(JSON.stringify(heads.map(([id]) => id)))
        .map(tripleOf);
      // The heads are in order already; a stable sort of almost sorted rows is cheap.
      triples.sort(compareTriples);
      if (triples.length > 0) yield triples;
    }
  }

  contentHash(): Promise<string> {
    return hashGraph(this.entities(), this.triples());
  }

  async clear(): Promise<void> {
    this.driver.transaction(() => this.driver.exec(SQL.clear));
  }

  /** Puts the write-ahead log into the file, so that the file alone is the store. */
  async close(): Promise<void> {
    this.driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.driver.close();
  }

  private knownEntities(keys: readonly string[]): Map<string, EntityRecord> {
    const rows = this.statement('knownEntities').all(JSON.stringify([...new Set(keys)]));
    return new Map(rows.map(entityOf).map((entity) => [entity.key, entity]));
  }

  private statement(name: StatementName): SqlStatement {
    const prepared = this.statements.get(name) ?? this.driver.prepare(SQL[name]);
    this.statements.set(name, prepared);
    return prepared;
  }
}

function checkVersion(driver: SqlDriver, path: string): void {
  const version = driver.prepare('PRAGMA user_version').get()?.[0];
  if (version === 0 || version === SCHEMA_VERSION) return;
  throw new MedgraftError('conflict', 'graph.store-version', 'the graph store was written by another version', {
    place: path,
    expected: `schema ${SCHEMA_VERSION}`,
    got: `schema ${version}`,
    hint: 'remove it and run `medgraft kg import` again',
  });
}

function danglingError([head, relation, tail, headMissing]: SqlRow): MedgraftError {
  return new MedgraftError('input', 'graph.dangling', 'a triple names an entity that does not exist', {
    place: `(${head}, ${relation}, ${tail})`,
    got: String(headMissing ? head : tail),
    hint: 'put the entities of a triple first',
  });
}

function entityColumns({ key, name, types, aliases, properties }: EntityRecord): (string | null)[] {
  const json = properties ? JSON.stringify(properties) : null;
  return [key, name, JSON.stringify(types), JSON.stringify(aliases), json];
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

function compareTriples(a: TripleRecord, b: TripleRecord): number {
  return compareKeys(a.head, b.head) || compareKeys(a.relation, b.relation) || compareKeys(a.tail, b.tail);
}
