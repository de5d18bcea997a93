/**
 * `kg.topk`: the first K neighbours of every entity, chosen once (SMedBERT, section 3.2), as arrays that NumPy opens and as
 * JSON Lines (neighbour-table.store.ts). By the global ranks of `kg.rank`, by PEPR iterated for each entity, or by PEPR pushed
 * with a stated bound of the error.
 */
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { loadFrequencies } from './load-frequencies.store.js';
import { loadRanks } from './load-ranks.js';
import { BlockChooser, type BlockOptions, type NeighbourBlock, type NeighbourMethod } from './neighbour-blocks.js';
import type { EdgeDirection } from './neighbour-filter.js';
import { type NeighbourRow, NeighbourTableWriter } from './neighbour-table.store.js';
import { chooseInThreads } from './neighbour-team.store.js';
import { type DanglingMass, peprStart } from './pepr.js';
import type { RankDirection } from './rank-edges.js';
import { loadSnapshot } from './snapshot-file.js';
import { uniqueNames } from './unique-names.js';

export class SelectNeighboursSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning:
      "What orders neighbours: kg.rank's PageRank, or the entity's own PEPR, exactly (one iteration per entity) or by local push (fast on large graphs, with a stated error).",
    choices: ['rank', 'pepr', 'push'],
  })
  method: NeighbourMethod = 'rank';

  @Setting({ type: 'integer', meaning: 'K: neighbours kept per entity.', minimum: 1, maximum: 1000 })
  count = 10;

  @Setting({
    type: 'string',
    meaning: 'Neighbours by edges out of the entity, into it, or both.',
    choices: ['both', 'out', 'in'],
  })
  side: EdgeDirection = 'both';

  @Setting({ type: 'boolean', meaning: 'Keep K neighbours of each type instead of K in all.' })
  perType = false;

  @Setting({
    type: 'string',
    meaning: 'Which way rank flows along an edge (pepr, push); one way, entities without such edges reach nobody.',
    choices: ['both', 'head-to-tail', 'tail-to-head'],
  })
  direction: RankDirection = 'both';

  @Setting({ type: 'boolean', meaning: "Use the edges' weights (pepr, push); without, each edge counts 1." })
  weighted = true;

  @Setting({ type: 'number', meaning: 'Probability of a jump (pepr, push).', minimum: 0.01, maximum: 1 })
  jump = 0.15;

  @Setting({
    type: 'string',
    meaning:
      'Mass of entities that no edge leaves (pepr, push): it jumps, or is lost as in the bare equation. The order is the same.',
    choices: ['jump', 'lost'],
  })
  dangling: DanglingMass = 'jump';

  @Setting({
    type: 'number',
    meaning: 'Stop when the L1 distance of two iterates is below it (pepr, push).',
    minimum: 0,
  })
  tolerance = 1e-9;

  @Setting({ type: 'integer', meaning: 'Iterations per entity, at most (pepr).', minimum: 1, maximum: 100_000 })
  maximumIterations = 500;

  @Setting({
    type: 'number',
    meaning: 'Push until each residual is at most so much times the degree (push).',
    minimum: 1e-12,
    maximum: 1,
  })
  epsilon = 1e-6;

  @Setting({
    type: 'string',
    path: 'data',
    optional: true,
    meaning:
      "A linked corpus's mention-frequency.bin: only entities that it mentions get neighbours, and PEPR starts from their frequency.",
  })
  frequencies?: string;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    optional: true,
    meaning: 'Samples of that corpus: an entity that it does not mention starts from 1 / samples (default: entities).',
  })
  samples?: number;
}

/** Entities of a block, between two looks at the signal: of PEPR few, as each may take a second. */
const BLOCK = { rank: 20_000, pepr: 4, push: 16 } as const;
/** Entities times triples from which threads are worth their start. */
const WORTH_THREADS = 50_000_000;

async function* run(
  settings: SelectNeighboursSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const { method } = settings;
  const ranks = method === 'rank' ? await ranksOf(inputs) : undefined;
  const frequencies = settings.frequencies
    ? await loadFrequencies(settings.frequencies, snapshot.entityCount)
    : undefined;
  const options = blockOptions(settings, snapshot.entityCount, frequencies);
  const chooser = new BlockChooser(snapshot, options, loadRankSweep(1), ranks);
  const counts = Uint32Array.from({ length: snapshot.entityCount }, (_, e) =>
    frequencies?.[e] === 0 ? 0 : chooser.countOf(e),
  );
  const entities = Uint32Array.from(counts.keys()).filter((e) => counts[e] > 0);
  yield { kind: 'note', message: `choosing neighbours of ${entities.length} entities by ${method}` };
  const isLarge = method !== 'rank' && entities.length * snapshot.tripleCount > WORTH_THREADS;
  const blocks = blocksOf(entities, BLOCK[method]);
  const task = { folder: inputs['graph'].folder, options };
  const answers =
    isLarge && context.threads > 1 ? chooseInThreads(task, blocks, context.threads) : chooseHere(chooser, blocks);
  const writer = await NeighbourTableWriter.open(context.folder, counts);
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
      throwIfCancelled(context.signal);
    }
    await writer.finish();
  } finally {
    await writer.close();
    chooser.close();
  }
  const figures = { entities: snapshot.entityCount, withNeighbours: entities.length, neighbours, method };
  return method === 'rank' ? figures : { ...figures, meanError: errors / Math.max(1, done), largestError: worst };
}

async function ranksOf(inputs: StageInputs): Promise<Float64Array> {
  if (inputs['ranks'] !== undefined) return loadRanks(inputs['ranks'].folder);
  throw new MedgraftError('missing', 'artefact.missing', 'neighbours by rank need the result of kg.rank', {
    expected: 'a finished kg.rank',
    got: 'none in this workspace',
    hint: 'run first: medgraft kg rank, or choose by --method pepr',
  });
}

/** Plain data: threads get a copy. */
function blockOptions(
  settings: SelectNeighboursSettings,
  entityCount: number,
  frequencies: Int32Array | undefined,
): BlockOptions {
  const { method, count, side, perType, direction, weighted, jump, dangling, tolerance, maximumIterations, epsilon } =
    settings;
  const start = frequencies && peprStart(frequencies, settings.samples ?? entityCount);
  return {
    method,
    count,
    side,
    perType,
    direction,
    weighted,
    jump,
    dangling,
    tolerance,
    maximumIterations,
    epsilon,
    start,
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

export const selectNeighbours: Stage<SelectNeighboursSettings> = {
  name: 'kg.topk',
  summary: 'Choose the first K neighbours of every entity by rank, PEPR or local push.',
  version: 2,
  kind: 'artefact',
  settings: SelectNeighboursSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import', ranks: 'kg.rank?' },
  sources: ({ frequencies }) => (frequencies ? [frequencies] : []),
  run,
};
