/** Entities out of the ends of triples, where a source lists none: each is made where its name appears first. */
import type { TripleRecord } from '../graph-store.js';
import type { SourceRow } from './source-row.js';

type Place = Pick<SourceRow, 'file' | 'line'>;

const NONE: readonly SourceRow[] = [];

export class NewEnds {
  private readonly seen = new Set<string>();
  private readonly types: string[];

  /** @param type of all entities */
  constructor(type: string | undefined) {
    this.types = type === undefined ? [] : [type];
  }

  /** Of most triples there are none, so nothing is made for them. */
  of({ head, tail }: TripleRecord, place: Place): readonly SourceRow[] {
    const first = this.isNew(head);
    const second = this.isNew(tail);
    if (!first && !second) return NONE;
    if (first && second) return [this.row(head, place), this.row(tail, place)];
    return [this.row(first ? head : tail, place)];
  }

  private isNew(name: string): boolean {
    const before = this.seen.size;
    return this.seen.add(name).size !== before;
  }

  private row(name: string, { file, line }: Place): SourceRow {
    return { kind: 'entity', entity: { key: name, name, types: this.types, aliases: [] }, file, line };
  }
}
