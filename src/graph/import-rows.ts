/**
 * Rows of a reader into a builder: checks between rows (dangling ends, one id with two names), and counts. Bad rows are
 * counted by code, the first of them are listed, and the rest goes on.
 */
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { StageEvent } from '../runs/stage.js';
import type { GraphBuilder } from './graph-builder.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';
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
  /** Rows of a key that this source named before: united with the first. */
  repeatedEntities: number;
  /** Of these, rows with another name, which becomes an alias. */
  otherNames: number;
  errors: number;
  errorsByCode: Record<string, number>;
  listed: RowError[];
}

/** Rows between two progress events. */
const PROGRESS_ROWS = 50_000;

/** @throws MedgraftError `graph.too-many-errors`, and what reader and builder throw */
export async function* importRows(
  blocks: AsyncIterable<readonly SourceRow[]>,
  builder: GraphBuilder,
  options: ImportOptions,
): AsyncGenerator<StageEvent, ImportReport> {
  const importer = new RowImporter(builder, options);
  let told = 0;
  for await (const block of blocks) {
    throwIfCancelled(options.signal);
    for (const row of block) importer.add(row);
    const done = importer.rows;
    if (done - told < PROGRESS_ROWS) continue;
    told = done;
    yield { kind: 'progress', phase: 'read', done, unit: 'rows' };
  }
  yield { kind: 'progress', phase: 'read', done: importer.rows, total: importer.rows, unit: 'rows' };
  return importer.report;
}

class RowImporter {
  readonly report: ImportReport = {
    entityRows: 0,
    tripleRows: 0,
    repeatedEntities: 0,
    otherNames: 0,
    errors: 0,
    errorsByCode: {},
    listed: [],
  };

  constructor(
    private readonly builder: GraphBuilder,
    private readonly options: ImportOptions,
  ) {}

  get rows(): number {
    return this.report.entityRows + this.report.tripleRows;
  }

  add(row: SourceRow): void {
    if (row.kind === 'triple') this.addTriple(row, row.triple);
    else if (row.kind === 'entity') this.addEntity(row, row.entity);
    else this.reject(row);
  }

  private addEntity({ file, line }: SourceRow, entity: EntityRecord): void {
    const { report } = this;
    report.entityRows++;
    const known = this.builder.addEntity(entity);
    if (known === undefined) return;
    report.repeatedEntities++;
    if (known.name === entity.name) return;
    report.otherNames++;
    const reason = `the id ${entity.key} has the name ${known.name} too: one of them becomes an alias of the other`;
    this.list({ file, line, code: 'graph.row-other-name', reason });
  }

  private addTriple({ file, line }: SourceRow, triple: TripleRecord): void {
    const missing = this.builder.addTriple(triple);
    if (missing !== undefined) {
      this.reject({ file, line, code: 'graph.row-dangling', reason: `there is no entity with the id ${missing}` });
      return;
    }
    this.report.tripleRows++;
  }

  private reject(error: RowError): void {
    const { report, options } = this;
    const { file, line, code, reason } = error;
    report.errors++;
    report.errorsByCode[code] = (report.errorsByCode[code] ?? 0) + 1;
    this.list(error);
    if (options.maximumErrors === undefined || report.errors <= options.maximumErrors) return;
    throw new MedgraftError('input', 'graph.too-many-errors', `${reason} [${code}]`, {
      place: `${file}:${line}`,
      expected: `at most ${options.maximumErrors} bad rows`,
      got: `${report.errors}`,
      hint: 'mend the rows, correct the mapping, or raise maximumErrors',
    });
  }

  private list({ file, line, code, reason }: RowError): void {
    if (this.report.listed.length < this.options.errorsListed) this.report.listed.push({ file, line, code, reason });
  }
}
