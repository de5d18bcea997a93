/** Chooses neighbours of entities, here or in threads, and writes them as the files of `kg.topk`, in bounded memory. */
import { throwIfCancelled } from '../base/errors.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import type { StageEvent } from '../runs/stage.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { BlockChooser, type BlockOptions, type NeighbourBlock } from './neighbour-blocks.js';
import { type NeighbourRow, NeighbourTableWriter } from './neighbour-table.store.js';
import { chooseInThreads } from './neighbour-team.store.js';
import { uniqueNames } from './unique-names.js';

export interface NeighbourTask {
  /** Of the graph's artefact: threads read it again. */
  readonly graphFolder: string;
  readonly snapshot: GraphSnapshot;
  readonly options: BlockOptions;
  /** [entities] of the method `rank` */
  readonly ranks?: Float64Array;
  /** [entities] only those above 0 get neighbours. */
  readonly frequencies?: Int32Array;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface WrittenNeighbours {
  readonly withNeighbours: number;
  readonly neighbours: number;
  /** Bounds of the L1 error of an entity's scores. */
  readonly meanError: number;
  readonly largestError: number;
}

/** Entities of a block, between two looks at the signal: of PEPR few, as each may take a second. */
const BLOCK = { rank: 20_000, pepr: 4, push: 16 } as const;
/** Entities times triples from which threads are worth their start. */
const WORTH_THREADS = 50_000_000;

export async function* writeNeighbours(
  folder: string,
  task: NeighbourTask,
): AsyncGenerator<StageEvent, WrittenNeighbours> {
  const { snapshot, options, ranks, frequencies, graphFolder, threads, signal } = task;
  const { method } = options;
  const chooser = new BlockChooser(snapshot, options, loadRankSweep(1), ranks);
  const counts = Uint32Array.from({ length: snapshot.entityCount }, (_, e) =>
    frequencies?.[e] === 0 ? 0 : chooser.countOf(e),
  );
  const entities = Uint32Array.from(counts.keys()).filter((e) => counts[e] > 0);
  yield { kind: 'note', message: `choosing neighbours of ${entities.length} entities by ${method}` };
  const isLarge = method !== 'rank' && entities.length * snapshot.tripleCount > WORTH_THREADS;
  const blocks = blocksOf(entities, BLOCK[method]);
  const answers =
    isLarge && threads > 1
      ? chooseInThreads({ folder: graphFolder, options }, blocks, threads)
      : chooseHere(chooser, blocks);
  const writer = await NeighbourTableWriter.open(folder, counts);
  const describe = describer(snapshot);
  let [done, neighbours, errors, worst] = [0, 0, 0, 0];
  try {
    for await (const block of answers) {
      for (const row of rowsOf(block, entities, done, describe)) await writer.add(row);
      done += block.counts.length;
      neighbours += block.scores.length;
      errors += block.errors.reduce((sum, error) => sum + error, 0);
      worst = block.errors.reduce((most, error) => Math.max(most, error), worst);
      yield { kind: 'progress', phase: 'topk', done, total: entities.length, unit: 'entities' };
      throwIfCancelled(signal);
    }
    await writer.finish();
  } finally {
    await writer.close();
    chooser.close();
  }
  return {
    withNeighbours: entities.length,
    neighbours,
    meanError: errors / Math.max(1, done),
    largestError: worst,
  };
}

function* blocksOf(entities: Uint32Array, size: number): Generator<Uint32Array> {
  for (let from = 0; from < entities.length; from += size) yield entities.slice(from, from + size);
}

async function* chooseHere(chooser: BlockChooser, blocks: Iterable<Uint32Array>): AsyncGenerator<NeighbourBlock, void> {
  for (const block of blocks) yield chooser.choose(block);
}

type Describe = (entity: number, neighbours: Int32Array, scores: Float64Array) => unknown;

/** @param first place of the block's first entity */
function* rowsOf(
  { counts, neighbours, scores }: NeighbourBlock,
  entities: Uint32Array,
  first: number,
  describe: Describe,
): Generator<NeighbourRow> {
  let from = 0;
  for (const [i, count] of counts.entries()) {
    const own = neighbours.subarray(3 * from, 3 * (from + count));
    const ownScores = scores.subarray(from, from + count);
    yield { neighbours: own, scores: ownScores, line: describe(entities[first + i], own, ownScores) };
    from += count;
  }
}

function describer(snapshot: GraphSnapshot): Describe {
  const names = uniqueNames(snapshot);
  return (entity, neighbours, scores) => ({
    entity: names[entity],
    neighbours: Array.from(scores, (score, i) => ({
      relation: snapshot.relationNames.at(neighbours[3 * i + 1]),
      direction: neighbours[3 * i + 2] === 1 ? 'out' : 'in',
      entity: names[neighbours[3 * i]],
      score,
    })),
  });
}
