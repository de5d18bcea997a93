/** The lists of names that lie beside vectors: DGL-KE's, OpenKE's, SMedBERT's, PyKEEN's and LibKGE's, told by their file names. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readNameList, readPaddedIdList } from '../../formats/id-list.js';
import { readLabelList } from '../../formats/label-list.js';

export interface NameFiles {
  readonly entities: string;
  readonly relations?: string;
  readonly read: ReadNames;
}

export interface ReadName {
  readonly names: string[];
  /** The row of the first name: 1 where row 0 is padding. */
  readonly first: 0 | 1;
}

type ReadNames = (path: string) => Promise<ReadName>;

const plain =
  (read: (path: string) => Promise<string[]>): ReadNames =>
  async (path) => ({ names: await read(path), first: 0 });

const KINDS: readonly (readonly [entities: string, relations: string, read: ReadNames])[] = [
  ['entity2id.txt', 'relation2id.txt', readPaddedIdList],
  ['ch_entity2id.txt', 'ch_relation2id.txt', readPaddedIdList],
  ['entity_to_id.tsv.gz', 'relation_to_id.tsv.gz', plain(readLabelList)],
  ['entity_to_id.tsv', 'relation_to_id.tsv', plain(readLabelList)],
  ['entity_ids.del', 'relation_ids.del', plain(readNameList)],
  ['entities.tsv', 'relations.tsv', plain(readNameList)],
  ['entities.dict', 'relations.dict', plain(readNameList)],
];

/** Where PyKEEN's `save_to_directory` puts them. */
const SUBFOLDERS = ['', 'training_triples'];

export const NAME_FILES = KINDS.map(([entities, relations]) => `${entities} and ${relations}`).join(', ');

/** The first kind whose list of entities is there. */
export function findNameFiles(folder: string): NameFiles | undefined {
  for (const subfolder of SUBFOLDERS) {
    for (const [entityFile, relationFile, read] of KINDS) {
      const [entities, relations] = [entityFile, relationFile].map((name) => join(folder, subfolder, name));
      if (existsSync(entities)) return { entities, read, ...(existsSync(relations) ? { relations } : {}) };
    }
  }
  return undefined;
}
