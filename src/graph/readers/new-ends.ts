/** Entities out of the ends of triples, where a source lists none: each is made where its name appears first. */
import type { TripleRecord } from '../graph-store.js';
import type { SourceRow } from './source-row.js';

export class NewEnds {
  private readonly seen = new Set<string>();
  private readonly types: string[];

  /** @param type of all entities */
  constructor(type: string | undefined) {
    this.types = type === undefined ? [] : [type];
  }

  *of({ head, tail }: TripleRecord, { file, line }: { file: string; line: number }): Generator<SourceRow> {
    for (const name of [head, tail]) {
      const before = this.seen.size;
      if (this.seen.add(name).size === before) continue;
      yield { kind: 'entity', entity: { key: name, name, types: this.types, aliases: [] }, file, line };
    }
  }
}
