/**
 * Sizes of a stack of LSTM layers, its parameters by the names that PyTorch gives them, and where they stand in one block.
 * Letters: I input size, H hidden size, D directions, L layers, N tokens of a batch.
 */
import { MedgraftError } from '../../base/errors.js';

export interface LstmShape {
  /** I */
  inputSize: number;
  /** H, each way */
  hiddenSize: number;
  /** L */
  layers: number;
  bidirectional: boolean;
  /** Share of the outputs of all layers but the last that training drops. */
  dropout: number;
}

/** Names and shapes as in torch.nn.LSTM's state dict; rows of gates in the order i, f, g, o. */
export function lstmParameters(shape: LstmShape): { name: string; shape: number[] }[] {
  const rows = 4 * shape.hiddenSize;
  const names: { name: string; shape: number[] }[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (let direction = 0; direction < directionsOf(shape); direction++) {
      const { inputs, hidden, inputBias, hiddenBias } = layerNames(layer, direction);
      names.push({ name: inputs, shape: [rows, layerInputs(shape, layer)] });
      names.push({ name: hidden, shape: [rows, shape.hiddenSize] });
      names.push({ name: inputBias, shape: [rows] }, { name: hiddenBias, shape: [rows] });
    }
  }
  return names;
}

export interface LayerNames {
  readonly inputs: string;
  readonly hidden: string;
  readonly inputBias: string;
  readonly hiddenBias: string;
}

/** @param direction 0 forward, 1 backward in time */
export function layerNames(layer: number, direction: number): LayerNames {
  const end = `l${layer}${direction === 1 ? '_reverse' : ''}`;
  const [inputs, hidden] = [`weight_ih_${end}`, `weight_hh_${end}`];
  return { inputs, hidden, inputBias: `bias_ih_${end}`, hiddenBias: `bias_hh_${end}` };
}

/** D */
export function directionsOf(shape: LstmShape): 1 | 2 {
  return shape.bidirectional ? 2 : 1;
}

/** Width of a layer's input. */
export function layerInputs(shape: LstmShape, layer: number): number {
  return layer === 0 ? shape.inputSize : directionsOf(shape) * shape.hiddenSize;
}

/** Width of the widest input. */
export function widestInput(shape: LstmShape): number {
  return Math.max(shape.inputSize, layerInputs(shape, shape.layers - 1));
}

/** Where each parameter stands in a block that holds all, in floats. */
export interface ParameterPlaces {
  readonly places: ReadonlyMap<string, { readonly start: number; readonly length: number; readonly number: number }>;
  readonly length: number;
}

export function parameterPlaces(shape: LstmShape): ParameterPlaces {
  let start = 0;
  const places = lstmParameters(shape).map(({ name, shape: sides }, number) => {
    const length = sides.reduce((product, side) => product * side, 1);
    start += length;
    return [name, { start: start - length, length, number }] as const;
  });
  return { places: new Map(places), length: start };
}

/** @throws MedgraftError `engine.lstm-shape` */
export function checkLstmShape(shape: LstmShape): void {
  const { inputSize, hiddenSize, layers, dropout } = shape;
  for (const [place, value] of Object.entries({ inputSize, hiddenSize, layers })) {
    if (!Number.isInteger(value) || value < 1) throw unfit(place, 'an integer of at least 1', value);
  }
  if (!(dropout >= 0 && dropout < 1)) throw unfit('dropout', 'a share of at least 0 and below 1', dropout);
}

function unfit(place: string, expected: string, got: number): MedgraftError {
  return new MedgraftError('input', 'engine.lstm-shape', 'an LSTM cannot have this size', {
    place,
    expected,
    got: String(got),
  });
}
