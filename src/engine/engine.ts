import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The contract between models and whatever computes them. A program is a pure function of tensors, written once with
 * tfjs-core ops: parameters and batch in, loss and gradients out. Optimizer, clipping and accumulation stand outside.
 */
export type DataType = 'float32' | 'int32' | 'bool';
export type TensorData = Float32Array | Int32Array | Uint8Array;

export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}
export type Signature = Readonly<Record<string, TensorSpec>>;
/** Name -> flat row-major values; the typed array fits the dtype (bool is Uint8Array). */
export type NamedData = Readonly<Record<string, TensorData>>;

export interface Program {
  /** For messages and profiles. */
  readonly name: string;
  readonly inputs: Signature;
  /** Builds the outputs from the inputs. Reads no values and no outside state: shapes decide everything. */
  build(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}

export interface CompiledProgram {
  readonly inputs: Signature;
  readonly outputs: Signature;
  /**
   * Runs the program once. Inputs and `into` may be views of an unshared WebAssembly memory and are not copied by the
   * `onnx` engine. Outputs named in `into` are written there; the rest are allocated. Blocks the calling thread.
   * @throws MedgraftError `engine.input` when a name, dtype or length does not fit the signature
   */
  run(inputs: NamedData, into?: NamedData): Promise<NamedData>;
  dispose(): Promise<void>;
}

export interface Engine {
  readonly name: 'onnx' | 'wasm' | 'cpu';
  readonly threads: number;
  compile(program: Program): Promise<CompiledProgram>;
}
