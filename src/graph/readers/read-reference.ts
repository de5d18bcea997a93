/**
 * The files of SMedBERT's reference repository to entities and triples. Triples are those of `ent2outRel`; where the other
 * files disagree with it, the disagreement is a listed error and the triple stays.
 */
import { readIdList } from '../../formats/id-list.js';
import { readPickleFile } from '../../formats/pickle-reader.js';
import type { EntityRecord } from '../graph-store.js';
import type { ReferenceMapping } from './mapping-reference.js';
import { unmirrored } from './mirror-check.js';
import { NameNumbers } from './name-numbers.js';
import {
  describe,
  type NeighbourDictionary,
  notADict,
  type ReferenceNames,
  readNeighbourDictionary,
} from './neighbour-dictionary.js';
import { readWeights } from './read-weights.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

/** Rows handed on at once. */
const BLOCK_ROWS = 1000;

/** @throws MedgraftError `graph.reference`, `graph.empty-file`, `formats.pickle...`, `formats.id-list`, and others of files */
export async function* readReference(
  mapping: ReferenceMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow[]> {
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file));
  const relationFile = path(mapping.relations);
  const entityFile = path(mapping.entities);
  const relationNames = relationFile === undefined ? [] : (await readIdList(relationFile)).map(cleanText);
  const listed = entityFile === undefined ? [] : (await readIdList(entityFile)).map(cleanText);
  const names: ReferenceNames = { entities: new NameNumbers(), relations: new NameNumbers() };
  for (const name of listed) names.entities.numberOf(name);
  for (const name of relationNames) names.relations.numberOf(name);
  const outgoing = await readNeighbourDictionary(resolve(mapping.outgoing), names, relationNames);
  if (outgoing.entities.length === 0 && outgoing.errors.length === 0) throw emptyFile(outgoing.file);
  const inverse = path(mapping.incoming);
  const incoming = inverse === undefined ? undefined : await readNeighbourDictionary(inverse, names, relationNames);
  const types = await readTypes(path(mapping.types));
  const rankFile = path(mapping.ranks);
  const ranks = rankFile === undefined ? new Map<string, number>() : (await readWeights(rankFile)).weights;
  yield* blocks(outgoing.errors);
  yield* blocks(entityRows(names, types, ranks, mapping.type, outgoing.file));
  yield* blocks(tripleRows(outgoing, names));
  yield* blocks(types.errors);
  if (incoming !== undefined) {
    yield* blocks(incoming.errors);
    yield* blocks(unmirrored(outgoing, incoming, names));
  }
  if (entityFile !== undefined) yield* blocks(unlisted(names.entities, listed.length, entityFile));
  if (relationFile !== undefined) yield* blocks(unlisted(names.relations, relationNames.length, relationFile));
}

function* blocks(rows: Iterable<SourceRow>): Generator<SourceRow[]> {
  let block: SourceRow[] = [];
  for (const row of rows) {
    if (block.push(row) < BLOCK_ROWS) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

function* entityRows(
  { entities }: ReferenceNames,
  types: TypeDictionary,
  ranks: ReadonlyMap<string, number>,
  type: string | undefined,
  file: string,
): Generator<SourceRow> {
  for (let id = 0; id < entities.size; id++) {
    const name = entities.nameOf(id);
    const mainType = types.types.get(name) ?? type;
    const entity: EntityRecord = { key: name, name, types: mainType === undefined ? [] : [mainType], aliases: [] };
    const rank = ranks.get(name);
    if (rank !== undefined) entity.properties = { pageRank: rank };
    yield { kind: 'entity', entity, file, line: id + 1 };
  }
}

function* tripleRows(
  { file, owners, offsets, relations, entities }: NeighbourDictionary,
  names: ReferenceNames,
): Generator<SourceRow> {
  for (let entry = 0; entry < owners.length; entry++) {
    const head = names.entities.nameOf(owners[entry]);
    for (let i = offsets[entry]; i < offsets[entry + 1]; i++) {
      const triple = { head, relation: names.relations.nameOf(relations[i]), tail: names.entities.nameOf(entities[i]) };
      yield { kind: 'triple', triple, file, line: entry + 1 };
    }
  }
}

/** Names that the dictionaries use and the id list does not have: embeddings lack them. */
function* unlisted(names: NameNumbers, listed: number, file: string): Generator<SourceRow> {
  for (let id = listed; id < names.size; id++) {
    const reason = `the dictionaries name ${names.nameOf(id)}, and the list does not have it`;
    yield rowError({ file, line: 1 }, 'graph.row-not-listed', reason);
  }
}

interface TypeDictionary {
  readonly types: ReadonlyMap<string, string>;
  readonly errors: SourceRow[];
}

async function readTypes(file: string | undefined): Promise<TypeDictionary> {
  const types = new Map<string, string>();
  const errors: SourceRow[] = [];
  if (file === undefined) return { types, errors };
  const dict = await readPickleFile(file);
  if (!(dict instanceof Map)) throw notADict(file, dict);
  let line = 0;
  for (const [entity, type] of dict) {
    line++;
    const name = typeof entity === 'string' ? cleanText(entity) : '';
    const text = typeof type === 'string' || typeof type === 'number' ? cleanText(String(type)) : '';
    if (name !== '' && text !== '') types.set(name, text);
    else
      errors.push(
        rowError({ file, line }, 'graph.row-malformed', `${describe(entity)} has the type ${describe(type)}`),
      );
  }
  return { types, errors };
}
