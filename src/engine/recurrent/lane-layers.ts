/** The layers of one direction in one memory: what lasts from batch to batch, and the regions of a batch. */
import { type LoadedLstmKernels, loadLstmKernels, lstmScratch } from '../kernels/lstm.js';
import { loadBinding } from '../onnx/onnx-binding.js';
import { LaneMemory } from './lane-memory.js';
import { type GradientRegions, type KeptRegions, LayerDirection, type WorkRegions } from './layer-direction.js';
import { LayerProducts, SUMMED_ROWS } from './layer-products.js';
import type { LstmBoard } from './lstm-board.js';
import {
  type LayerNames,
  type LstmShape,
  layerInputs,
  layerNames,
  parameterPlaces,
  widestInput,
} from './lstm-shape.js';
import { RecurrentWeights } from './recurrent-weights.js';

/** What computes the products. */
export type LstmProducts = 'onnx' | 'wasm';

/** One layer and where its weights lie. */
interface LaneLayer {
  readonly direction: LayerDirection;
  readonly recurrent: RecurrentWeights;
  readonly names: LayerNames;
  readonly inputWeights: number;
  readonly bias: number;
}

export class LaneLayers {
  readonly memory = new LaneMemory();
  readonly kernels: LoadedLstmKernels;
  readonly gradients: GradientRegions;
  readonly layers: readonly LaneLayer[];
  private readonly products: LayerProducts;
  private readonly places;
  private readonly seen: Int32Array;
  private readonly lasting: number;

  /** @param direction 0 forward, 1 backward in time */
  constructor(
    private readonly shape: LstmShape,
    direction: number,
    products: LstmProducts,
  ) {
    const { memory } = this;
    const rows = 4 * shape.hiddenSize;
    this.kernels = loadLstmKernels(memory.memory, memory.floats(lstmScratch(rows)));
    this.gradients = {
      inputWeights: memory.floats(rows * Math.max(widestInput(shape), shape.hiddenSize)),
      hiddenWeights: memory.floats(rows * shape.hiddenSize),
      bias: memory.floats(rows),
    };
    const binding = products === 'onnx' ? loadBinding() : undefined;
    this.products = new LayerProducts(this.kernels, binding);
    this.layers = Array.from({ length: shape.layers }, (_, layer) => {
      const staging = this.gradients.inputWeights;
      const recurrent = new RecurrentWeights(shape.hiddenSize, memory, this.kernels, binding, staging);
      const inputWeights = memory.floats(rows * layerInputs(shape, layer));
      const parts = { memory, kernels: this.kernels, products: this.products, recurrent };
      const bias = memory.floats(rows);
      const names = layerNames(layer, direction);
      return { direction: new LayerDirection({ ...parts, inputWeights, bias }), recurrent, names, inputWeights, bias };
    });
    this.lasting = memory.end;
    this.places = parameterPlaces(shape).places;
    this.seen = new Int32Array(this.places.size);
  }

  /** Regions of a batch; those of the batch before are given up. @param kept how many layers keep what backward needs */
  reserve(tokens: number, samples: number, kept: number): { work: WorkRegions; kept: KeptRegions[] } {
    const { memory, shape } = this;
    const h = shape.hiddenSize;
    memory.release(this.lasting);
    const regions = {
      work: {
        inputs: memory.floats(tokens * widestInput(shape)),
        hiddens: memory.floats(tokens * h),
        recurrent: memory.floats(samples * 4 * h),
        carriedHiddens: memory.floats(samples * h),
        carriedCells: memory.floats(samples * h),
        turned: memory.floats(Math.min(tokens, SUMMED_ROWS) * 4 * h),
      },
      kept: Array.from({ length: kept }, () => ({
        gates: memory.floats(tokens * 4 * h),
        cells: memory.floats(tokens * h),
        previous: memory.floats(tokens * h),
        mask: memory.reserve(tokens * h),
      })),
    };
    memory.commit();
    return regions;
  }

  /** Takes over those of a layer's parameters that have changed. */
  adopt(layer: number, board: LstmBoard, versions: Int32Array): void {
    const { names, recurrent, inputWeights, bias } = this.layers[layer];
    const rows = 4 * this.shape.hiddenSize;
    if (this.hasChanged([names.inputs], versions)) {
      const weights = this.parameter(board.weights, names.inputs);
      this.memory.view(inputWeights, weights.length).set(weights);
    }
    if (this.hasChanged([names.hidden], versions)) recurrent.change(this.parameter(board.weights, names.hidden));
    if (!this.hasChanged([names.inputBias, names.hiddenBias], versions)) return;
    const [first, second] = [names.inputBias, names.hiddenBias].map((name) => this.parameter(board.weights, name));
    const sum = this.memory.view(bias, rows);
    for (let i = 0; i < rows; i++) sum[i] = first[i] + second[i];
  }

  /** Hands the gradients of a layer's parameters over. */
  publish(layer: number, board: LstmBoard): void {
    const { names } = this.layers[layer];
    const { inputWeights, hiddenWeights, bias } = this.gradients;
    const from = { [names.inputs]: inputWeights, [names.hidden]: hiddenWeights };
    for (const [name, address] of Object.entries({ ...from, [names.inputBias]: bias, [names.hiddenBias]: bias })) {
      const target = this.parameter(board.weightGradients, name);
      target.set(this.memory.view(address, target.length));
    }
  }

  close(): void {
    this.products.close();
    for (const { recurrent } of this.layers) recurrent.close();
  }

  private hasChanged(names: readonly string[], versions: Int32Array): boolean {
    let changed = false;
    for (const name of names) {
      const { number } = this.places.get(name)!;
      changed ||= this.seen[number] !== versions[number];
      this.seen[number] = versions[number];
    }
    return changed;
  }

  private parameter(block: SharedArrayBuffer, name: string): Float32Array {
    const { start, length } = this.places.get(name)!;
    return new Float32Array(block, start * 4, length);
  }
}
