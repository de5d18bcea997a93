/**
 * What `kg-import/<source>/mapping.yaml` may say: how a foreign graph's files become entities and triples. Plain data,
 * checked key by key; docs of each field stand here, samples in kg-import/.
 */
import { MappingFields } from './mapping-fields.js';
import { type GraphLinesMapping, graphLinesMapping } from './mapping-graph-lines.js';
import { type Neo4jMapping, neo4jFileNames, neo4jMapping } from './mapping-neo4j.js';
import { type NumberedTriplesMapping, numberedTriplesMapping } from './mapping-numbered-triples.js';
import { type OboMapping, oboMapping } from './mapping-obo.js';
import { type RecordsMapping, recordsMapping } from './mapping-records.js';
import { type ReferenceMapping, referenceFiles, referenceMapping } from './mapping-reference.js';
import { rdfMapping, type TurtleMapping } from './mapping-turtle.js';
import { type Normalisation, normalisation } from './normalise-text.js';

export type Mapping = Source & {
  /** Of keys, names, types, aliases and relations. */
  normalise: Normalisation;
};

type Source =
  | TableMapping
  | TriplesMapping
  | NumberedTriplesMapping
  | TurtleMapping
  | RecordsMapping
  | OboMapping
  | Neo4jMapping
  | GraphLinesMapping
  | ReferenceMapping;

/** Node and edge tables: CSV or TSV with a header, or Parquet. */
export interface TableMapping {
  format: 'table' | 'parquet';
  entities: EntityTable[];
  triples: TripleTable[];
}

/** Files are relative to the mapping's folder. */
interface DelimitedFile {
  file: string;
  /** Default: a tab for names with `.tsv` or `.spo`, else a comma. */
  delimiter: string;
  /** Cells are escaped against spreadsheets (formats/spreadsheet-cell.ts). */
  escapedFormulas: boolean;
}

export interface EntityTable extends DelimitedFile {
  /** Column names. Without `name` the id is the name. */
  columns: {
    id: string;
    name?: string;
    type?: string;
    aliases?: string;
    /** Holds a JSON object of properties. */
    properties?: string;
  };
  /** Type of rows whose type column is empty or not there. */
  type?: string;
  /** Each character separates types, the main one first; none: the text is one type. */
  typeSeparators: string;
  /** Each character separates aliases. */
  aliasSeparators: string;
  /** Columns kept as properties. */
  properties: string[];
}

export interface TripleTable extends DelimitedFile {
  /** Column names. An empty weight means none. */
  columns: { head: string; relation?: string; tail: string; weight?: string };
  /** Relation of every row when there is no column for it. */
  relation?: string;
}

/** Plain `head,relation,tail` rows; entities are created from the names. */
export interface TriplesMapping {
  format: 'triples';
  files: (DelimitedFile & { header: boolean; order: TripleColumn[] })[];
  /** Type of all entities. */
  type?: string;
}

export type TripleColumn = 'head' | 'relation' | 'tail' | 'weight';

/** @param place file of the mapping, for messages @throws MedgraftError `graph.mapping` naming the key */
export function parseMapping(value: unknown, place: string): Mapping {
  const fields = new MappingFields(value, place, '');
  fields.text('title');
  fields.text('licence');
  fields.text('source');
  const format = fields.choice('format', [
    'table',
    'parquet',
    'triples',
    'numbered-triples',
    'turtle',
    'n-triples',
    'records',
    'obo',
    'neo4j',
    'jsonl',
    'reference',
  ] as const);
  const mapping = { ...FORMATS[format](fields), normalise: normalisation(fields) };
  fields.finish();
  return mapping;
}

