/**
 * `format: neo4j`: files for `neo4j-admin database import` (formats/neo4j-csv.ts). Headers say what the columns are; the
 * mapping says which files belong together and which properties are names. Relationships keep their weight and no other
 * property.
 */
import type { MappingFields } from './mapping-fields.js';

export interface Neo4jMapping {
  format: 'neo4j';
  nodes: Neo4jFiles[];
  relationships: (Neo4jFiles & {
    /** Type of relationships whose `:TYPE` is empty or not there. */
    type?: string;
  })[];
  delimiter: string;
  /** Separates the items of lists and the labels of a node. */
  arrayDelimiter: string;
  quote: string;
  /** Property that names an entity; of a list the first item, the others are aliases. Without a value the id is the name. */
  name: string;
  /** Property with other names. */
  aliases: string;
  /** An id with this property name is not kept as a property too. */
  key: string;
  /** Property of relationships: a number above 0. */
  weight: string;
  /** `prefix`: the key of an entity in an id space is `space:id`, so that equal ids of two spaces stay two entities. */
  idSpaces: 'prefix' | 'ignore';
  /** Labels that say nothing of the type. */
  ignoredLabels: string[];
  /** Cells are escaped against spreadsheets (formats/spreadsheet-cell.ts). */
  escapedFormulas: boolean;
}

export interface Neo4jFiles {
  /** A file with the header only; without it the first line of the first file is the header. */
  header?: string;
  files: string[];
  /** Labels of all nodes of these files, after their own. */
  labels: string[];
}

export function neo4jMapping(fields: MappingFields): Neo4jMapping {
  return {
    format: 'neo4j',
    nodes: fields.list('nodes', neo4jFiles),
    relationships: fields.list('relationships', (entry) => ({ ...neo4jFiles(entry), type: entry.text('type') })),
    delimiter: sign(fields, 'delimiter', ','),
    arrayDelimiter: sign(fields, 'arrayDelimiter', ';'),
    quote: sign(fields, 'quote', '"'),
    name: fields.text('name') ?? 'name',
    aliases: fields.text('aliases') ?? 'aliases',
    key: fields.text('key') ?? '',
    weight: fields.text('weight') ?? 'weight',
    idSpaces: fields.optionalChoice('idSpaces', ['prefix', 'ignore'] as const) ?? 'prefix',
    ignoredLabels: fields.texts('ignoredLabels') ?? [],
    escapedFormulas: fields.flag('escapedFormulas') ?? false,
  };
}

function neo4jFiles(entry: MappingFields): Neo4jFiles {
  const files = entry.texts('files') ?? [];
  if (files.length === 0) throw entry.error('files', 'a list with the name of a file', 'nothing');
  return { header: entry.text('header'), files, labels: entry.texts('labels') ?? [] };
}

function sign(fields: MappingFields, name: string, usual: string): string {
  const text = fields.text(name) ?? usual;
  if (text.length === 1) return text;
  throw fields.error(name, 'one character', JSON.stringify(text));
}

export function neo4jFileNames({ nodes, relationships }: Neo4jMapping): string[] {
  const all = [...nodes, ...relationships].flatMap(({ header, files }) =>
    header === undefined ? files : [header, ...files],
  );
  return [...new Set(all)];
}
