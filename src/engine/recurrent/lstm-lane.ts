/**
 * One direction through all layers. A pass is a generator that pauses where both directions have to have come as far: each layer
 * takes the outputs, and backward the gradients, of both. Rows of the board are spread or gathered on the way in and out.
 */

import { LaneLayers, type LstmProducts } from './lane-layers.js';
import type { KeptRegions, LayerSizes, WorkRegions } from './layer-direction.js';
import type { LstmBoard, LstmCall } from './lstm-board.js';
import { directionsOf, type LstmShape, layerInputs } from './lstm-shape.js';
import { type PackedSteps, packSteps, type WalkedStep, walk } from './packed-steps.js';

type ForwardCall = Extract<LstmCall, { kind: 'forward' }>;
type BackwardCall = Extract<LstmCall, { kind: 'backward' }>;

/** Opening sessions of constant weights takes as long as the kernel takes for about so many multiplications. */
const FEWEST_FOR_SESSIONS = 1e8;
/** Below, a call of onnxruntime takes longer than the product of a step. */
const NARROWEST_FOR_SESSIONS = 96;

/** What a forward pass leaves for the backward pass. */
interface Pass {
  readonly packed: PackedSteps;
  readonly steps: readonly WalkedStep[];
  readonly work: WorkRegions;
  readonly kept: readonly KeptRegions[];
  readonly drops: boolean;
  readonly byOnnx: boolean;
}

export class LstmLane {
  private readonly lane: LaneLayers;
  private readonly width: number;
  private pass: Pass | undefined;

  /** @param direction 0 forward, 1 backward in time */
  constructor(
    private readonly shape: LstmShape,
    private readonly direction: number,
    products: LstmProducts,
  ) {
    this.lane = new LaneLayers(shape, direction, products);
    this.width = directionsOf(shape) * shape.hiddenSize;
  }

  /** Pauses where it has to wait for the other direction. */
  run(call: LstmCall): Generator<void> {
    return call.kind === 'forward' ? this.forward(call) : this.backward(call);
  }

  close(): void {
    this.lane.close();
  }

  private *forward(call: ForwardCall): Generator<void> {
    const { shape, lane } = this;
    const { board, training } = call;
    const pass = this.begin(call);
    for (let layer = 0; layer < shape.layers; layer++) {
      const kept = pass.kept[training ? layer : 0];
      lane.adopt(layer, board, call.versions);
      this.takeInputs(layer, board, pass);
      lane.layers[layer].direction.forward(this.sizes(layer, pass), pass.steps, pass.work, kept, pass.byOnnx);
      if (layer === shape.layers - 1) this.giveOutputs(board.outputs, pass, pass.packed.places);
      else {
        if (training && pass.drops) this.drop(layer, training, pass);
        this.giveOutputs(board.between[layer], pass);
      }
      yield;
    }
    this.pass = training && pass;
  }

  private begin({ lengths, training }: ForwardCall): Pass {
    const { hiddenSize, layers, dropout } = this.shape;
    const packed = packSteps(lengths);
    const multiplications = packed.tokens * 4 * hiddenSize ** 2;
    return {
      packed,
      steps: walk(packed, this.direction),
      ...this.lane.reserve(packed.tokens, packed.samples, training ? layers : 1),
      drops: dropout > 0,
      // By sizes alone, so that the same inputs give the same bytes.
      byOnnx: hiddenSize >= NARROWEST_FOR_SESSIONS && multiplications >= FEWEST_FOR_SESSIONS,
    };
  }

  private *backward({ board, inputs }: BackwardCall): Generator<void> {
    const { shape, lane, pass } = this;
    if (!pass) throw new Error('a backward pass follows a forward pass in training');
    for (let layer = shape.layers - 1; layer >= 0; layer--) {
      this.takeGradients(layer, board, pass);
      // Shares may be written anew once both have read them.
      yield;
      this.takeInputs(layer, board, pass);
      const [{ direction }, sizes, kept] = [lane.layers[layer], this.sizes(layer, pass), pass.kept[layer]];
      direction.backward(sizes, pass.steps, pass.work, kept, lane.gradients, pass.byOnnx);
      lane.publish(layer, board);
      if (layer > 0 || inputs) {
        direction.inputGradients(sizes, kept, pass.work.inputs);
        const share = lane.memory.view(pass.work.inputs, sizes.tokens * sizes.inputs);
        new Float32Array(board.shares[this.direction]).set(share);
      }
      yield;
    }
    if (inputs) this.giveRowGradients(board, pass);
    this.pass = undefined;
  }

