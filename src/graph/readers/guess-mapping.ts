/**
 * A mapping for files that come without one, by their names and first rows. What is guessed is an ordinary mapping, shown to
 * people so that they can keep and correct it.
 */
import { basename, extname } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { areEntities, areTriples, guessRecords } from './guess-records.js';
import { guessTables } from './guess-tables.js';
import type { NumberedTriplesMapping } from './mapping-numbered-triples.js';
import { firstJson } from './peek-file.js';

/** As a mapping.yaml would say it, files by their paths. */
export type GuessedMapping = Record<string, unknown>;

/** @throws MedgraftError `graph.mapping-unknown` when nothing fits, and those of files */
export async function guessMapping(files: readonly string[]): Promise<GuessedMapping> {
  const guess = bySpecialNames(files) ?? (await byExtension(files)) ?? (await guessTables(files));
  if (guess !== undefined) return guess;
  throw new MedgraftError('input', 'graph.mapping-unknown', 'it is not plain how these files are to be read', {
    place: files[0],
    expected: 'a known ending, a header that names its columns, or three columns',
    hint: 'name a folder of kg-import/ or a mapping.yaml of your own with --mapping',
  });
}

/** The lists of OpenKE, DGL-KE, LibKGE and PyKEEN, and the reference repository's pickles are called so always. */
function bySpecialNames(files: readonly string[]): GuessedMapping | undefined {
  const named = (pattern: RegExp) => files.find((file) => pattern.test(basename(file)));
  const outgoing = named(/^ent2outRel\.pkl$/);
  const entities = named(/^(entity2id\.txt|entities\.(dict|tsv)|entity_ids\.del|entity_to_id\.tsv(\.gz)?)$/i);
  const relations = named(/^(relation2id\.txt|relations\.(dict|tsv)|relation_ids\.del|relation_to_id\.tsv(\.gz)?)$/i);
  if (outgoing !== undefined) {
    return {
      format: 'reference',
      outgoing,
      ...present('incoming', named(/^ent2inRel\.pkl$/)),
      ...present('types', named(/^type_set\.pkl$/)),
      ...present('entities', entities),
      ...present('relations', relations),
      ...present('ranks', named(/^global_PageRank\.json$/)),
    };
  }
  const triples = files.filter((file) => file !== entities && file !== relations);
  if (entities === undefined || relations === undefined || triples.length === 0) return undefined;
  const style = styleOf(basename(entities).toLowerCase());
  return { format: 'numbered-triples', style, entities, relations, files: triples };
}

function styleOf(entities: string): NumberedTriplesMapping['style'] {
  if (entities.endsWith('.txt')) return 'openke';
  if (entities.endsWith('.del')) return 'libkge';
  return entities.startsWith('entity_to_id') ? 'pykeen' : 'dgl-ke';
}

async function byExtension(files: readonly string[]): Promise<GuessedMapping | undefined> {
  const [file] = files;
  if (files.every((each) => /\.(jsonl?|ndjson)(\.gz)?$/i.test(each)) && files.length === 2) return graphLines(files);
  if (files.length > 1) return undefined;
  switch (extname(file.replace(/\.gz$/i, '')).toLowerCase()) {
    case '.obo':
      return { format: 'obo', file, type: 'term', namespaces: true, relations: 'all', relationNames: true };
    case '.ttl':
      return statements('turtle', file);
    case '.nt':
      return statements('n-triples', file);
    case '.json':
    case '.jsonl':
    case '.ndjson':
      return guessRecords(file, await firstJson(file));
    default:
      return undefined;
  }
}

/** Entities in one file and triples in the other. */
async function graphLines(files: readonly string[]): Promise<GuessedMapping | undefined> {
  const peeked = await Promise.all(files.map(firstJson));
  const triples = files.find((_, i) => areTriples(peeked[i]));
  const entities = files.find((_, i) => areEntities(peeked[i]));
  return triples === undefined || entities === undefined ? undefined : { format: 'jsonl', entities, triples };
}

function statements(format: 'turtle' | 'n-triples', file: string): GuessedMapping {
  const names = { names: ['prefLabel', 'label'], aliases: ['altLabel'] };
  return { format, file, subject: { from: 'subject' }, predicates: 'all', objectTypes: 'rdf:type', ...names };
}

function present(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}
