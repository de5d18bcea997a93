/**
 * One direction of one LSTM layer, forward and backward over packed steps. Products over all tokens are taken at once; what is
 * left for each step is the product with the recurrent weights and the gates. Letters: N tokens, I inputs, H hidden size, B rows
 * of a step.
 */
import type { LoadedLstmKernels } from '../kernels/lstm.js';
import type { LaneMemory } from './lane-memory.js';
import { type LayerProducts, SUMMED_ROWS } from './layer-products.js';
import type { WalkedStep } from './packed-steps.js';
import type { RecurrentWeights, StepProduct } from './recurrent-weights.js';

/** Addresses of what a layer keeps from its forward for its backward pass. */
export interface KeptRegions {
  /** [N, 4H]; gradients of the gates' arguments after the backward pass. */
  readonly gates: number;
  /** [N, H] */
  readonly cells: number;
  /** [N, H] hidden states of the step before. */
  readonly previous: number;
  /** [N, H] bytes */
  readonly mask: number;
}

/** Addresses of what the layers use in turn. */
export interface WorkRegions {
  /** [N, I] */
  readonly inputs: number;
  /** [N, H] */
  readonly hiddens: number;
  /** [B, 4H] */
  readonly recurrent: number;
  /** [B, H] */
  readonly carriedHiddens: number;
  readonly carriedCells: number;
  /** [4H, N or SUMMED_ROWS] */
  readonly turned: number;
}

/** Addresses of the results of a backward pass. */
export interface GradientRegions {
  /** [4H, I] */
  readonly inputWeights: number;
  /** [4H, H] */
  readonly hiddenWeights: number;
  /** [4H] */
  readonly bias: number;
}

export interface LayerSizes {
  readonly tokens: number;
  readonly samples: number;
  readonly inputs: number;
  readonly hidden: number;
}

export interface LayerParts {
  readonly memory: LaneMemory;
  readonly kernels: LoadedLstmKernels;
  readonly products: LayerProducts;
  readonly recurrent: RecurrentWeights;
  /** [4H, I] */
  readonly inputWeights: number;
  /** [4H], the sum of both. */
  readonly bias: number;
}

export class LayerDirection {
  constructor(private readonly parts: LayerParts) {}

  /** Reads work.inputs; writes work.hiddens and what is kept. */
  forward(
    sizes: LayerSizes,
    steps: readonly WalkedStep[],
    work: WorkRegions,
    kept: KeptRegions,
    byOnnx: boolean,
  ): void {
    const { memory, products, recurrent } = this.parts;
    const { tokens, inputs, hidden } = sizes;
    const gates = memory.view(kept.gates, tokens * 4 * hidden);
    const weights = memory.view(this.parts.inputWeights, 4 * hidden * inputs);
    products.multiply(
      [tokens, 4 * hidden, inputs],
      memory.view(work.inputs, tokens * inputs),
      weights,
      'transposed',
      gates,
    );
    const product = recurrent.product('forward', byOnnx);
    for (const step of steps) this.stepForward(hidden, step, work, kept, product);
  }

  private stepForward(h: number, step: WalkedStep, work: WorkRegions, kept: KeptRegions, product: StepProduct): void {
    const { memory, kernels, bias } = this.parts;
    const { start, count, continuing, passed } = step;
    const fresh = count - continuing;
    if (fresh > 0) memory.view(kept.previous, fresh * h, (start + continuing) * h).fill(0);
    const recurrent = memory.view(work.recurrent, continuing * 4 * h);
    if (continuing > 0) product(continuing, memory.view(kept.previous, continuing * h, start * h), recurrent);
    kernels.gates({
      ...{ hidden: h, count, continuing, passed, recurrent },
      pre: memory.view(kept.gates, count * 4 * h, start * 4 * h),
      bias: memory.view(bias, 4 * h),
      before: memory.view(kept.cells, continuing * h, step.before * h),
      cells: memory.view(kept.cells, count * h, start * h),
      hiddens: memory.view(work.hiddens, count * h, start * h),
      next: memory.view(kept.previous, passed * h, step.next * h),
    });
  }

  /** Reads gradients of the hidden states in work.hiddens, and work.inputs; writes weights' gradients, and over kept.gates. */
  backward(
    sizes: LayerSizes,
    steps: readonly WalkedStep[],
    work: WorkRegions,
    kept: KeptRegions,
    into: GradientRegions,
    byOnnx: boolean,
  ): void {
    const { memory, kernels, products, recurrent } = this.parts;
    const { tokens, samples, inputs, hidden } = sizes;
    for (const carried of [work.carriedHiddens, work.carriedCells]) memory.view(carried, samples * hidden).fill(0);
    const product = recurrent.product('backward', byOnnx);
    for (let i = steps.length - 1; i >= 0; i--) this.stepBackward(hidden, steps[i], work, kept, product);
    const gates = { data: memory.view(kept.gates, tokens * 4 * hidden), width: 4 * hidden };
    const rows = (address: number, width: number) => ({ data: memory.view(address, tokens * width), width });
    const met = [
      [rows(work.inputs, inputs), memory.view(into.inputWeights, 4 * hidden * inputs)],
      [rows(kept.previous, hidden), memory.view(into.hiddenWeights, 4 * hidden * hidden)],
    ] as const;
    const turned = memory.view(work.turned, Math.min(tokens, SUMMED_ROWS) * 4 * hidden);
    products.weightGradients(tokens, gates, met, turned);
    kernels.columnSums(tokens, 4 * hidden, gates.data, memory.view(into.bias, 4 * hidden));
  }

  private stepBackward(h: number, step: WalkedStep, work: WorkRegions, kept: KeptRegions, product: StepProduct): void {
    const { memory, kernels } = this.parts;
    const { start, count, continuing } = step;
    const gates = memory.view(kept.gates, count * 4 * h, start * 4 * h);
    const carriedHiddens = memory.view(work.carriedHiddens, count * h);
    kernels.gateGradients({
      ...{ hidden: h, count, continuing, gates, carriedHiddens },
      before: memory.view(kept.cells, continuing * h, step.before * h),
      cells: memory.view(kept.cells, count * h, start * h),
      gradients: memory.view(work.hiddens, count * h, start * h),
      carriedCells: memory.view(work.carriedCells, count * h),
    });
    if (continuing === 0) return;
    product(continuing, gates.subarray(0, continuing * 4 * h), carriedHiddens.subarray(0, continuing * h));
  }

  /** After `backward`: gradients of the inputs, [N, I], into `out`. */
  inputGradients({ tokens, inputs, hidden }: LayerSizes, kept: KeptRegions, out: number): void {
    const { memory, products, inputWeights } = this.parts;
    const gates = memory.view(kept.gates, tokens * 4 * hidden);
    const weights = memory.view(inputWeights, 4 * hidden * inputs);
    products.multiply([tokens, inputs, 4 * hidden], gates, weights, 'plain', memory.view(out, tokens * inputs));
  }
}
