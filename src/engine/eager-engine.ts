import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { MedgraftError } from '../base/errors.js';
import { checkInputs, checkTargets } from './check-inputs.js';
import type { CompiledProgram, Engine, NamedData, Program, Signature, TensorData } from './engine.js';
import { registerGradients } from './gradient-registry.js';
import { captureProgram } from './onnx/capture-backend.js';
import { registerSegmentSum } from './segment-sum-kernel.js';

/**
 * Runs programs op by op on a tfjs backend, on one thread: `cpu` is the oracle of the tests, `wasm` the last resort
 * where onnxruntime does not load. Nothing is compiled, only the outputs' shapes are found; all data are copied.
 */
export async function createEagerEngine(name: 'cpu' | 'wasm'): Promise<Engine> {
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else await import('@tensorflow/tfjs-backend-wasm');
  registerGradients();
  registerSegmentSum(name);
  if (!(await tf.setBackend(name))) {
    throw new MedgraftError('environment', 'engine.backend', `the tfjs backend ${name} does not start`);
  }
  return { name, threads: 1, compile: async (program) => new EagerProgram(program, name) };
}

class EagerProgram implements CompiledProgram {
  readonly inputs: Signature;
  readonly outputs: Signature;

  constructor(
    private readonly program: Program,
    private readonly backend: string,
  ) {
    this.inputs = program.inputs;
    const { outputs } = captureProgram(program);
    this.outputs = Object.fromEntries(
      Object.entries(outputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
    );
  }

  async run(inputs: NamedData, into: NamedData = {}): Promise<NamedData> {
    checkInputs(this.program.name, this.inputs, inputs);
    checkTargets(this.program.name, this.outputs, into);
    // Another engine may have chosen another backend while this one waited.
    while (tf.getBackend() !== this.backend) await tf.setBackend(this.backend);
    const outputs: Record<string, TensorData> = {};
    tf.tidy(() => {
      const results = this.program.build(this.upload(inputs));
      for (const [name, tensor] of Object.entries(results)) outputs[name] = download(tensor, into[name]);
    });
    return outputs;
  }

  async dispose(): Promise<void> {}

  private upload(inputs: NamedData): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { shape, dtype }] of Object.entries(this.inputs)) {
      tensors[name] = tf.tensor(inputs[name].slice(), [...shape], dtype);
    }
    return tensors;
  }
}

function download(tensor: Tensor, target: TensorData | undefined): TensorData {
  const values = tensor.dataSync() as TensorData;
  if (target === undefined) return values;
  target.set(values);
  return target;
}
