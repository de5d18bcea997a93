/** Numbers names as they come, and renumbers them by name at the end. */
import { MedgraftError } from '../base/errors.js';
import { sortKeys } from './key-order.js';
import { PackedNames } from './packed-names.js';

/** Relation and type ids are 16 bits wide. */
const NAMES_LIMIT = 65_535;

export class Interner {
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];

  constructor(private readonly what: string) {}

  get size(): number {
    return this.ids.size;
  }

  /** @throws MedgraftError `graph.too-many-names` */
  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.ids.size;
    if (id >= NAMES_LIMIT) {
      throw new MedgraftError('input', 'graph.too-many-names', `the graph has too many ${this.what}`, {
        expected: `at most ${NAMES_LIMIT}`,
        hint: 'a column with free text or ids was probably mapped as the relation or the type',
      });
    }
    this.ids.set(name, id);
    this.names.push(name);
    return id;
  }

  nameOf(id: number): string {
    return this.names[id];
  }

  /**
   * The names that are in use, by code points.
   * @param used by number; a name that is not used gets no rank
   * @returns rank[number as given] = id by name
   */
  sorted(used: (id: number) => boolean = () => true): { names: PackedNames; rank: Uint16Array } {
    const names = sortKeys([...this.ids].filter(([, id]) => used(id)).map(([name]) => name));
    const rank = new Uint16Array(this.ids.size);
    names.forEach((name, position) => {
      rank[this.ids.get(name)!] = position;
    });
    return { names: PackedNames.from(names), rank };
  }
}
