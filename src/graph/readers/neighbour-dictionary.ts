/**
 * One of the reference repository's neighbour dictionaries, entity -> [(relation, entity)], checked value by value and
 * packed as numbers: the pickle's objects can go before the second dictionary is read.
 */

import { MedgraftError } from '../../base/errors.js';
import { readPickleFile } from '../../formats/pickle-reader.js';
import type { PickleValue } from '../../formats/pickle-value.js';
import { NameNumbers } from './name-numbers.js';
import { cleanText, rowError, type SourceRow } from './source-row.js';

/** Numbers of names, shared by both dictionaries. */
export interface ReferenceNames {
  readonly entities: NameNumbers;
  readonly relations: NameNumbers;
}

export interface NeighbourDictionary {
  readonly file: string;
  /** Entries, in the order of the file: the entity, and the position of the entry from 1. */
  readonly owners: Uint32Array;
  /** [entries + 1] where an entry's neighbours begin. */
  readonly offsets: Uint32Array;
  readonly relations: Uint32Array;
  readonly entities: Uint32Array;
  readonly errors: SourceRow[];
}

/** @param relationNames by id, where the dictionary has ids @throws MedgraftError `graph.reference`, and as `readPickleFile` */
export async function readNeighbourDictionary(
  file: string,
  names: ReferenceNames,
  relationNames: readonly string[],
): Promise<NeighbourDictionary> {
  const dict = await readPickleFile(file);
  if (!(dict instanceof Map)) throw notADict(file, dict);
  return new DictionaryPacker(file, names, relationNames).pack(dict);
}

class DictionaryPacker {
  private readonly errors: SourceRow[] = [];

  constructor(
    private readonly file: string,
    private readonly names: ReferenceNames,
    private readonly relationNames: readonly string[],
  ) {}

  pack(dict: ReadonlyMap<PickleValue, PickleValue>): NeighbourDictionary {
    const lists = [...dict.values()].map((list) =>
      Array.isArray(list) ? list : list instanceof Set ? [...list] : undefined,
    );
    const capacity = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
    const owners = new Uint32Array(dict.size);
    const offsets = new Uint32Array(dict.size + 1);
    const relations = new Uint32Array(capacity);
    const entities = new Uint32Array(capacity);
    let [entry, rows, used] = [0, 0, 0];
    for (const key of dict.keys()) {
      const list = lists[rows++];
      const owner = this.name(key);
      if (owner === undefined || list === undefined) {
        this.reject(rows, `the entry is no name with a list: ${describe(owner === undefined ? key : dict.get(key))}`);
        continue;
      }
      owners[entry] = this.names.entities.numberOf(owner);
      offsets[entry++] = used;
      for (const pair of list) {
        const [relation, entity] = this.pair(pair);
        if (relation === undefined || entity === undefined) {
          this.reject(rows, `a neighbour of ${owner} is no (relation, entity): ${describe(pair)}`);
          continue;
        }
        relations[used] = this.names.relations.numberOf(relation);
        entities[used++] = this.names.entities.numberOf(entity);
      }
    }
    offsets[entry] = used;
    return {
      file: this.file,
      owners: owners.subarray(0, entry),
      offsets: offsets.subarray(0, entry + 1),
      relations: relations.subarray(0, used),
      entities: entities.subarray(0, used),
      errors: this.errors,
    };
  }

  private pair(pair: PickleValue): (string | undefined)[] {
    if (!Array.isArray(pair) || pair.length !== 2) return [];
    const [relation, entity] = pair;
    const known = typeof relation === 'number' ? this.relationNames[relation] : this.name(relation);
    return [known, this.name(entity)];
  }

  private name(value: PickleValue): string | undefined {
    return typeof value === 'string' ? cleanText(value) || undefined : undefined;
  }

  private reject(line: number, reason: string): void {
    this.errors.push(rowError({ file: this.file, line }, 'graph.row-malformed', reason));
  }
}

export function notADict(file: string, value: PickleValue): MedgraftError {
  return new MedgraftError('input', 'graph.reference', 'the pickle holds no dict', {
    place: file,
    expected: 'a dict by entity name',
    got: describe(value),
  });
}

/** What stands there, for people, in a few words. */
export function describe(value: PickleValue | undefined): string {
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return cleanText(String(value)).slice(0, 60);
}
