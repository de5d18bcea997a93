/**
 * Rows of a reader into a store: batches, checks between rows (dangling ends, one id with two names), and counts. Bad rows
 * are counted by code, the first of them are listed, and the rest goes on.
 */
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { StageEvent } from '../runs/stage.js';
import type { EntityRecord, GraphStore, TripleRecord } from './graph-store.js';
import type { RowError, SourceRow } from './readers/source-row.js';

export interface ImportOptions {
  /** More bad rows end the import; undefined: never. */
  maximumErrors?: number;
  /** So many bad rows are kept with place and reason. */
  errorsListed: number;
  signal: AbortSignal;
}

export interface ImportReport {
  entityRows: number;
  tripleRows: number;
  /** Rows of a key that was there already: united with the first. */
  repeatedEntities: number;
  errors: number;
  errorsByCode: Record<string, number>;
  listed: RowError[];
}

/** Rows a transaction. Edges come in no order, so each transaction rewrites most of their tree: few large ones are fastest. */
const BATCH = 100_000;

/**
 * @returns counts and listed errors, when all batches are durable and the store is finished
 * @throws MedgraftError `graph.too-many-errors`, and what reader and store throw
 */
export async function* importRows(
  rows: AsyncIterable<SourceRow>,
  store: GraphStore,
  options: ImportOptions,
): AsyncGenerator<StageEvent, ImportReport> {
  const importer = new RowImporter(options);
  for await (const row of rows) {
    importer.add(row);
    if (!importer.isFull) continue;
    throwIfCancelled(options.signal);
    yield await importer.flush(store);
  }
  yield await importer.flush(store);
  throwIfCancelled(options.signal);
  await store.finish();
  return importer.report;
}

class RowImporter {
  readonly report: ImportReport = {
    entityRows: 0,
    tripleRows: 0,
    repeatedEntities: 0,
    errors: 0,
    errorsByCode: {},
    listed: [],
  };
  private readonly nameOf = new Map<string, string>();
  private entities: EntityRecord[] = [];
  private triples: TripleRecord[] = [];

  constructor(private readonly options: ImportOptions) {}

  get isFull(): boolean {
    return this.entities.length >= BATCH || this.triples.length >= BATCH;
  }

  add(row: SourceRow): void {
    if (row.kind === 'error') this.reject(row);
    else if (row.kind === 'entity') this.addEntity(row, row.entity);
    else this.addTriple(row, row.triple);
  }

  /** Entities first: the triples of a batch may name them. */
  async flush(store: GraphStore): Promise<StageEvent> {
    const { entities, triples } = this;
    [this.entities, this.triples] = [[], []];
    if (entities.length > 0) await store.putEntities(entities);
    if (triples.length > 0) await store.putTriples(triples);
    return { kind: 'progress', phase: 'import', done: this.report.entityRows + this.report.tripleRows, unit: 'rows' };
  }

  private addEntity(place: SourceRow, entity: EntityRecord): void {
    const known = this.nameOf.get(entity.key);
    if (known !== undefined && known !== entity.name) {
      const reason = `the id ${entity.key} has the name ${known} already, and ${entity.name} here`;
      this.reject({ ...place, code: 'graph.row-duplicate-id', reason });
      return;
    }
    if (known === undefined) this.nameOf.set(entity.key, entity.name);
    else this.report.repeatedEntities++;
    this.report.entityRows++;
    this.entities.push(entity);
  }

  private addTriple(place: SourceRow, triple: TripleRecord): void {
    const missing = [triple.head, triple.tail].find((key) => !this.nameOf.has(key));
    if (missing !== undefined) {
      this.reject({ ...place, code: 'graph.row-dangling', reason: `there is no entity with the id ${missing}` });
      return;
    }
    this.report.tripleRows++;
    this.triples.push(triple);
  }

  private reject({ file, line, code, reason }: RowError): void {
    const { report, options } = this;
    report.errors++;
    report.errorsByCode[code] = (report.errorsByCode[code] ?? 0) + 1;
    if (report.listed.length < options.errorsListed) report.listed.push({ file, line, code, reason });
    if (options.maximumErrors === undefined || report.errors <= options.maximumErrors) return;
    throw new MedgraftError('input', 'graph.too-many-errors', `${reason} [${code}]`, {
      place: `${file}:${line}`,
      expected: `at most ${options.maximumErrors} bad rows`,
      got: `${report.errors}`,
      hint: 'mend the rows, correct the mapping, or raise maximumErrors',
    });
  }
}