  private sizes(layer: number, { packed: { tokens, samples } }: Pass): LayerSizes {
    return { tokens, samples, inputs: layerInputs(this.shape, layer), hidden: this.shape.hiddenSize };
  }

  /** To work.inputs [N, I], packed. */
  private takeInputs(layer: number, board: LstmBoard, { packed: { tokens, places }, work }: Pass): void {
    const width = layerInputs(this.shape, layer);
    const inputs = this.lane.memory.view(work.inputs, tokens * width);
    if (layer > 0) {
      inputs.set(new Float32Array(board.between[layer - 1], 0, inputs.length));
      return;
    }
    const rows = new Float32Array(board.rows);
    for (let row = 0; row < tokens; row++) {
      const from = places[row] * width;
      inputs.set(rows.subarray(from, from + width), row * width);
    }
  }

  /** This direction's half of the rows. @param places row of the target for each packed row; absent: the same */
  private giveOutputs(target: SharedArrayBuffer, { packed: { tokens }, work }: Pass, places?: Int32Array): void {
    const { width, direction } = this;
    const h = this.shape.hiddenSize;
    const outputs = new Float32Array(target);
    const hiddens = this.lane.memory.view(work.hiddens, tokens * h);
    for (let row = 0; row < tokens; row++) {
      outputs.set(hiddens.subarray(row * h, row * h + h), (places ? places[row] : row) * width + direction * h);
    }
  }

  private drop(
    layer: number,
    { seed, draw }: { seed: number; draw: number },
    { packed: { tokens }, work, kept }: Pass,
  ): void {
    const { memory, kernels } = this.lane;
    const { hiddenSize, dropout } = this.shape;
    const mask = memory.bytes(kept[layer].mask, tokens * hiddenSize);
    kernels.fillMask(mask, dropout, { seed, draw, purpose: `lstm.dropout.${layer}.${this.direction}` });
    kernels.applyMask(memory.view(work.hiddens, tokens * hiddenSize), mask, 1 / (1 - dropout));
  }

  /** Gradients of this direction's hidden states [N, H], packed, to work.hiddens. */
  private takeGradients(
    layer: number,
    board: LstmBoard,
    { packed: { tokens, places }, work, kept, drops }: Pass,
  ): void {
    const { memory, kernels } = this.lane;
    const { width, direction } = this;
    const { hiddenSize: h, layers, dropout } = this.shape;
    const gradients = memory.view(work.hiddens, tokens * h);
    if (layer === layers - 1) {
      const from = new Float32Array(board.outputGradients);
      for (let row = 0; row < tokens; row++) {
        const at = places[row] * width + direction * h;
        gradients.set(from.subarray(at, at + h), row * h);
      }
      return;
    }
    sumShares(board, { rows: [0, tokens], width, columns: [direction * h, h] }, gradients);
    if (drops) kernels.applyMask(gradients, memory.bytes(kept[layer].mask, tokens * h), 1 / (1 - dropout));
  }

  /** Each direction sums its part of the rows. */
  private giveRowGradients(board: LstmBoard, { packed: { tokens, places } }: Pass): void {
    const width = this.shape.inputSize;
    const part = Math.ceil(tokens / directionsOf(this.shape));
    const [first, end] = [this.direction * part, Math.min(tokens, (this.direction + 1) * part)];
    const target = new Float32Array(board.rowGradients);
    const sum = new Float32Array(width);
    for (let row = first; row < end; row++) {
      sumShares(board, { rows: [row, row + 1], width, columns: [0, width] }, sum);
      target.set(sum, places[row] * width);
    }
  }
}

interface Block {
  readonly rows: readonly [first: number, end: number];
  /** Of a share's row. */
  readonly width: number;
  readonly columns: readonly [first: number, count: number];
}

/** Sums what the directions have to say on a block of a layer's inputs. */
function sumShares({ shares }: LstmBoard, { rows, width, columns: [column, count] }: Block, out: Float32Array): void {
  const [first, second] = shares.map((share) => new Float32Array(share));
  for (let row = rows[0], target = 0; row < rows[1]; row++) {
    let at = row * width + column;
    for (const end = at + count; at < end; at++, target++) out[target] = second ? first[at] + second[at] : first[at];
  }
}
