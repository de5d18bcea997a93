/**
 * `format: records`: nested JSON, one record an entity. A file is one array of records, or JSON Lines. Paths name values
 * within a record by keys with dots between them; a list on the way stands for each of its items.
 */
import type { MappingFields } from './mapping-fields.js';

export interface RecordsMapping {
  format: 'records';
  file: string;
  /** Path of the record's id; without, the name is the id. */
  key?: string;
  /** Path of the record's name. */
  name: string;
  /** Type of all records. */
  type?: string;
  /** Path of a text with aliases, or of a list of them. */
  aliases?: string;
  /** Each character separates aliases within a text. */
  aliasSeparators: string;
  fields: RecordField[];
  /** Paths whose values are kept with the record: long texts, codes. */
  properties: string[];
}

/** A field whose values are other entities, called by their names. */
export interface RecordField {
  path: string;
  relation: string;
  /** Type of the entities named there. */
  type?: string;
  /** `in`: the edge leads from them to the record. */
  direction: 'out' | 'in';
  /** Each character separates values within a text; none: the text is one value. */
  split: string;
  /** The values are ids of records: no entity is made of them. */
  reference: boolean;
}

export function recordsMapping(fields: MappingFields): RecordsMapping {
  return fields.object('records', (records) => ({
    format: 'records' as const,
    file: records.required('file'),
    key: records.text('key'),
    name: records.required('name'),
    type: records.text('type'),
    aliases: records.text('aliases'),
    aliasSeparators: records.text('aliasSeparators') ?? '|',
    fields: records.entries('fields', recordField),
    properties: records.texts('properties') ?? [],
  }));
}

function recordField(path: string, field: MappingFields): RecordField {
  return {
    path,
    relation: field.required('relation'),
    type: field.text('type'),
    direction: field.optionalChoice('direction', ['out', 'in'] as const) ?? 'out',
    split: field.text('split') ?? '',
    reference: field.flag('reference') ?? false,
  };
}
