import { type Communicator, SingleProcess } from '../engine/communicator.js';
import { bytesOf } from '../formats/byte-sink.js';
import type { ParameterStore } from './parameter-store.js';

/**
 * Data parallelism: processes with equal parameters share the micro-batches of a step and add up their gradients, so that all
 * take the same step. Sums are taken in the order of ranks: where each process has one micro-batch, the bits are those of one
 * process that accumulates. All members have to make the same calls in the same order.
 */
export class ProcessTeam {
  constructor(private readonly communicator: Communicator = new SingleProcess()) {}

  get size(): number {
    return this.communicator.size;
  }

  /** The leader evaluates, saves and logs. */
  get leads(): boolean {
    return this.communicator.rank === 0;
  }

  /** Whether micro-batch `micro` of a step is this process's. */
  takes(micro: number): boolean {
    return micro % this.size === this.communicator.rank;
  }

  /** The number that the leader has. */
  agree(number: number): number {
    if (this.size === 1) return number;
    const shared = Float64Array.of(number);
    this.communicator.broadcast(bytesOf(shared), 0);
    return shared[0];
  }

  /** Overwrites the gradients of all by their sum. */
  sumGradients(gradients: Float32Array): void {
    if (this.size > 1) this.communicator.sum(gradients);
  }

  /** Sums of figures, which have the same names everywhere. */
  sumFigures(figures: Readonly<Record<string, number>>): Record<string, number> {
    const names = Object.keys(figures);
    if (this.size === 1) return { ...figures };
    const sums = new Float64Array(names.length);
    for (let rank = 0; rank < this.size; rank++) {
      const part = Float64Array.from(names, (name) => figures[name]);
      this.communicator.broadcast(bytesOf(part), rank);
      for (let i = 0; i < sums.length; i++) sums[i] += part[i];
    }
    return Object.fromEntries(names.map((name, i) => [name, sums[i]]));
  }

  /** Gives all members the leader's parameters and moments. */
  shareParameters({ values, firstMoments, secondMoments }: ParameterStore): void {
    if (this.size === 1) return;
    for (const block of [values, firstMoments, secondMoments]) this.communicator.broadcast(bytesOf(block), 0);
  }

  /** The last call: of all members when a training has ended for all, not after a failure of one. */
  close(): void {
    this.communicator.close();
  }

  /** The leader's plain data; the others pass nothing of their own. */
  share<T>(data: T): T {
    if (this.size === 1) return data;
    const text = new TextEncoder().encode(JSON.stringify(data));
    const bytes = new Uint8Array(this.agree(text.length));
    if (this.leads) bytes.set(text);
    this.communicator.broadcast(bytes, 0);
    return this.leads ? data : JSON.parse(new TextDecoder().decode(bytes));
  }
}
