/**
 * What the threads of a stack and its caller share: weights and their gradients, the batch, and the layers' outputs from which
 * each direction takes the other's half. Buffers grow with the batches and are sent with each call.
 */
import { MedgraftError } from '../../base/errors.js';
import { directionsOf, type LstmShape, parameterPlaces, widestInput } from './lstm-shape.js';

/** Letters as in lstm-shape.ts; "by sample": rows in the caller's order, "packed": see packed-steps.ts. */
export interface LstmBoard {
  /** All parameters, one after another. */
  readonly weights: SharedArrayBuffer;
  readonly weightGradients: SharedArrayBuffer;
  /** [N, I] by sample; and their gradients. */
  readonly rows: SharedArrayBuffer;
  readonly rowGradients: SharedArrayBuffer;
  /** [N, D H] packed, of each layer but the last, what is dropped taken out. */
  readonly between: readonly SharedArrayBuffer[];
  /** [N, D H] by sample; and their gradients. */
  readonly outputs: SharedArrayBuffer;
  readonly outputGradients: SharedArrayBuffer;
  /** [N, widest input] packed, of each direction: its share of the gradients of a layer's inputs. */
  readonly shares: readonly SharedArrayBuffer[];
}

/** What a thread is asked to do; the board is the same for all. */
export type LstmCall = { readonly board: LstmBoard } & (
  | {
      readonly kind: 'forward';
      readonly lengths: Int32Array;
      /** How often each parameter has changed, in the order of lstmParameters. */
      readonly versions: Int32Array;
      readonly training?: { readonly seed: number; readonly draw: number };
    }
  | { readonly kind: 'backward'; readonly inputs: boolean }
);

export class BoardKeeper {
  private buffers = new Map<string, SharedArrayBuffer>();

  constructor(private readonly shape: LstmShape) {}

  /** @param backward whether there has to be room for gradients */
  board(tokens: number, backward: boolean): LstmBoard {
    const { inputSize, hiddenSize, layers } = this.shape;
    const directions = directionsOf(this.shape);
    const parameters = parameterPlaces(this.shape).length;
    const width = directions * hiddenSize;
    const gradient = (name: string, length: number) => this.room(name, backward ? length : 0);
    return {
      weights: this.room('weights', parameters),
      weightGradients: gradient('weight gradients', parameters),
      rows: this.room('rows', tokens * inputSize),
      rowGradients: gradient('row gradients', tokens * inputSize),
      between: Array.from({ length: layers - 1 }, (_, layer) => this.room(`between ${layer}`, tokens * width)),
      outputs: this.room('outputs', tokens * width),
      outputGradients: gradient('output gradients', tokens * width),
      shares: Array.from({ length: directions }, (_, d) => gradient(`share ${d}`, tokens * widestInput(this.shape))),
    };
  }

  /** What is kept in a buffer is lost when it has to grow. */
  private room(name: string, floats: number): SharedArrayBuffer {
    const known = this.buffers.get(name);
    if (known && known.byteLength >= floats * 4) return known;
    const made = sharedBuffer(floats * 4);
    this.buffers.set(name, made);
    return made;
  }
}

/** @throws MedgraftError `engine.memory` */
function sharedBuffer(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes);
  } catch (cause) {
    throw new MedgraftError(
      'environment',
      'engine.memory',
      'this machine does not give the memory that a batch needs',
      {
        expected: `${(bytes / 2 ** 30).toFixed(1)} GiB in one piece`,
        hint: 'use smaller batches or shorter samples',
        cause,
      },
    );
  }
}
