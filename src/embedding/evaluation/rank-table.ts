/**
 * Ranks of triples as a scorer gives them, tail and head asked for, filled in by one thread or several: a row a triple and
 * side. Where scores tie, the rank is optimistic (1 + better), pessimistic (better + equal) or realistic (their mean;
 * Berrendorf et al. 2020).
 */
const SIDES = ['tail', 'head'] as const;
const FIELDS = ['optimistic', 'pessimistic', 'rawOptimistic', 'rawPessimistic', 'candidates', 'rawCandidates'] as const;

export type RankSide = (typeof SIDES)[number];
export type RankField = (typeof FIELDS)[number];

export class RankTable {
  private readonly values: Float64Array;

  /** @param memory shared with other threads; default: one of its own */
  constructor(
    readonly count: number,
    readonly memory = new SharedArrayBuffer(RankTable.bytes(count)),
  ) {
    this.values = new Float64Array(memory);
  }

  static bytes(count: number): number {
    return SIDES.length * FIELDS.length * count * 8;
  }

  /**
   * [count] ranks among candidates that are not known to be true (`raw`: whether true or not), and how many candidates there
   * were, the answer included.
   */
  column(side: RankSide, field: RankField): Float64Array {
    const at = (SIDES.indexOf(side) * FIELDS.length + FIELDS.indexOf(field)) * this.count;
    return this.values.subarray(at, at + this.count);
  }

  /** Takes over the ranks of some triples, from the place `from` on. */
  put(from: number, part: RankTable): void {
    for (const side of SIDES) for (const field of FIELDS) this.column(side, field).set(part.column(side, field), from);
  }

  /** Means of optimistic and pessimistic ranks. */
  realistic(side: RankSide, raw = false): Float64Array {
    const pessimistic = this.column(side, raw ? 'rawPessimistic' : 'pessimistic');
    const optimistic = this.column(side, raw ? 'rawOptimistic' : 'optimistic');
    return optimistic.map((rank, i) => (rank + pessimistic[i]) / 2);
  }
}
