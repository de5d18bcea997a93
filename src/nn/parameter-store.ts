import { CounterRandom } from '../base/random.js';
import { Arena } from '../engine/arena.js';
import type { Signature } from '../engine/engine.js';

/** How a parameter starts: BERT's truncated normal (cut at two deviations), uniform in +-bound, zeros, ones, or given values. */
export type Initializer =
  | { kind: 'normal'; deviation: number }
  | { kind: 'uniform'; bound: number }
  | { kind: 'zeros' }
  | { kind: 'ones' }
  | { kind: 'values'; values: Float32Array };

export interface ParameterSpec {
  /** As in Hugging Face checkpoints, for example `bert.encoder.layer.0.attention.self.query.weight`. */
  name: string;
  shape: readonly number[];
  initial: Initializer;
  /** Weight decay applies; bias and LayerNorm are exempt. */
  decay: boolean;
  /** Frozen parameters have no gradient and no moments. */
  trainable: boolean;
}

/** Parameters by the names that files have for them: a store's own, or a part of it under other names. */
export interface NamedParameters {
  names(): string[];
  spec(name: string): Pick<ParameterSpec, 'shape'>;
  /** A live view of the parameter's values. */
  value(name: string): Float32Array;
}

/**
 * All parameters of a model in one arena: a block of values, one of gradients and two of moments, each contiguous with
 * the decayed parameters first, so that the optimizer is one pass over four arrays. Trainable before frozen.
 */
export class ParameterStore implements NamedParameters {
  readonly arena: Arena;
  /** Length T = trainable scalars: values, gradients, first and second moments; `values` goes on with the frozen ones. */
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  /** Scalars [0, decayed) are decayed, [decayed, trainable) are not, the rest is frozen. */
  readonly decayed: number;
  readonly trainable: number;
  private readonly places = new Map<string, { spec: ParameterSpec; offset: number; length: number }>();

  /**
   * @param scratchBytes room in the same arena for batch inputs, dropout masks and gathered rows
   */
  constructor(specs: readonly ParameterSpec[], seed: number, scratchBytes = 0) {
    const ordered = [
      ...specs.filter((spec) => spec.trainable && spec.decay),
      ...specs.filter((spec) => spec.trainable && !spec.decay),
      ...specs.filter((spec) => !spec.trainable),
    ];
    let offset = 0;
    this.decayed = 0;
    this.trainable = 0;
    for (const spec of ordered) {
      const length = spec.shape.reduce((product, side) => product * side, 1);
      this.places.set(spec.name, { spec, offset, length });
      offset += padded(length);
      if (spec.trainable) this.trainable = offset;
      if (spec.trainable && spec.decay) this.decayed = offset;
    }
    this.arena = new Arena(Arena.bytesFor(offset, this.trainable, this.trainable, this.trainable) + scratchBytes);
    this.values = this.arena.float32(offset);
    this.gradients = this.arena.float32(this.trainable);
    this.firstMoments = this.arena.float32(this.trainable);
    this.secondMoments = this.arena.float32(this.trainable);
    for (const { spec } of this.places.values()) initialise(this.value(spec.name), spec, seed);
  }

  names(): string[] {
    return [...this.places.keys()];
  }

  spec(name: string): ParameterSpec {
    return this.place(name).spec;
  }

  /** A live view of the parameter's values. */
  value(name: string): Float32Array {
    const { offset, length } = this.place(name);
    return this.values.subarray(offset, offset + length);
  }

  /** A live view of its gradient. */
  gradient(name: string): Float32Array {
    const { offset, length } = this.place(name);
    return this.gradients.subarray(offset, offset + length);
  }

  /** Live views of its two moments. */
  moments(name: string): [Float32Array, Float32Array] {
    const { offset, length } = this.place(name);
    return [this.firstMoments.subarray(offset, offset + length), this.secondMoments.subarray(offset, offset + length)];
  }

  /** The parameters as program inputs. */
  signature(names: readonly string[] = this.names()): Signature {
    return Object.fromEntries(names.map((name) => [name, { shape: this.spec(name).shape, dtype: 'float32' as const }]));
  }

  scalarCount(): number {
    let count = 0;
    for (const { length } of this.places.values()) count += length;
    return count;
  }

  private place(name: string) {
    const place = this.places.get(name);
    if (!place) throw new RangeError(`no parameter ${name}`);
    return place;
  }
}

/** Every parameter starts on a 64-byte boundary; the gap stays zero in all four blocks. */
function padded(length: number): number {
  return Math.ceil(length / 16) * 16;
}

function initialise(target: Float32Array, spec: ParameterSpec, seed: number): void {
  const { initial } = spec;
  if (initial.kind === 'zeros') target.fill(0);
  else if (initial.kind === 'ones') target.fill(1);
  else if (initial.kind === 'values') target.set(initial.values);
  else {
    const random = new CounterRandom(seed, `parameter.${spec.name}`);
    if (initial.kind === 'normal') fillTruncatedNormal(target, initial.deviation, random);
    else for (let i = 0; i < target.length; i++) target[i] = (2 * random.uniform(0, i) - 1) * initial.bound;
  }
}

function fillTruncatedNormal(target: Float32Array, deviation: number, random: CounterRandom): void {
  for (let i = 0; i < target.length; i++) {
    let attempt = 0;
    let value = random.normal(attempt, i);
    while (Math.abs(value) > 2) value = random.normal(++attempt, i);
    target[i] = value * deviation;
  }
}