const FORMATS: Record<Mapping['format'], (fields: MappingFields) => Source> = {
  table: (fields) => tables('table', fields),
  parquet: (fields) => tables('parquet', fields),
  triples,
  'numbered-triples': numberedTriplesMapping,
  turtle: rdfMapping('turtle'),
  'n-triples': rdfMapping('n-triples'),
  records: recordsMapping,
  obo: oboMapping,
  neo4j: neo4jMapping,
  jsonl: graphLinesMapping,
  reference: referenceMapping,
};

/** The files that a mapping reads, as it names them. */
export function mappingFiles(mapping: Mapping): string[] {
  if (mapping.format === 'reference') return referenceFiles(mapping);
  if (mapping.format === 'neo4j') return neo4jFileNames(mapping);
  if (mapping.format === 'numbered-triples') return [mapping.entities, mapping.relations, ...mapping.files];
  if (mapping.format === 'jsonl') {
    return mapping.entities === undefined ? [mapping.triples] : [mapping.entities, mapping.triples];
  }
  if ('file' in mapping) return [mapping.file];
  const tables = mapping.format === 'triples' ? mapping.files : [...mapping.entities, ...mapping.triples];
  return [...new Set(tables.map(({ file }) => file))];
}

function tables(format: TableMapping['format'], fields: MappingFields): TableMapping {
  return {
    format,
    entities: fields.list('entities', (entry) => ({
      ...tableFile(format, entry),
      columns: entry.object('columns', (columns) => ({
        id: columns.required('id'),
        name: columns.text('name'),
        type: columns.text('type'),
        aliases: columns.text('aliases'),
        properties: columns.text('properties'),
      })),
      type: entry.text('type'),
      typeSeparators: entry.text('typeSeparators') ?? '',
      aliasSeparators: entry.text('aliasSeparators') ?? '|',
      properties: entry.texts('properties') ?? [],
    })),
    triples: fields.list('triples', (entry) => tripleTable(format, entry)),
  };
}

function tripleTable(format: TableMapping['format'], entry: MappingFields): TripleTable {
  const columns = entry.object('columns', (names) => ({
    head: names.required('head'),
    relation: names.text('relation'),
    tail: names.required('tail'),
    weight: names.text('weight'),
  }));
  const relation = entry.text('relation');
  if ((columns.relation === undefined) === (relation === undefined)) {
    throw entry.error('relation', 'either columns.relation or relation', 'both or neither');
  }
  return { ...tableFile(format, entry), columns, relation };
}

function triples(fields: MappingFields): TriplesMapping {
  return {
    format: 'triples',
    type: fields.text('type'),
    files: fields.list('files', (entry) => ({
      ...delimitedFile(entry),
      header: entry.flag('header') ?? false,
      order: tripleOrder(entry),
    })),
  };
}

const TRIPLE_ORDER: TripleColumn[] = ['head', 'relation', 'tail'];

function tripleOrder(entry: MappingFields): TripleColumn[] {
  const order = entry.texts('order') ?? TRIPLE_ORDER;
  const known: string[] = [...TRIPLE_ORDER, 'weight'];
  const fits = TRIPLE_ORDER.every((name) => order.includes(name)) && order.every((name) => known.includes(name));
  if (fits && new Set(order).size === order.length) return order as TripleColumn[];
  throw entry.error('order', 'head, relation, tail and perhaps weight, in the order of the columns', order.join(', '));
}

/** Parquet has no delimiter to choose. */
function tableFile(format: TableMapping['format'], entry: MappingFields): DelimitedFile {
  if (format === 'table') return delimitedFile(entry);
  return { file: entry.required('file'), delimiter: '', escapedFormulas: false };
}

function delimitedFile(entry: MappingFields): DelimitedFile {
  const file = entry.required('file');
  const delimiter = entry.text('delimiter') ?? (/\.(tsv|spo)(\.gz)?$/i.test(file) ? '\t' : ',');
  if (delimiter.length === 1) return { file, delimiter, escapedFormulas: entry.flag('escapedFormulas') ?? false };
  throw entry.error('delimiter', 'one character', JSON.stringify(delimiter));
}
