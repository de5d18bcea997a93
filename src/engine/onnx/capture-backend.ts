import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { MedgraftError } from '../../base/errors.js';
import type { DataType, Program } from '../engine.js';
import { registerGradients } from '../gradient-registry.js';
import { registerCaptureKernels } from './capture-kernels.js';
import { simplify } from './passes/simplify.js';
import { type ConstantData, ProgramGraph, type Value } from './program-graph.js';

/**
 * A tfjs backend whose data are symbols: it records what a program does instead of doing it. Shapes decide everything,
 * so reading a value is an error that names it.
 */
const BACKEND = 'medgraft-capture';

export interface CapturedProgram {
  readonly graph: ProgramGraph;
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * Records one program. All tfjs memory that it took is released.
 * @throws MedgraftError `engine.symbolic-read` when the program looks at a value
 */
export function captureProgram(program: Program): CapturedProgram {
  registerGradients();
  const backend = captureBackend();
  const engine = tf.engine();
  const previous = engine.backendName;
  const graph = new ProgramGraph(simplify);
  backend.begin(graph, program.name);
  // Effective at once: the factory is synchronous.
  void tf.setBackend(BACKEND);
  try {
    const outputs: Record<string, Value> = {};
    tf.tidy(() => {
      const built = program.build(backend.inputs(program));
      for (const [name, tensor] of Object.entries(built)) outputs[name] = backend.symbolOf(tensor.dataId);
    });
    return { graph, outputs };
  } finally {
    backend.end();
    if (previous && previous !== BACKEND) void tf.setBackend(previous);
  }
}

function captureBackend(): CaptureBackend {
  const known = tf.findBackend(BACKEND);
  if (known) return known as CaptureBackend;
  const backend = new CaptureBackend();
  tf.registerBackend(BACKEND, () => backend);
  registerCaptureKernels(BACKEND, {
    graph: () => backend.graph(),
    symbolOf: (dataId) => backend.symbolOf(dataId),
    keep: (value) => backend.keep(value),
  });
  return tf.findBackend(BACKEND) as CaptureBackend;
}

class CaptureBackend extends tf.KernelBackend {
  private readonly symbols = new Map<object, { value: Value; references: number }>();
  private current: ProgramGraph | undefined;
  private programName = '';

  begin(graph: ProgramGraph, name: string): void {
    this.current = graph;
    this.programName = name;
  }

  end(): void {
    this.current = undefined;
  }

  graph(): ProgramGraph {
    if (!this.current) throw new Error('an op ran on the capture backend outside a capture');
    return this.current;
  }

  inputs(program: Program): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { shape, dtype }] of Object.entries(program.inputs)) {
      const dataId = this.keep(this.graph().input(name, [...shape], dtype));
      tensors[name] = tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, this);
    }
    return tensors;
  }

  symbolOf(dataId: object): Value {
    const symbol = this.symbols.get(dataId);
    if (!symbol) throw new Error('a tensor of another backend entered a captured program');
    return symbol.value;
  }

  keep(value: Value): object {
    const dataId = {};
    this.symbols.set(dataId, { value, references: 1 });
    return dataId;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.keep(this.graph().constant(asData(values, dtype), shape, dtype as DataType));
  }

  override move(): void {
    throw new Error('a tensor of another backend entered a captured program');
  }

  override readSync(dataId: object): tf.BackendValues {
    const { op, shape } = this.symbolOf(dataId);
    throw new MedgraftError('input', 'engine.symbolic-read', 'a program looked at a value while it was captured', {
      place: this.programName,
      expected: 'a function of shapes only',
      got: `a read of ${op} [${shape.join(', ')}]`,
    });
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override incRef(dataId: object): void {
    const symbol = this.symbols.get(dataId);
    if (symbol) symbol.references++;
  }

  override refCount(dataId: object): number {
    return this.symbols.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: object, force = false): boolean {
    const symbol = this.symbols.get(dataId);
    if (!symbol) return true;
    symbol.references--;
    if (!force && symbol.references > 0) return false;
    this.symbols.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.symbols.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.symbols.clear();
  }
}

function asData(values: tf.BackendValues, dtype: tf.DataType): ConstantData {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'int32') return Int32Array.from(numbers);
  return dtype === 'bool' ? Uint8Array.from(numbers) : Float32Array.from(numbers);
}
