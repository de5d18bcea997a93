/**
 * A graph as a table of entities and one of triples, tab-separated for people and their spreadsheets or as Parquet for data
 * warehouses. Types and aliases are lists in one cell; properties, which have kinds, are one JSON object.
 */
import { tsvLine } from '../../formats/delimited-line.js';
import type { ParquetRow } from '../../formats/parquet-tables.js';
import { escapeFormula } from '../../formats/spreadsheet-cell.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { EntityRecord, TripleRecord } from '../graph-store.js';
import { FreeSigns } from './free-sign.js';
import { type ExportedGraph, type ExportResult, writeLines } from './write-lines.store.js';
import { writeParquet } from './write-parquet.store.js';

const ENTITY_COLUMNS = ['id', 'name', 'types', 'aliases', 'properties'];
const TRIPLE_COLUMNS = ['head', 'relation', 'tail', 'weight'];

type Context = Pick<StageContext, 'folder' | 'signal'>;

/** `entities.tsv` and `triples.tsv`; formulas are escaped always, as tables are opened in spreadsheets. */
export async function* exportTsv(graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
  const signs = await signsOf(graph);
  const { entities, triples } = await graph.counts();
  const line = (cells: readonly string[]) => tsvLine(cells.map(escapeFormula));
  const names = { entities: 'entities.tsv', triples: 'triples.tsv' };
  yield* writeLines(
    {
      name: names.entities,
      header: `${tsvLine(ENTITY_COLUMNS)}\n`,
      blocks: graph.entities(),
      line: (entity) => line(entityCells(entity, signs)),
      phase: 'entities',
      total: entities,
    },
    context,
  );
  yield* writeLines(
    {
      name: names.triples,
      header: `${tsvLine(TRIPLE_COLUMNS)}\n`,
      blocks: graph.triples(),
      line: (triple) => line(tripleCells(triple).map((cell) => String(cell ?? ''))),
      phase: 'triples',
      total: triples,
    },
    context,
  );
  return { mapping: { format: 'table', ...tablesMapping(names, signs, { escapedFormulas: true }) } };
}

/** `entities.parquet` and `triples.parquet`. */
export async function* exportParquet(graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
  const signs = await signsOf(graph);
  const names = { entities: 'entities.parquet', triples: 'triples.parquet' };
  const entityColumns = ENTITY_COLUMNS.map((name) => ({ name, type: 'text' as const }));
  const tripleColumns = TRIPLE_COLUMNS.map((name) => ({ name, type: name === 'weight' ? 'number' : 'text' }) as const);
  const { entities, triples } = await graph.counts();
  const entityRow = (entity: EntityRecord): ParquetRow => entityCells(entity, signs).map((cell) => cell || null);
  yield* writeParquet(
    { name: names.entities, columns: entityColumns, blocks: graph.entities(), row: entityRow, total: entities },
    context,
  );
  yield* writeParquet(
    { name: names.triples, columns: tripleColumns, blocks: graph.triples(), row: tripleCells, total: triples },
    context,
  );
  return { mapping: { format: 'parquet', ...tablesMapping(names, signs, {}) } };
}

interface Signs {
  types: string;
  aliases: string;
}

async function signsOf(graph: ExportedGraph): Promise<Signs> {
  const types = new FreeSigns();
  const aliases = new FreeSigns();
  for await (const block of graph.entities()) {
    for (const entity of block) {
      for (const type of entity.types) types.see(type);
      for (const alias of entity.aliases) aliases.see(alias);
    }
  }
  return { types: types.take(), aliases: aliases.take() };
}

function entityCells({ key, name, types, aliases, properties }: EntityRecord, signs: Signs): string[] {
  const object = properties === undefined ? '' : JSON.stringify(properties);
  return [key, name, types.join(signs.types), aliases.join(signs.aliases), object];
}

function tripleCells({ head, relation, tail, weight }: TripleRecord): (string | number | null)[] {
  return [head, relation, tail, weight ?? null];
}

function tablesMapping(names: { entities: string; triples: string }, signs: Signs, rest: object) {
  return {
    entities: [
      {
        file: names.entities,
        columns: { id: 'id', name: 'name', type: 'types', aliases: 'aliases', properties: 'properties' },
        typeSeparators: signs.types,
        aliasSeparators: signs.aliases,
        ...rest,
      },
    ],
    triples: [
      {
        file: names.triples,
        columns: { head: 'head', relation: 'relation', tail: 'tail', weight: 'weight' },
        ...rest,
      },
    ],
  };
}
