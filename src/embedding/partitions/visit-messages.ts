/** What the leader of a training in several processes tells the others: a head that says what comes, then bytes. */
import type { Communicator } from '../../engine/communicator.js';
import { bytesOf } from '../../formats/byte-sink.js';
import type { EmbeddingOptions } from '../create-embedding.js';
import type { ChunkPlan } from '../training/create-chunks.js';
import type { HeldEmbedding } from '../training/embedding-trainer.js';
import type { PartitionBuckets } from './partition-buckets.js';

/** Open a team; take over the relations' tables; make a visit of a round; close the team; end. */
const MESSAGES = ['open', 'relations', 'round', 'close', 'end'] as const;
export type Message = (typeof MESSAGES)[number];

/** Which message, and up to four numbers. */
const HEAD_NUMBERS = 5;

/** Leaders that failed within a round: the others wait for something else than a message. */
const silent = new WeakSet<Communicator>();

/** @returns whether the others hear it */
export function tell(communicator: Communicator, message: Message, ...numbers: number[]): boolean {
  if (silent.has(communicator)) return false;
  const head = new Float64Array(HEAD_NUMBERS);
  head.set([MESSAGES.indexOf(message), ...numbers]);
  communicator.broadcast(bytesOf(head), 0);
  return true;
}

export function listen(communicator: Communicator): { message: Message; numbers: number[] } {
  const head = new Float64Array(HEAD_NUMBERS);
  communicator.broadcast(bytesOf(head), 0);
  const [message, ...numbers] = head;
  return { message: MESSAGES[message], numbers };
}

/** After a failure within a round: nothing that is told would be heard as what it is. */
export function fallSilent(communicator: Communicator): void {
  silent.add(communicator);
}

/** What a team is opened with. */
export interface TeamFacts {
  /** Of the part of the model that is in memory. */
  readonly options: EmbeddingOptions;
  readonly plan: ChunkPlan;
  readonly threads: number;
  readonly entities: number;
  readonly partitions: number;
  readonly processes: number;
  readonly triples: number;
  readonly isWeighted: boolean;
}

export function tellOpen(
  communicator: Communicator,
  facts: Pick<TeamFacts, 'options' | 'plan' | 'threads'>,
  buckets: PartitionBuckets,
): void {
  const { partitions, processes, triples, weights } = buckets;
  const all: TeamFacts = {
    ...facts,
    processes,
    entities: partitions.entities,
    partitions: partitions.count,
    triples: triples.heads.length,
    isWeighted: weights !== undefined,
  };
  const text = new TextEncoder().encode(JSON.stringify(all));
  tell(communicator, 'open', text.length);
  communicator.broadcast(text, 0);
  for (const array of arraysOf(buckets)) communicator.broadcast(bytesOf(array), 0);
}

export function hearOpen(communicator: Communicator, length: number): { facts: TeamFacts; buckets: PartitionBuckets } {
  const text = new Uint8Array(length);
  communicator.broadcast(text, 0);
  const facts: TeamFacts = JSON.parse(new TextDecoder().decode(text));
  const { entities, partitions: count, processes, triples: total, isWeighted } = facts;
  const int32 = (size: number) => new Int32Array(new SharedArrayBuffer(size * 4));
  const buckets: PartitionBuckets = {
    partitions: {
      count,
      entities,
      partitionOf: new Uint16Array(new SharedArrayBuffer(entities * 2)),
      rowOf: int32(entities),
    },
    processes,
    offsets: int32(count * count + 1),
    triples: { heads: int32(total), relations: int32(total), tails: int32(total) },
    weights: isWeighted ? new Float32Array(new SharedArrayBuffer(total * 4)) : undefined,
  };
  for (const array of arraysOf(buckets)) communicator.broadcast(bytesOf(array), 0);
  return { facts, buckets };
}

/** Leader and others call it alike. */
export function shareRelations(communicator: Communicator, { model, optimizer }: HeldEmbedding): void {
  for (const table of Object.values(model.tables)) communicator.broadcast(bytesOf(table), 0);
  for (const { first, second } of optimizer.state.values()) {
    for (const array of [first, second]) communicator.broadcast(bytesOf(array), 0);
  }
}

function arraysOf({ partitions, offsets, triples, weights }: PartitionBuckets): ArrayBufferView[] {
  const { heads, relations, tails } = triples;
  return [partitions.partitionOf, partitions.rowOf, offsets, heads, relations, tails, ...(weights ? [weights] : [])];
}
