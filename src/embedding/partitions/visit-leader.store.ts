/**
 * The leading process's side of visits that are made at the same time: it gives partitions away, makes a visit of its own, and
 * takes them back. All partitions pass through it, so that files, rankings and checkpoints are those of a single process.
 */
import type { Communicator } from '../../engine/communicator.js';
import { bytesOf } from '../../formats/byte-sink.js';
import type { PartitionBuckets } from './partition-buckets.js';
import { visitSize } from './partition-buckets.js';
import type { PartitionFiles } from './partition-files.store.js';
import type { PartitionSlots } from './partition-slots.store.js';
import { fallSilent, tell } from './visit-messages.js';
import type { Visit } from './visit-order.js';

export class VisitLeader {
  constructor(
    private readonly communicator: Communicator,
    private readonly buckets: PartitionBuckets,
    private readonly slots: PartitionSlots,
    private readonly files: PartitionFiles,
  ) {}

  /** Tells the others of a round, and sends each the partitions of its visit. */
  give(visits: readonly Visit[], epoch: number, round: number, learningRate: number, step: number): void {
    // What the others train must not be taken from the slots again.
    this.slots.flush();
    this.slots.forget();
    this.orFallSilent(() => {
      tell(this.communicator, 'round', epoch, round, learningRate, step);
      this.forOthers(visits, epoch, (visit, rank) => {
        for (const partition of visit.slots) {
          for (const array of this.slots.copyOf(partition)) this.communicator.send(bytesOf(array), rank);
        }
      });
    });
  }

  /** @returns sums of the others' mean losses times their triples, and of the triples */
  take(visits: readonly Visit[], epoch: number): { loss: number; size: number } {
    const sums = { loss: 0, size: 0 };
    this.orFallSilent(() => {
      this.forOthers(visits, epoch, (visit, rank, size) => {
        for (const partition of visit.slots) {
          const arrays = this.slots.emptyCopy(partition);
          for (const array of arrays) this.communicator.receive(bytesOf(array), rank);
          this.files.write(partition, arrays);
        }
        const loss = new Float64Array(1);
        this.communicator.receive(bytesOf(loss), rank);
        sums.loss += loss[0] * size;
        sums.size += size;
      });
    });
    return sums;
  }

  private forOthers(
    visits: readonly Visit[],
    epoch: number,
    work: (visit: Visit, rank: number, size: number) => void,
  ): void {
    for (const [rank, visit] of visits.entries()) {
      const size = visitSize(this.buckets, visit, epoch);
      if (rank > 0 && size > 0) work(visit, rank, size);
    }
  }

  private orFallSilent(work: () => void): void {
    try {
      work();
    } catch (error) {
      fallSilent(this.communicator);
      throw error;
    }
  }
}
