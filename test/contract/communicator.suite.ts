import assert from 'node:assert/strict';
import type { Communicator } from '../../src/engine/communicator.js';

/** What every communicator has to do; each rank of it calls this, also outside a test runner. Throws where something is wrong. */
export function exerciseCommunicator(communicator: Communicator): void {
  const { rank, size } = communicator;
  communicator.barrier();
  for (let root = 0; root < size; root++) {
    const bytes = Uint8Array.from([rank, 10 + rank, 20 + rank]);
    communicator.broadcast(bytes, root);
    assert.deepEqual(Array.from(bytes), [root, 10 + root, 20 + root]);
  }
  addUp(communicator);
  passRound(communicator);
  assert.throws(() => communicator.broadcast(new Uint8Array(1), size), RangeError);
  assert.throws(() => communicator.send(new Uint8Array(1), -1), RangeError);
  assert.throws(() => communicator.receive(new Uint8Array(1), size), RangeError);
  communicator.barrier();
}

/** To the bits of a sum in the order of ranks; of memory that threads share, as tables are. */
function addUp(communicator: Communicator): void {
  const { rank, size } = communicator;
  const of = (r: number) => [r + 1, Math.fround(0.1 * (r + 1)), Math.fround(1e8 / (r + 1))];
  const values = new Float32Array(new SharedArrayBuffer(12));
  values.set(of(rank));
  let expected = of(0);
  for (let other = 1; other < size; other++) expected = expected.map((value, i) => Math.fround(value + of(other)[i]));
  communicator.sum(values);
  assert.deepEqual(Array.from(values), expected);
}

/** Round the ring; the even ones send first, so that nobody waits for one that waits. */
function passRound(communicator: Communicator): void {
  const { rank, size } = communicator;
  if (size === 1) return;
  const sent = new Uint8Array(100_000).fill(rank);
  const received = new Uint8Array(100_000);
  const send = () => communicator.send(sent, (rank + 1) % size);
  const receive = () => communicator.receive(received, (rank + size - 1) % size);
  for (const step of rank % 2 === 0 ? [send, receive] : [receive, send]) step();
  assert.ok(received.every((byte) => byte === (rank + size - 1) % size));
}
