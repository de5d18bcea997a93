import type { OnnxAttribute, OnnxInitializer, OnnxNode, OnnxType } from '../../../formats/onnx-model.js';
import type { DataType } from '../../engine.js';
import { type ConstantData, sizeOf } from '../program-graph.js';

/** Collects the nodes and constants of an ONNX graph; equal constants are stored once. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: string;
}

/** Uniform tensors above this size are expanded at run time rather than stored. */
const STORED_UNIFORM = 16;
/** No name of a program's input contains it. */
const NODE_PREFIX = '#';

export class OnnxBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly copies: OnnxNode[] = [];
  private readonly outputs = new Map<string, string>();
  readonly initializers: OnnxInitializer[] = [];
  private readonly stored = new Map<string, string>();
  private readonly known = new Map<string, string>();

  /** Adds a node with one output, or finds an equal one, and returns the output's name. */
  node(type: string, inputs: readonly string[], { attributes = {}, domain = '' }: NodeOptions = {}): string {
    const key = JSON.stringify([type, inputs, attributes]);
    const known = this.known.get(key);
    if (known) return known;
    const output = `${NODE_PREFIX}${this.nodes.length}`;
    this.nodes.push({ type, domain, inputs, outputs: [output], attributes });
    this.known.set(key, output);
    return output;
  }

  /** Names an output of the model: the node that makes it writes there; a second name or an input is copied. */
  output(name: string, value: string): void {
    if (value.startsWith(NODE_PREFIX) && !this.outputs.has(value)) this.outputs.set(value, name);
    else this.copies.push({ type: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
  }

  /** The nodes in order, with the outputs' names. */
  finish(): OnnxNode[] {
    const rename = (name: string) => this.outputs.get(name) ?? name;
    return [...this.nodes, ...this.copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
  }

  /** A list of integers, as shapes and axes are given. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.store('int64', [values.length], bytes);
  }

  float(value: number): string {
    return this.store('float32', [], bytesOf(Float32Array.of(value)));
  }

  floats(values: readonly number[]): string {
    return this.store('float32', [values.length], bytesOf(Float32Array.from(values)));
  }

  integer(value: number): string {
    return this.store('int32', [], bytesOf(Int32Array.of(value)));
  }

  constant(data: ConstantData, shape: readonly number[], dtype: DataType): string {
    return this.store(dtype, shape, bytesOf(data));
  }

  uniform(value: number, shape: readonly number[], dtype: DataType): string {
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    const size = sizeOf(shape);
    if (size <= STORED_UNIFORM) return this.constant(new arrays[dtype](size).fill(value), shape, dtype);
    return this.expand(this.constant(arrays[dtype].of(value), [], dtype), shape);
  }

  reshape(value: string, shape: readonly number[]): string {
    return this.node('Reshape', [value, this.integers(shape)]);
  }

  transpose(value: string): string {
    return this.node('Transpose', [value], { attributes: { perm: [1, 0] } });
  }

  expand(value: string, shape: readonly number[]): string {
    return this.node('Expand', [value, this.integers(shape)]);
  }

  cast(value: string, to: number): string {
    return this.node('Cast', [value], { attributes: { to } });
  }

  private store(type: OnnxType, shape: readonly number[], bytes: Uint8Array): string {
    const key = `${type}|${shape.join()}|${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
    const known = this.stored.get(key);
    if (known) return known;
    const name = `constant#${this.initializers.length}`;
    this.initializers.push({ name, type, shape, bytes });
    this.stored.set(key, name);
    return name;
  }
}

function bytesOf(values: ConstantData): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
