/**
 * Processes that compute one thing together, on one machine or several: the few collective operations of MPI that a training
 * needs. All calls block, and all ranks have to make the same ones in the same order. One process alone is the trivial case.
 */
export interface Communicator {
  readonly rank: number;
  readonly size: number;
  /** Returns when all ranks have called it. */
  barrier(): void;
  /** Overwrites the bytes of all ranks by those of one. */
  broadcast(bytes: Uint8Array, root: number): void;
  send(bytes: Uint8Array, to: number): void;
  /** As many bytes as were sent. */
  receive(bytes: Uint8Array, from: number): void;
  /** Overwrites the values of all ranks by their sum, added up in the order of ranks: the same bits everywhere, each time. */
  sum(values: Float32Array): void;
  /** Ends all ranks, also those that wait for this one. */
  abort(code: number): void;
  /** The last call; all ranks make it. */
  close(): void;
}

/** A process by itself. */
export class SingleProcess implements Communicator {
  readonly rank = 0;
  readonly size = 1;

  barrier(): void {
    // Nobody to wait for.
  }

  broadcast(_bytes: Uint8Array, root: number): void {
    assertRank(root, 1);
  }

  send(_bytes: Uint8Array, to: number): void {
    assertRank(to, 0);
  }

  receive(_bytes: Uint8Array, from: number): void {
    assertRank(from, 0);
  }

  sum(_values: Float32Array): void {
    // Of one.
  }

  abort(code: number): void {
    process.exit(code);
  }

  close(): void {
    // Nothing is open.
  }
}

/** @throws RangeError for a rank that does not exist */
export function assertRank(rank: number, size: number): void {
  if (!(Number.isInteger(rank) && rank >= 0 && rank < size)) throw new RangeError(`rank ${rank} of ${size}`);
}
