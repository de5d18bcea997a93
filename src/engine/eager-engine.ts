import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { MedgraftError } from '../base/errors.js';
import { checkInputs } from './check-inputs.js';
import type { CompiledProgram, Engine, NamedData, Program, Signature, TensorData } from './engine.js';
import { registerGradients } from './gradient-registry.js';

/**
 * Runs programs op by op on a tfjs backend: `cpu` is the oracle of the tests, `wasm` the last resort where
 * onnxruntime does not load. Nothing is compiled; inputs and outputs are copied.
 */
export async function createEagerEngine(name: 'cpu' | 'wasm', threads: number): Promise<Engine> {
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else await import('@tensorflow/tfjs-backend-wasm');
  registerGradients();
  if (!(await tf.setBackend(name))) {
    throw new MedgraftError('environment', 'engine.backend', `the tfjs backend ${name} does not start`);
  }
  return { name, threads: 1, compile: async (program) => new EagerProgram(program, name, threads) };
}

class EagerProgram implements CompiledProgram {
  readonly inputs: Signature;
  readonly outputs: Signature = {};

  constructor(
    private readonly program: Program,
    private readonly backend: string,
    readonly threads: number,
  ) {
    this.inputs = program.inputs;
  }

  async run(inputs: NamedData, into: NamedData = {}): Promise<NamedData> {
    checkInputs(this.program.name, this.inputs, inputs);
    await tf.setBackend(this.backend);
    const outputs: Record<string, TensorData> = {};
    tf.tidy(() => {
      const results = this.program.build(this.upload(inputs));
      for (const [name, tensor] of Object.entries(results)) outputs[name] = this.download(name, tensor, into[name]);
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

  private download(name: string, tensor: Tensor, target: TensorData | undefined): TensorData {
    (this.outputs as Record<string, Signature[string]>)[name] = {
      shape: tensor.shape,
      dtype: tensor.dtype as 'float32',
    };
    const values = tensor.dataSync() as TensorData;
    if (target === undefined) return values;
    target.set(values);
    return target;
  }
}
