/** A process of a training that another one leads: it makes the visits that fall to it, on partitions that are sent to it. */
import type { Communicator } from '../../engine/communicator.js';
import { bytesOf } from '../../formats/byte-sink.js';
import { tableSize } from '../embedding-model.js';
import { TrainingTeam } from '../training/training-team.js';
import { RelationMerge } from './merge-relations.js';
import { type PartitionBuckets, visitSize } from './partition-buckets.js';
import { entityArrays, relationsOf, slotViews } from './partition-slots.store.js';
import { visitNumber } from './visit-chunks.js';
import { hearOpen, listen, shareRelations, type TeamFacts } from './visit-messages.js';
import { placeOf, roundOf } from './visit-rounds.js';

interface OpenTeam {
  readonly team: TrainingTeam;
  readonly facts: TeamFacts;
  readonly buckets: PartitionBuckets;
  readonly merge: RelationMerge;
}

export class VisitFollower {
  private open: OpenTeam | undefined;

  constructor(private readonly communicator: Communicator) {}

  /** Does what it is told, to the end. */
  async follow(): Promise<void> {
    for (;;) {
      const { message, numbers } = listen(this.communicator);
      if (message === 'end') return;
      if (message === 'open') this.open = await this.openTeam(numbers[0]);
      else if (message === 'close') this.close();
      else if (message === 'relations') this.takeRelations(this.opened());
      else this.round(this.opened(), numbers);
    }
  }

  private async openTeam(length: number): Promise<OpenTeam> {
    const { facts, buckets } = hearOpen(this.communicator, length);
    const none = { heads: new Int32Array(), relations: new Int32Array(), tails: new Int32Array() };
    const { options, plan, threads } = facts;
    const team = await TrainingTeam.open(options, plan, none, { threads, buckets });
    const { shape } = team.embedding.model;
    const merge = new RelationMerge(
      relationsOf(team.embedding),
      (table) => tableSize(shape, table).width,
      this.communicator,
    );
    return { team, facts, buckets, merge };
  }

  private takeRelations({ team, merge }: OpenTeam): void {
    shareRelations(this.communicator, relationsOf(team.embedding));
    merge.begin();
  }

  private round(
    { team, facts, buckets, merge }: OpenTeam,
    [epoch, round, learningRate, step]: readonly number[],
  ): void {
    const { communicator } = this;
    const { partitions, processes, plan } = facts;
    const visit = roundOf({ partitions, processes, seed: plan.seed }, epoch, round)[communicator.rank];
    const size = visit ? visitSize(buckets, visit, epoch) : 0;
    if (visit && size > 0) {
      const arrays = entityArrays(team.embedding);
      const views = visit.slots.flatMap((partition, slot) => slotViews(arrays, buckets.partitions, slot, partition));
      for (const view of views) communicator.receive(bytesOf(view), 0);
      team.embedding.optimizer.step = step;
      const place = placeOf({ partitions, processes, seed: plan.seed }, epoch, round) + communicator.rank;
      const loss = lossOf(team.epoch(visitNumber(epoch, place, partitions), learningRate));
      for (const view of views) communicator.send(bytesOf(view), 0);
      communicator.send(bytesOf(new Float64Array([loss])), 0);
    }
    merge.merge();
  }

  private opened(): OpenTeam {
    if (this.open === undefined) throw new RangeError('no team is open');
    return this.open;
  }

  private close(): void {
    this.open?.team.close();
    this.open = undefined;
  }
}

function lossOf(rounds: Generator<unknown, number>): number {
  for (;;) {
    const round = rounds.next();
    if (round.done) return round.value;
  }
}
