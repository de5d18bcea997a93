/**
 * The recurrent weights W [4H, H] of a layer, packed once for the products of all steps: by onnxruntime, as a constant of a
 * session, which is opened anew when the weights change, or for the WebAssembly kernel, which is sooner ready.
 */
import type { LoadedLstmKernels } from '../kernels/lstm.js';
import { type Factors, type OnnxBinding, openProducts, type Session } from '../onnx/onnx-binding.js';
import type { LaneMemory } from './lane-memory.js';

/** The product of a step, [rows, H] to [rows, 4H] or back. */
export type StepProduct = (rows: number, from: Float32Array, to: Float32Array) => void;

/** h W^T, or g W. */
type Way = 'forward' | 'backward';

const PRODUCTS: Record<Way, Record<string, Factors>> = {
  forward: {
    c: [
      ['a', 'plain'],
      ['w', 'transposed'],
    ],
  },
  backward: {
    c: [
      ['a', 'plain'],
      ['w', 'plain'],
    ],
  },
};
const PANEL = 8;

export class RecurrentWeights {
  private readonly panels: Record<Way, number>;
  private readonly sessions = new Map<Way, Session>();
  private readonly packed = new Set<Way>();
  private weights: Float32Array = new Float32Array(0);

  /** @param staging address of 4 H H floats in which nobody keeps anything */
  constructor(
    private readonly hidden: number,
    private readonly memory: LaneMemory,
    private readonly kernels: LoadedLstmKernels,
    private readonly binding: OnnxBinding | undefined,
    private readonly staging: number,
  ) {
    const wide = Math.ceil((4 * hidden) / PANEL) * PANEL * hidden;
    const narrow = Math.ceil(hidden / PANEL) * PANEL * 4 * hidden;
    this.panels = { forward: memory.floats(wide), backward: memory.floats(narrow) };
  }

  /** @param weights read until they change, and then given anew */
  change(weights: Float32Array): void {
    this.weights = weights;
    this.packed.clear();
    this.close();
  }

  close(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  product(way: Way, byOnnx: boolean): StepProduct {
    return byOnnx && this.binding ? this.onnxProduct(way, this.binding) : this.kernelProduct(way);
  }

  private onnxProduct(way: Way, binding: OnnxBinding): StepProduct {
    const { hidden } = this;
    const session = this.sessions.get(way) ?? this.open(way, binding);
    const [from, to] = way === 'forward' ? [hidden, 4 * hidden] : [4 * hidden, hidden];
    const { Tensor } = binding;
    return (rows, a, c) =>
      session.run({ a: new Tensor('float32', a, [rows, from]) }, { c: new Tensor('float32', c, [rows, to]) }, {});
  }

  private open(way: Way, binding: OnnxBinding): Session {
    const constant = { name: 'w', shape: [4 * this.hidden, this.hidden], values: this.staged() };
    const session = openProducts(binding, ['a'], PRODUCTS[way], [constant]);
    this.sessions.set(way, session);
    return session;
  }

  private staged(): Float32Array {
    const staged = this.memory.view(this.staging, 4 * this.hidden ** 2);
    staged.set(this.weights);
    return staged;
  }

  private kernelProduct(way: Way): StepProduct {
    const { hidden, memory, kernels } = this;
    const [from, to] = way === 'forward' ? [hidden, 4 * hidden] : [4 * hidden, hidden];
    const length = Math.ceil(to / PANEL) * PANEL * from;
    if (!this.packed.has(way)) {
      const [row, column] = way === 'forward' ? [1, hidden] : [hidden, 1];
      kernels.packPanels(this.staged(), row, column, to, from, memory.view(this.panels[way], length));
      this.packed.add(way);
    }
    const panels = memory.view(this.panels[way], length);
    return (rows, a, c) => kernels.packedProduct(rows, to, from, a, panels, c);
  }
}
