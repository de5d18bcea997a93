/**
 * Trains tables of entities that are larger than memory: visits to two partitions one after the other, each an ordinary
 * training of the part of the graph between them. Relations' tables stay in memory. Files are read and written between visits;
 * Node has no mapped files, and whole partitions at a time need none.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Communicator } from '../../engine/communicator.js';
import type { EmbeddingOptions } from '../create-embedding.js';
import { type EmbeddingShape, type TableName, tableSize } from '../embedding-model.js';
import { candidateSlots, clearRanks, rankBatches } from '../evaluation/rank-partitions.js';
import { RankTable } from '../evaluation/rank-table.js';
import type { ChunkPlan } from '../training/create-chunks.js';
import type { EmbeddingTrainer, HeldEmbedding, TrainedEmbedding } from '../training/embedding-trainer.js';
import { fillFrom, initialiseEntityRows } from '../training/initialise-embedding.js';
import { type TeamOptions, TrainingTeam } from '../training/training-team.js';
import { type Triples, tripleCount } from '../triples.js';
import { adoptRows, adoptVectors, type KnownRows } from '../vectors/adopt-vectors.js';
import type { NamedVectors } from '../vectors/named-vectors.js';
import { partitionEntities, slotSize } from './entity-partitions.js';
import { RelationMerge } from './merge-relations.js';
import { bucketTriples, type PartitionBuckets, visitSize } from './partition-buckets.js';
import { PartitionFiles } from './partition-files.store.js';
import { PartitionSlots, relationsOf, selectRows } from './partition-slots.store.js';
import { visitNumber } from './visit-chunks.js';
import { VisitLeader } from './visit-leader.store.js';
import { shareRelations, tell, tellOpen } from './visit-messages.js';
import type { Visit } from './visit-order.js';
import { visitRounds } from './visit-rounds.js';

/** Rows in memory for the entities of ranked triples. */
const GUESTS = 8192;

export interface PartitionOptions extends Omit<TeamOptions, 'buckets'> {
  readonly partitions: number;
  /** For the files, and below it the name of the training's own folder. */
  readonly scratch: string;
  readonly folder: string;
  /** Whose processes make visits at the same time. */
  readonly communicator: Communicator;
}

export class PartitionTeam implements EmbeddingTrainer {
  readonly embedding: HeldEmbedding;
  private readonly leader: VisitLeader;
  private readonly merge: RelationMerge;

  private constructor(
    private readonly team: TrainingTeam,
    private readonly buckets: PartitionBuckets,
    private readonly shape: EmbeddingShape,
    private readonly options: EmbeddingOptions,
    private readonly rankings: readonly Triples[],
    private readonly files: PartitionFiles,
    private readonly slots: PartitionSlots,
    private readonly communicator: Communicator,
  ) {
    this.embedding = relationsOf(team.embedding);
    this.leader = new VisitLeader(communicator, buckets, slots, files);
    this.merge = new RelationMerge(this.embedding, (table) => tableSize(shape, table).width, communicator);
  }

  /**
   * @param options of the whole model
   * @throws MedgraftError `embedding.partitions`, `engine.memory`, `engine.kernels`, `engine.backend`
   */
  static async open(
    options: EmbeddingOptions,
    plan: ChunkPlan,
    train: Triples,
    { partitions: count, scratch, folder, weights, communicator, ...team }: PartitionOptions,
  ): Promise<PartitionTeam> {
    const { shape, seed } = options;
    assertPartitions(count, shape.entities, communicator.size);
    const partitions = partitionEntities(shape.entities, count, seed);
    const inMemory = optionsInMemory(options, count);
    const buckets = bucketTriples(train, partitions, weights, communicator.size);
    const none = { heads: new Int32Array(), relations: new Int32Array(), tails: new Int32Array() };
    if (communicator.size > 1) {
      tellOpen(communicator, { options: inMemory, plan, threads: team.threads ?? 1 }, buckets);
    }
    const opened = await TrainingTeam.open(inMemory, plan, none, { ...team, buckets });
    const files = new PartitionFiles(scratch, folder, count);
    const slots = new PartitionSlots(opened.embedding, partitions, files);
    const rankings = (team.rankings ?? []).map(({ triples }) => triples);
    return new PartitionTeam(opened, buckets, shape, options, rankings, files, slots, communicator);
  }

  /** New tables. Relations' were initialised with the model. */
  initialise(): void {
    const { initial, seed } = this.options;
    this.files.sweep();
    this.create((partition) => (table, rows) => {
      initialiseEntityRows(table as 'entity', rows, initial, this.shape, seed, 1 + partition);
    });
  }

  *epoch(epoch: number, learningRate: number): Generator<{ done: number; total: number }, number> {
    const { buckets, options, communicator } = this;
    const { partitions, processes } = buckets;
    if (processes > 1) {
      tell(communicator, 'relations');
      shareRelations(communicator, this.embedding);
      this.merge.begin();
    }
    const sums = { loss: 0, done: 0, place: 0 };
    for (const [round, visits] of visitRounds(partitions.count, processes, options.seed, epoch).entries()) {
      yield* this.round(visits, epoch, round, learningRate, sums);
      sums.place += visits.length;
    }
    return sums.loss / sums.done;
  }

