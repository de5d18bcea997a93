/**
 * The splits of a benchmark graph as `head TAB relation TAB tail` lines: triples by ids, numbered in the order of appearance,
 * as src/embedding/triples.ts has them. Undefined where ../shared/data is not present.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} name a folder of ../shared/data/kge */
export function readSplits(name) {
  const folder = fileURLToPath(new URL(`../../../shared/data/kge/${name}/`, import.meta.url));
  if (!existsSync(folder)) return undefined;
  const ids = { entity: new Map(), relation: new Map() };
  const idOf = (kind, key) => {
    const known = ids[kind].get(key);
    if (known !== undefined) return known;
    ids[kind].set(key, ids[kind].size);
    return ids[kind].size - 1;
  };
  const read = (split) => {
    // Some lines end in CR LF.
    const lines = readFileSync(`${folder}${split}.txt`, 'utf8').split(/\r?\n/).filter(Boolean);
    const rows = lines.map((line) => line.split('\t'));
    return {
      heads: Int32Array.from(rows, ([head]) => idOf('entity', head)),
      relations: Int32Array.from(rows, ([, relation]) => idOf('relation', relation)),
      tails: Int32Array.from(rows, ([, , tail]) => idOf('entity', tail)),
    };
  };
  const [train, valid, test] = [read('train'), read('valid'), read('test')];
  return { entities: ids.entity.size, relations: ids.relation.size, train, valid, test };
}

/** Writes int32 columns heads, relations, tails, as peers read them. @returns the file of each split */
export function writeColumns(folder, graph, splits) {
  return written(folder, splits, (split) => [graph[split].heads, graph[split].relations, graph[split].tails]);
}

/** Writes float32 vectors. @returns the files of `entity` and `relation` */
export function writeVectors(folder, tables) {
  return written(folder, ['entity', 'relation'], (name) => [tables[name]]);
}

function written(folder, names, arraysOf) {
  const files = names.map((name) => {
    const file = join(folder, name);
    const bytes = arraysOf(name).map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    );
    writeFileSync(file, Buffer.concat(bytes));
    return [name, file];
  });
  return Object.fromEntries(files);
}
