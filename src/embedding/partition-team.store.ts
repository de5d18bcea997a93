/**
 * Trains tables of entities that are larger than memory: visits to two partitions one after the other, each an ordinary
 * training of the part of the graph between them. Relations' tables stay in memory. Files are read and written between visits;
 * Node has no mapped files, and whole partitions at a time need none.
 */
import { MedgraftError } from '../base/errors.js';
import type { ChunkPlan } from './create-chunks.js';
import type { EmbeddingOptions } from './create-embedding.js';
import { type EmbeddingShape, type TableName, tableSize } from './embedding-model.js';
import type { EmbeddingTrainer, HeldEmbedding, TrainedEmbedding } from './embedding-trainer.js';
import { partitionEntities, slotSize } from './entity-partitions.js';
import { fillFrom, initialiseEntityRows } from './initialise-embedding.js';
import { bucketTriples, type PartitionBuckets, visitSize } from './partition-buckets.js';
import { PartitionFiles } from './partition-files.store.js';
import { PartitionSlots, relationsOf, selectRows } from './partition-slots.store.js';
import { candidateSlots, clearRanks, rankBatches } from './rank-partitions.js';
import { RankTable } from './rank-table.js';
import { type TeamOptions, TrainingTeam } from './training-team.js';
import { type Triples, tripleCount } from './triples.js';
import { adoptRows, adoptVectors, type KnownRows } from './vectors/adopt-vectors.js';
import type { NamedVectors } from './vectors/named-vectors.js';
import { visitNumber } from './visit-chunks.js';
import { visitOrder } from './visit-order.js';

/** Rows in memory for the entities of ranked triples. */
const GUESTS = 8192;

export interface PartitionOptions extends Omit<TeamOptions, 'buckets'> {
  readonly partitions: number;
  /** For the files, and below it the name of the training's own folder. */
  readonly scratch: string;
  readonly folder: string;
}

export class PartitionTeam implements EmbeddingTrainer {
  readonly embedding: HeldEmbedding;

  private constructor(
    private readonly team: TrainingTeam,
    private readonly buckets: PartitionBuckets,
    private readonly shape: EmbeddingShape,
    private readonly options: EmbeddingOptions,
    private readonly rankings: readonly Triples[],
    private readonly files: PartitionFiles,
    private readonly slots: PartitionSlots,
  ) {
    this.embedding = relationsOf(team.embedding);
  }

  /**
   * @param options of the whole model
   * @throws MedgraftError `embedding.partitions`, `engine.memory`, `engine.kernels`, `engine.backend`
   */
  static async open(
    options: EmbeddingOptions,
    plan: ChunkPlan,
    train: Triples,
    { partitions: count, scratch, folder, weights, ...team }: PartitionOptions,
  ): Promise<PartitionTeam> {
    const { shape, seed } = options;
    assertPartitions(count, shape.entities);
    const partitions = partitionEntities(shape.entities, count, seed);
    const inMemory = optionsInMemory(options, count);
    const buckets = bucketTriples(train, partitions, weights);
    const none = { heads: new Int32Array(), relations: new Int32Array(), tails: new Int32Array() };
    const opened = await TrainingTeam.open(inMemory, plan, none, { ...team, buckets });
    const files = new PartitionFiles(scratch, folder, count);
    const slots = new PartitionSlots(opened.embedding, partitions, files);
    const rankings = (team.rankings ?? []).map(({ triples }) => triples);
    return new PartitionTeam(opened, buckets, shape, options, rankings, files, slots);
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
    const { buckets, team, slots, options } = this;
    const { count } = buckets.partitions;
    let [loss, positives] = [0, 0];
    const total = tripleCount(buckets.triples);
    for (const [index, visit] of visitOrder(count, options.seed, epoch).entries()) {
      const size = visitSize(buckets, visit, epoch);
      if (size === 0) continue;
      slots.load(visit.slots);
      slots.touch();
      for (const rounds = team.epoch(visitNumber(epoch, index, count), learningRate); ; ) {
        const round = rounds.next();
        if (round.done) {
          loss += round.value * size;
          break;
        }
        yield { done: positives + (size * round.value.done) / round.value.total, total };
      }
      positives += size;
    }
    return loss / positives;
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

function assertPartitions(partitions: number, entities: number): void {
  if (partitions <= entities) return;
  throw new MedgraftError('input', 'embedding.partitions', 'there are more partitions than entities', {
    place: 'partitions',
    expected: `at most ${entities}`,
    got: String(partitions),
  });
}
