/** Triples of numbers and the lists that name them (OpenKE, DGL-KE, LibKGE, PyKEEN) to entities, then triples. */
import { readIdList, readNameList } from '../../formats/id-list.js';
import { readLabelList } from '../../formats/label-list.js';
import { type FirstLine, readNumberedTriples } from '../../formats/numbered-triples.js';
import type { NumberedTriplesMapping } from './mapping-numbered-triples.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

type Style = { read(path: string): Promise<string[]>; first: FirstLine };
const STYLES: Record<NumberedTriplesMapping['style'], Style> = {
  openke: { read: readIdList, first: 'count' },
  'dgl-ke': { read: readNameList, first: 'triple' },
  libkge: { read: readNameList, first: 'triple' },
  pykeen: { read: readLabelList, first: 'header' },
};

/**
 * @param resolve from a file as the mapping names it to its path
 * @throws MedgraftError `formats.id-list`, `graph.empty-file`, and as `readLines`
 */
export async function* readNumberedTripleFiles(
  { style, entities: entityFile, relations: relationFile, files, order, type }: NumberedTriplesMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow> {
  const { read, first } = STYLES[style];
  const names = (await read(resolve(entityFile))).map(cleanText);
  const relations = (await read(resolve(relationFile))).map(cleanText);
  const types = type === undefined ? [] : [type];
  const before = first === 'triple' ? 0 : 1;
  for (const [id, name] of names.entries()) {
    const place = { file: resolve(entityFile), line: id + 1 + before };
    if (name === '') yield rowError(place, 'graph.row-empty', `the entity ${id} has no name`);
    else yield { kind: 'entity', entity: { key: name, name, types, aliases: [] }, ...place };
  }
  const at = { head: order.indexOf('head'), relation: order.indexOf('relation'), tail: order.indexOf('tail') };
  for (const named of files) {
    const file = resolve(named);
    let lines = 0;
    for await (const { line, numbers, problem } of readNumberedTriples(file, first)) {
      lines++;
      const [head, relation, tail] = [
        names[numbers[at.head]],
        relations[numbers[at.relation]],
        names[numbers[at.tail]],
      ];
      if (problem !== undefined) yield rowError({ file, line }, 'graph.row-malformed', problem);
      else if (head && relation && tail) yield { kind: 'triple', triple: { head, relation, tail }, file, line };
      else yield rowError({ file, line }, 'graph.row-dangling', `a list does not name one of ${numbers.join(', ')}`);
    }
    if (lines === 0) throw emptyFile(file);
  }
}