  private *round(
    visits: readonly Visit[],
    epoch: number,
    round: number,
    learningRate: number,
    sums: { loss: number; done: number; place: number },
  ): Generator<{ done: number; total: number }, void> {
    if (this.buckets.processes === 1) return yield* this.visit(visits[0], epoch, learningRate, sums);
    const { step } = this.embedding.optimizer;
    this.leader.give(visits, epoch, round, learningRate, step);
    try {
      yield* this.visit(visits[0], epoch, learningRate, sums);
    } finally {
      // Also when this process stops: the others have begun, and come back.
      const others = this.leader.take(visits, epoch);
      sums.loss += others.loss;
      sums.done += others.size;
      this.slots.flush();
      this.merge.merge();
    }
  }

  private *visit(
    visit: Visit,
    epoch: number,
    learningRate: number,
    sums: { loss: number; done: number; place: number },
  ): Generator<{ done: number; total: number }, void> {
    const { buckets, slots, team } = this;
    const size = visitSize(buckets, visit, epoch);
    if (size === 0) return;
    slots.load(visit.slots);
    slots.touch();
    const total = tripleCount(buckets.triples);
    for (const rounds = team.epoch(visitNumber(epoch, sums.place, buckets.partitions.count), learningRate); ; ) {
      const { done, value } = rounds.next();
      if (done) {
        sums.loss += value * size;
        sums.done += size;
        return;
      }
      yield { done: sums.done + (size * value.done) / value.total, total };
    }
  }

  rank(index: number): RankTable {
    const { slots, team, buckets, rankings } = this;
    slots.flush();
    slots.forget();
    const { entities } = team.embedding.model.shape;
    const batches = rankBatches(rankings[index], entities - 2 * slotSize(buckets.partitions));
    let table = team.rankTable(index);
    clearRanks(table, buckets.partitions.entities);
    for (const [batch, { guests }] of batches.entries()) {
      slots.seatGuests(guests);
      for (const [place, partitions] of candidateSlots(buckets.partitions.count).entries()) {
        slots.load(partitions);
        table = team.rank(index, batch, place);
      }
    }
    return table;
  }

  trained(): TrainedEmbedding {
    this.slots.flush();
    // Copies, so that what is trained next from them does not keep this model's memory.
    const held = new Map(Object.entries(this.embedding.model.tables).map(([name, table]) => [name, table.slice()]));
    return {
      name: this.team.embedding.model.name,
      shape: this.shape,
      parts: (table) => {
        const values = held.get(table);
        return values ? [values] : this.slots.parts(table);
      },
    };
  }

  startFrom(source: TrainedEmbedding): void {
    const { relation } = this.embedding.model.tables;
    if (relation) fillFrom(relation, source.parts('relation') ?? []);
    const { width } = tableSize(this.shape, 'entity');
    const { initial, seed } = this.options;
    this.create((partition) => (table, rows) => {
      const parts = table === 'entity' ? source.parts(table) : undefined;
      if (parts) selectRows(this.buckets.partitions, partition, parts, width, rows);
      else initialiseEntityRows(table as 'entity', rows, initial, this.shape, seed, 1 + partition);
    });
  }

  adopt(vectors: NamedVectors, known: KnownRows): void {
    adoptVectors(this.embedding.model.tables, vectors, known);
    const { partitionOf, count } = this.buckets.partitions;
    for (let partition = 0; partition < count; partition++) {
      const rows = known.entities.filter((_, id) => partitionOf[id] === partition);
      this.slots.revise(partition, (table, values) => {
        const matrix = vectors.tables[table];
        if (matrix) adoptRows(values, matrix, rows);
      });
    }
  }

  keepBest(): void {
    this.slots.flush();
    this.files.keepBest();
  }

  restoreBest(): void {
    this.slots.forget();
    this.files.restoreBest();
  }

  save(folder: string): Promise<void> {
    this.slots.flush();
    return this.files.save(folder);
  }

  saved(): void {
    this.files.saved();
  }

  load(folder: string): Promise<void> {
    this.slots.forget();
    return this.files.load(folder);
  }

  close(): void {
    this.team.close();
    if (this.buckets.processes > 1) tell(this.communicator, 'close');
  }

  private create(fillOf: (partition: number) => (table: TableName, rows: Float32Array) => void): void {
    for (let partition = 0; partition < this.buckets.partitions.count; partition++) {
      this.slots.create(partition, fillOf(partition));
    }
  }
}

/** What of a model is in memory at a time. */
export function optionsInMemory(options: EmbeddingOptions, count: number): EmbeddingOptions {
  const { shape, capacity } = options;
  const rows = 2 * slotSize({ count, entities: shape.entities });
  return {
    ...options,
    shape: { ...shape, entities: rows + Math.min(Math.max(2, shape.entities), GUESTS) },
    capacity: { ...capacity, negatives: Math.min(capacity.negatives, rows) },
  };
}

function assertPartitions(partitions: number, entities: number, processes: number): void {
  if (partitions <= entities && partitions >= 2 * processes) return;
  const expected = processes === 1 ? `at most ${entities}` : `${2 * processes} (two a process) to ${entities}`;
  throw new MedgraftError('input', 'embedding.partitions', 'the entities cannot be divided so', {
    place: 'partitions',
    expected,
    got: String(partitions),
  });
}
