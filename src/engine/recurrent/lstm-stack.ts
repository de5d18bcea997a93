/**
 * A stack of LSTM layers on the processor, forward and backward (Hochreiter and Schmidhuber 1997; Graves and Schmidhuber 2005 for
 * both directions), equal to PyTorch's torch.nn.LSTM over packed sequences. Time is a loop, so this is no tensor program: each
 * direction is walked step by step, in a thread of its own where there are two. Letters: N tokens, I inputs, H hidden size each
 * way, D directions.
 */
import { MedgraftError } from '../../base/errors.js';
import { loadBinding } from '../onnx/onnx-binding.js';
import type { LstmProducts } from './lane-layers.js';
import { BoardKeeper } from './lstm-board.js';
import { checkLstmShape, directionsOf, type LstmShape, type ParameterPlaces, parameterPlaces } from './lstm-shape.js';
import { type LstmTeam, openTeam } from './lstm-team.js';

export interface LstmStackOptions {
  /** 1, or 2: one for each direction. The results are the same to the last bit. */
  readonly threads?: number;
  /** Absent: onnxruntime where it loads. */
  readonly products?: LstmProducts;
}

/** Keys of the masks that a training pass draws. */
export interface LstmTraining {
  readonly seed: number;
  readonly draw: number;
}

export class LstmStack {
  private readonly keeper: BoardKeeper;
  private readonly parameters: ParameterPlaces;
  private readonly versions: Int32Array;
  /** Tokens of the last forward pass in training, until its backward pass. */
  private pending: number | undefined;
  private state: 'idle' | 'busy' | 'broken' | 'disposed' = 'idle';

  private constructor(
    readonly shape: LstmShape,
    private readonly team: LstmTeam,
  ) {
    this.keeper = new BoardKeeper(shape);
    this.parameters = parameterPlaces(shape);
    this.versions = new Int32Array(this.parameters.places.size);
  }

  /** @throws MedgraftError `engine.lstm-shape`, `engine.kernels`, `engine.memory`; `engine.backend` where onnxruntime was asked for */
  static async create(shape: LstmShape, { threads = 1, products }: LstmStackOptions = {}): Promise<LstmStack> {
    checkLstmShape(shape);
    return new LstmStack({ ...shape }, await openTeam(shape, products ?? loadable(), threads));
  }

  /**
   * @param rows [N, I] input vectors, sample after sample, without padding
   * @param lengths tokens of each sample, none 0
   * @param weights by the names of lstmParameters
   * @param training absent: nothing is dropped, nothing kept for a backward pass
   * @returns [N, D H] hidden states of the last layer, each row forward and then backward, in the order of `rows`
   * @throws MedgraftError `engine.lstm-input`, `engine.memory`, `engine.lstm-state`
   */
  async forward(
    rows: Float32Array,
    lengths: Int32Array,
    weights: Readonly<Record<string, Float32Array>>,
    training?: LstmTraining,
  ): Promise<Float32Array> {
    const tokens = this.checkRows(rows, lengths);
    this.checkParameters(weights);
    return this.alone(async () => {
      this.pending = undefined;
      const board = this.keeper.board(tokens, false);
      this.takeWeights(weights, board.weights);
      new Float32Array(board.rows).set(rows);
      const copies = { lengths: Int32Array.from(lengths), versions: this.versions.slice() };
      await this.team.run({ kind: 'forward', board, ...copies, training });
      if (training) this.pending = tokens;
      return copyOf(board.outputs, tokens * directionsOf(this.shape) * this.shape.hiddenSize);
    });
  }

  /**
   * Of the last forward pass in training, once.
   * @param gradient [N, D H] of its output
   * @param into by name; the gradient of each parameter is written here
   * @param options.inputs false: gradients of the rows are not wanted
   * @returns [N, I] gradients of the rows
   * @throws MedgraftError `engine.lstm-input`, `engine.memory`, `engine.lstm-state`
   */
  async backward(
    gradient: Float32Array,
    into: Readonly<Record<string, Float32Array>>,
    { inputs = true }: { inputs?: boolean } = {},
  ): Promise<Float32Array | undefined> {
    const { pending: tokens, shape } = this;
    if (tokens === undefined) throw outOfOrder('a backward pass follows a forward pass in training, once');
    check('gradient', tokens * directionsOf(shape) * shape.hiddenSize, gradient.length);
    this.checkParameters(into);
    return this.alone(async () => {
      this.pending = undefined;
      const board = this.keeper.board(tokens, true);
      new Float32Array(board.outputGradients).set(gradient);
      await this.team.run({ kind: 'backward', board, inputs });
      for (const [name, { start, length }] of this.parameters.places) {
        into[name].set(new Float32Array(board.weightGradients, 4 * start, length));
      }
      return inputs ? copyOf(board.rowGradients, tokens * shape.inputSize) : undefined;
    });
  }

  /** Ends the threads. */
  async dispose(): Promise<void> {
    this.state = 'disposed';
    await this.team.close();
  }

  /** Parameters that differ from those that the threads have, and their versions. */
  private takeWeights(weights: Readonly<Record<string, Float32Array>>, shared: SharedArrayBuffer): void {
    for (const [name, { start, length, number }] of this.parameters.places) {
      const given = weights[name];
      const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      if (this.versions[number] > 0 && bytes.equals(Buffer.from(shared, 4 * start, 4 * length))) continue;
      new Float32Array(shared, 4 * start, length).set(given);
      this.versions[number]++;
    }
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.state !== 'idle') throw outOfOrder(`the stack is ${this.state}`);
    this.state = 'busy';
    try {
      const result = await work();
      if (this.state === 'busy') this.state = 'idle';
      return result;
    } catch (error) {
      if (this.state === 'busy') this.state = 'broken';
      throw error;
    }
  }

  private checkRows(rows: Float32Array, lengths: Int32Array): number {
    if (lengths.length === 0) throw unfit('lengths', 'at least one sample', 'none');
    const empty = lengths.findIndex((length) => length < 1);
    if (empty >= 0) throw unfit(`lengths[${empty}]`, 'at least one token', String(lengths[empty]));
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    check('rows', tokens * this.shape.inputSize, rows.length);
    return tokens;
  }

  private checkParameters(given: Readonly<Record<string, Float32Array>>): void {
    for (const [name, { length }] of this.parameters.places) check(name, length, given[name]?.length ?? 0);
  }
}

function copyOf(shared: SharedArrayBuffer, length: number): Float32Array {
  return new Float32Array(new Float32Array(shared, 0, length));
}

function loadable(): LstmProducts {
  try {
    loadBinding();
    return 'onnx';
  } catch {
    return 'wasm';
  }
}

function check(place: string, expected: number, got: number): void {
  if (expected !== got) throw unfit(place, `${expected} numbers`, String(got));
}

function unfit(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'engine.lstm-input', 'this does not fit the LSTM', { place, expected, got });
}

function outOfOrder(message: string): MedgraftError {
  return new MedgraftError('conflict', 'engine.lstm-state', message);
}
