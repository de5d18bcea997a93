/** Edges as they come, in growing typed arrays: 20 bytes an edge while it waits, so 10 M edges need 200 MB. */
import { grown } from './packed-names.js';
import type { EdgeColumns } from './sparse-rows.js';

export class EdgeList {
  private heads = new Uint32Array(1 << 10);
  private tails = new Uint32Array(1 << 10);
  private relations = new Uint16Array(1 << 10);
  private sources = new Uint16Array(1 << 10);
  private weights = new Float64Array(1 << 10);
  private count = 0;
  private weighted = false;

  get length(): number {
    return this.count;
  }

  add(head: number, relation: number, tail: number, weight: number, source: number): void {
    if (this.count === this.heads.length) this.grow();
    this.heads[this.count] = head;
    this.relations[this.count] = relation;
    this.tails[this.count] = tail;
    this.weights[this.count] = weight;
    this.sources[this.count] = source;
    this.weighted ||= weight !== 1;
    this.count++;
  }

  /** Whether a relation occurs between entities that have a number. [by number] */
  relationsInUse(entity: Int32Array, count: number): Uint8Array {
    const used = new Uint8Array(count);
    for (let i = 0; i < this.count; i++) {
      if (entity[this.heads[i]] >= 0 && entity[this.tails[i]] >= 0) used[this.relations[i]] = 1;
    }
    return used;
  }

  /** Keeps the edges of other sources, and gives those behind `source` the number before. */
  removeSource(source: number): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (this.sources[i] === source) continue;
      this.heads[kept] = this.heads[i];
      this.relations[kept] = this.relations[i];
      this.tails[kept] = this.tails[i];
      this.weights[kept] = this.weights[i];
      this.sources[kept] = this.sources[i] > source ? this.sources[i] - 1 : this.sources[i];
      kept++;
    }
    this.count = kept;
  }

  /** The edges with other numbers for entities and relations; those of which an end has none (-1) are left out. */
  renumbered(entity: Int32Array, relation: Uint16Array, sourceCount: number): EdgeColumns {
    const columns = {
      heads: new Uint32Array(this.count),
      relations: new Uint16Array(this.count),
      tails: new Uint32Array(this.count),
      weights: this.weighted ? new Float64Array(this.count) : undefined,
      sources: sourceCount > 1 ? new Uint16Array(this.count) : undefined,
    };
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const head = entity[this.heads[i]];
      const tail = entity[this.tails[i]];
      if (head < 0 || tail < 0) continue;
      columns.heads[kept] = head;
      columns.tails[kept] = tail;
      columns.relations[kept] = relation[this.relations[i]];
      if (columns.weights) columns.weights[kept] = this.weights[i];
      if (columns.sources) columns.sources[kept] = this.sources[i];
      kept++;
    }
    return {
      heads: columns.heads.subarray(0, kept),
      relations: columns.relations.subarray(0, kept),
      tails: columns.tails.subarray(0, kept),
      weights: columns.weights?.subarray(0, kept),
      sources: columns.sources?.subarray(0, kept),
    };
  }

  private grow(): void {
    this.heads = grown(this.heads, 0);
    this.tails = grown(this.tails, 0);
    this.relations = grown(this.relations, 0);
    this.sources = grown(this.sources, 0);
    this.weights = grown(this.weights, 0);
  }
}
