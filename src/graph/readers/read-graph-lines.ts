/** A graph as JSON Lines, one entity and one triple a line, to entities, then triples. */
import { readLines } from '../../formats/text-lines.js';
import type { EntityRecord } from '../graph-store.js';
import type { GraphLinesMapping } from './mapping-graph-lines.js';
import { NewEnds } from './new-ends.js';
import { propertiesOf } from './property-values.js';
import { tripleFrom } from './read-tables.js';
import { isFlatEnough, isJsonObject } from './record-values.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

interface Line {
  readonly file: string;
  readonly line: number;
}

/**
 * @param resolve from a file as the mapping names it to its path
 * @throws MedgraftError `graph.empty-file`, and as `readLines`
 */
export async function* readGraphLines(
  { entities, triples, type }: GraphLinesMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow> {
  if (entities !== undefined) {
    for await (const { value, ...place } of objectsOf(resolve(entities))) {
      yield typeof value === 'string' ? rowError(place, 'graph.row-malformed', value) : entityRow(value, type, place);
    }
  }
  const ends = entities === undefined ? new NewEnds(type) : undefined;
  for await (const { value, ...place } of objectsOf(resolve(triples))) {
    const row =
      typeof value === 'string' ? rowError(place, 'graph.row-malformed', value) : tripleFrom(place, tripleTexts(value));
    if (ends !== undefined && row.kind === 'triple') for (const end of ends.of(row.triple, place)) yield end;
    yield row;
  }
}

type Fields = ReadonlyMap<string, unknown>;

/** Objects as maps, so that no key is special; a text says what is wrong with a line. */
async function* objectsOf(file: string): AsyncGenerator<Line & { value: Fields | string }> {
  let lines = 0;
  for await (const { line, text } of readLines(file)) {
    if (text.trim() === '') continue;
    lines++;
    yield { file, line, value: parsed(text) };
  }
  if (lines === 0) throw emptyFile(file);
}

function parsed(text: string): Fields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `the line is not JSON: ${error instanceof Error ? error.message : ''}`;
  }
  if (!isJsonObject(value) || !isFlatEnough(value)) return 'the line is no flat object';
  return new Map(Object.entries(value));
}

function entityRow(fields: Fields, type: string | undefined, place: Line): SourceRow {
  const key = textOf(fields.get('key'));
  if (key === '') return rowError(place, 'graph.row-empty', 'the entity has no key');
  const types = textsOf(fields.get('types'));
  const properties = propertiesOf(fields.get('properties'));
  if (types === undefined || properties === undefined) {
    return rowError(
      place,
      'graph.row-malformed',
      'types are a list of texts, properties an object of values and lists',
    );
  }
  const entity: EntityRecord = {
    key,
    name: textOf(fields.get('name')) || key,
    types: types.length === 0 && type !== undefined ? [type] : types,
    aliases: textsOf(fields.get('aliases')) ?? [],
  };
  if (properties.length > 0) entity.properties = Object.fromEntries(properties);
  return { kind: 'entity', entity, ...place };
}

function tripleTexts(fields: Fields) {
  const weight = fields.get('weight');
  return {
    head: textOf(fields.get('head')),
    relation: textOf(fields.get('relation')),
    tail: textOf(fields.get('tail')),
    weight: weight === undefined || weight === null ? '' : String(weight),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? cleanText(String(value)) : '';
}

/** undefined for what is no list of texts. */
function textsOf(value: unknown): string[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
  return value.map(cleanText).filter((text) => text !== '');
}
