/**
 * What a pickle of plain data becomes, and what may be written as one (Python's pickle protocols 0 to 5, PEP 307, 3154 and
 * 574). Tuples become arrays, dicts Maps: a key `__proto__` is a key.
 */
export type PickleValue =
  | null
  | boolean
  | number
  /** An int beyond the safe integers. */
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>;

/** A class or function that the pickle names and that is harmless here: a mark, nothing that could run. */
export class PickleGlobal {
  constructor(
    /** `module.name` */
    readonly name: string,
    readonly offset: number,
  ) {}
}

/** A numpy dtype of one number, between its construction and its use by a scalar. */
export class NumberType {
  littleEndian = true;

  constructor(
    /** As numpy writes it: `f8`, `i4`, `u1`, `b1`. */
    readonly code: string,
    readonly offset: number,
  ) {}
}

/** What only a dialect builds, a tensor for example: a leaf among plain values. */
export abstract class PickleForeign {
  abstract readonly kind: string;
}

/** What lies on the reader's stack. */
export type PickleCell = PickleValue | PickleGlobal | NumberType | PickleForeign;

export interface PickleLimits {
  /** Containers within containers. */
  depth: number;
  /** Values, those that several places share counted in each. */
  values: number;
  /** Bytes of one int. */
  intBytes: number;
}

export const PICKLE_LIMITS: PickleLimits = { depth: 64, values: 100_000_000, intBytes: 256 };
