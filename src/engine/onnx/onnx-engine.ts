import type * as Onnx from 'onnxruntime-node';
import { MedgraftError } from '../../base/errors.js';
import { checkInputs, checkTargets } from '../check-inputs.js';
import type { CompiledProgram, Engine, NamedData, Program, Signature, TensorData, TensorSpec } from '../engine.js';
import { captureProgram } from './capture-backend.js';
import { inputType, lowerProgram } from './lowering/lower-program.js';

/**
 * Runs programs by onnxruntime: captured once, lowered to an ONNX graph with its backward pass, compiled to a session.
 * Inputs and preallocated outputs are handed over without a copy, also as views of an unshared WebAssembly memory.
 * `run` blocks its thread, so training belongs into a process of its own.
 */
export async function createOnnxEngine(threads: number): Promise<Engine> {
  const runtime = await loadRuntime();
  return {
    name: 'onnx',
    threads,
    async compile(program) {
      const { model, used, outputs } = lowerProgram(program.name, captureProgram(program));
      const session = await runtime.InferenceSession.create(model, sessionOptions(threads));
      return new OnnxProgram(runtime, session, program, used, outputs);
    },
  };
}

async function loadRuntime(): Promise<typeof Onnx> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.backend', 'onnxruntime does not load on this machine', {
      hint: 'choose the engine wasm',
      cause,
    });
  }
}

function sessionOptions(threads: number): Onnx.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The program is simplified already, and onnxruntime would fold its transposes back into the slower products.
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    // Denormal numbers cost hundreds of cycles; spinning workers would fight other processes for the cores.
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  };
}

class OnnxProgram implements CompiledProgram {
  readonly inputs: Signature;

  constructor(
    private readonly runtime: typeof Onnx,
    private readonly session: Onnx.InferenceSession,
    private readonly program: Program,
    private readonly used: readonly string[],
    readonly outputs: Signature,
  ) {
    this.inputs = program.inputs;
  }

  async run(inputs: NamedData, into: NamedData = {}): Promise<NamedData> {
    checkInputs(this.program.name, this.inputs, inputs);
    checkTargets(this.program.name, this.outputs, into);
    const feeds: Record<string, Onnx.Tensor> = {};
    for (const name of this.used) feeds[name] = this.tensor(this.inputs[name], inputs[name], true);
    const fetches: Record<string, Onnx.Tensor | null> = {};
    for (const [name, spec] of Object.entries(this.outputs)) {
      fetches[name] = into[name] ? this.tensor(spec, into[name], false) : null;
    }
    const results = await this.session.run(feeds, fetches);
    const outputs: Record<string, TensorData> = {};
    for (const name of Object.keys(this.outputs)) outputs[name] = into[name] ?? (results[name].data as TensorData);
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private tensor({ shape, dtype }: TensorSpec, data: TensorData, isInput: boolean): Onnx.Tensor {
    return new this.runtime.Tensor(isInput ? inputType(dtype) : dtype, data as Float32Array, [...shape]);
  }
}
