/**
 * The only source of randomness: Philox 4x32-10, a counter-based generator (Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3", SC'11). A draw is a pure function of (seed, purpose, step, index), so a resumed
 * run draws what an uninterrupted one draws, and nothing has to be saved.
 */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_POW_32 = 4294967296;
const CARRY = 2048;

/**
 * High 32 bits of the product of two unsigned 32-bit numbers, of which `low` are the low ones. The product is rounded to 53
 * bits, off by less than 2^11: its high bits are right unless the low ones are as near to a carry, and then what is left
 * without them is a multiple of 2^32.
 */
function multiplyHigh(a: number, b: number, low: number): number {
  if ((low + CARRY) >>> 0 >= 2 * CARRY) return ((a / TWO_POW_32) * b) >>> 0;
  return ((a * b - low) / TWO_POW_32 + 0.5) >>> 0;
}

/** One Philox block: writes four unsigned words for the counter (c0..c3) under the key (k0, k1) into `out`. */
export function philoxBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high0 = multiplyHigh(MULTIPLIER_0, c0, low0);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2, low1);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** FNV-1a, 32 bits: turns a purpose such as `"smedbert.mask"` into a counter word. */
export function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Draws for one purpose. `step` and `index` are unsigned 32-bit; the fourth counter word separates the lanes that
 * `child` opens, so nested decisions (sample, then token) never share a draw.
 */
export class CounterRandom {
  private readonly block = new Uint32Array(4);
  private readonly keyLow: number;
  private readonly keyHigh: number;
  private readonly purpose: number;

  /** @param seed any non-negative safe integer */
  constructor(
    readonly seed: number,
    purpose: string,
    private readonly lane = 0,
  ) {
    this.keyLow = seed >>> 0;
    this.keyHigh = Math.floor(seed / TWO_POW_32) >>> 0;
    this.purpose = hashPurpose(purpose);
  }

  /** A 32-bit unsigned integer. */
  uint32(step: number, index: number): number {
    philoxBlock(index >>> 0, step >>> 0, this.purpose, this.lane, this.keyLow, this.keyHigh, this.block);
    return this.block[0];
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(step: number, index: number): number {
    return this.uint32(step, index) / TWO_POW_32;
  }

  /** A uniform integer in [0, limit); `limit` at most 2^32. The bias is below limit / 2^53. */
  below(limit: number, step: number, index: number): number {
    this.uint32(step, index);
    const fraction = (this.block[0] * 2097152 + (this.block[1] >>> 11)) / 9007199254740992;
    return Math.floor(fraction * limit);
  }

  /** Standard normal by Box and Muller. */
  normal(step: number, index: number): number {
    this.uint32(step, index);
    const radius = Math.sqrt(-2 * Math.log((this.block[0] + 1) / TWO_POW_32));
    return radius * Math.cos((2 * Math.PI * this.block[1]) / TWO_POW_32);
  }

  /** Fills `out` with unsigned words, four per block: word `first`, a multiple of four, onwards of `step`. */
  fillUint32(out: Uint32Array, step: number, first = 0): void {
    for (let i = 0; i < out.length; i += 4) {
      philoxBlock((first + i) / 4, step >>> 0, this.purpose, this.lane, this.keyLow, this.keyHigh, this.block);
      for (let j = 0; j < 4 && i + j < out.length; j++) out[i + j] = this.block[j];
    }
  }
}

/**
 * A permutation of 0..size-1 that is computed, not stored: a four-round Feistel network over the next even power of
 * two with cycle walking (Black and Rogaway 2002). Used to shuffle corpora of any size with random access.
 */
export class CounterPermutation {
  private readonly random: CounterRandom;
  private readonly halfBits: number;
  private readonly mask: number;

  constructor(
    readonly size: number,
    seed: number,
    purpose: string,
    private readonly epoch: number,
  ) {
    this.random = new CounterRandom(seed, purpose, 1);
    const bits = Math.max(2, Math.ceil(Math.log2(Math.max(2, size))));
    this.halfBits = Math.ceil(bits / 2);
    this.mask = 2 ** this.halfBits - 1;
  }

  /** The element at `position`, for 0 <= position < size. */
  at(position: number): number {
    let value = position;
    do value = this.encrypt(value);
    while (value >= this.size);
    return value;
  }

  private encrypt(value: number): number {
    const base = this.mask + 1;
    let left = Math.floor(value / base);
    let right = value % base;
    for (let round = 0; round < 4; round++) {
      const mixed = (left ^ this.random.uint32(this.epoch * 4 + round, right)) & this.mask;
      left = right;
      right = mixed >>> 0;
    }
    return left * base + right;
  }
}
