import type { DataType } from '../engine.js';

/**
 * A captured program: values in single static assignment, in the order in which they were made, so that every value
 * follows its inputs. Equal expressions are one value (hash-consing) and trivial ones are simplified as they are made.
 */
export interface Value {
  readonly id: number;
  /** A tfjs kernel name; or `Input` {name}, `Constant` {data}, `Uniform` {value}, `BroadcastTo` {}. */
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

export type Attributes = Readonly<Record<string, unknown>>;
export type Expression = Omit<Value, 'id'>;
/** Gives a simpler value for an expression, or undefined. */
export type Rule = (graph: ProgramGraph, expression: Expression) => Value | undefined;
export type ConstantData = Float32Array | Int32Array | Uint8Array;

/** Larger constants are not compared with each other. */
const COMPARED_CONSTANT = 64;

export class ProgramGraph {
  private readonly values: Value[] = [];
  private readonly known = new Map<string, Value>();

  constructor(private readonly simplify: Rule) {}

  /** The value of an expression: an earlier equal one, a simpler one, or a new one. */
  add(expression: Expression): Value {
    const simpler = this.simplify(this, expression);
    if (simpler) return simpler;
    const key = keyOf(expression);
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return known;
    const value: Value = { id: this.values.length, ...expression };
    this.values.push(value);
    if (key !== undefined) this.known.set(key, value);
    return value;
  }

  input(name: string, shape: readonly number[], dtype: DataType): Value {
    return this.add({ op: 'Input', inputs: [], attributes: { name }, shape, dtype });
  }

  /** A tensor of one repeated number. */
  uniform(value: number, shape: readonly number[], dtype: DataType): Value {
    return this.add({ op: 'Uniform', inputs: [], attributes: { value }, shape, dtype });
  }

  constant(data: ConstantData, shape: readonly number[], dtype: DataType): Value {
    const first = data[0];
    if (data.length > 0 && data.every((value) => value === first)) return this.uniform(first, shape, dtype);
    return this.add({ op: 'Constant', inputs: [], attributes: { data }, shape, dtype });
  }

  /** What the outputs depend on, inputs before users: dead code is left out. */
  reachable(outputs: Iterable<Value>): Value[] {
    const alive = new Set<number>();
    const pending = [...outputs];
    for (let value = pending.pop(); value; value = pending.pop()) {
      if (alive.has(value.id)) continue;
      alive.add(value.id);
      pending.push(...value.inputs);
    }
    return this.values.filter(({ id }) => alive.has(id));
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

function keyOf({ op, inputs, attributes, shape, dtype }: Expression): string | undefined {
  const { data, ...rest } = attributes as { data?: ConstantData };
  if (data && data.length > COMPARED_CONSTANT) return undefined;
  const numbers = data ? [...data].join() : '';
  return [op, inputs.map(({ id }) => id).join(), shape.join(), dtype, JSON.stringify(rest), numbers].join('|');
}
