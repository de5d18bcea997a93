/**
 * `kg.topk`: the first K neighbours of every entity, chosen once (SMedBERT, section 3.2), as arrays that NumPy opens and as
 * JSON Lines (neighbour-table.store.ts). By the global ranks of `kg.rank`, by PEPR iterated for each entity, or by PEPR pushed
 * with a stated bound of the error.
 */
import { MedgraftError } from '../base/errors.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { loadFrequencies } from './load-frequencies.store.js';
import { loadRanks } from './load-ranks.js';
import type { BlockOptions, NeighbourMethod } from './neighbour-blocks.js';
import type { EdgeDirection } from './neighbour-filter.js';
import { type DanglingMass, peprStart } from './pepr.js';
import type { RankDirection } from './rank-edges.js';
import { loadSnapshot } from './snapshot-file.js';
import { writeNeighbours } from './write-neighbours.store.js';

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
  const { threads, signal } = context;
  const task = { graphFolder: inputs['graph'].folder, snapshot, options, ranks, frequencies, threads, signal };
  const written = yield* writeNeighbours(context.folder, task);
  const { withNeighbours, neighbours, meanError, largestError } = written;
  const figures = { entities: snapshot.entityCount, withNeighbours, neighbours, method };
  return method === 'rank' ? figures : { ...figures, meanError, largestError };
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
