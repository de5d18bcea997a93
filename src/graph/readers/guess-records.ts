/** A mapping for JSON by its first records: triples, a whole graph's entities, or records whose lists are relations. */
import type { GuessedMapping } from './guess-mapping.js';
import { isJsonObject } from './record-values.js';

const NAMES = ['name', 'title', 'label', 'term', '名称', '疾病名称', '名字'];
/** MongoDB's own. */
const INTERNAL = '_id';
const ALIASES = ['alias', 'aliases', 'synonyms', '别名'];

/** undefined when the records have no name */
export function guessRecords(file: string, values: readonly unknown[]): GuessedMapping | undefined {
  const records = values.filter(isJsonObject);
  if (areTriples(values)) return { format: 'jsonl', triples: file };
  const name = NAMES.find((key) => haveKeys(records, [key]));
  if (name === undefined) return undefined;
  const aliases = ALIASES.find((key) => records.some((record) => Object.hasOwn(record, key)));
  const rest = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
    (field) => ![name, aliases, INTERNAL].includes(field),
  );
  const lists = rest.filter((field) => records.some((record) => isNameList(record[field])));
  if (lists.length === 0) return undefined;
  return {
    format: 'records',
    records: {
      file,
      name,
      ...(aliases === undefined ? {} : { aliases }),
      fields: Object.fromEntries(lists.map((field) => [field, { relation: field, type: field }])),
      properties: rest.filter((field) => !lists.includes(field)),
    },
  };
}

/** As `format: jsonl` has them. */
export function areTriples(values: readonly unknown[]): boolean {
  return haveKeys(values, ['head', 'relation', 'tail']);
}

export function areEntities(values: readonly unknown[]): boolean {
  return haveKeys(values, ['key']);
}

function haveKeys(values: readonly unknown[], keys: readonly string[]): boolean {
  const records = values.filter(isJsonObject);
  return records.length > 0 && records.every((record) => keys.every((key) => Object.hasOwn(record, key)));
}

function isNameList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}
