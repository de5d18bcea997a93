/**
 * `kg.topk`: the first K neighbours of every entity, chosen once (SMedBERT, section 3.2), as arrays that NumPy opens and as
 * JSON Lines (neighbour-table.store.ts). By the global ranks of `kg.rank`, by PEPR iterated for each entity, or by PEPR pushed
 * with a stated bound of the error.
 */
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { NeighbourChooser } from './choose-neighbours.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { loadFrequencies } from './load-frequencies.store.js';
import { loadRanks } from './load-ranks.js';
import type { EdgeDirection } from './neighbour-filter.js';
import { type NeighbourScores, peprScores, pushScores, rankScores } from './neighbour-scores.js';
import { type NeighbourRow, NeighbourTableWriter } from './neighbour-table.store.js';
import { type DanglingMass, peprStart } from './pepr.js';
import { type RankDirection, rankEdges } from './rank-edges.js';
import { RankedAdjacency } from './ranked-adjacency.js';
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
  method: 'rank' | 'pepr' | 'push' = 'rank';

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

/** Entities between two looks at the signal: of PEPR fewer, as each may take a second. */
const BLOCK = { rank: 20_000, pepr: 5, push: 20 } as const;

async function* run(
  settings: SelectNeighboursSettings,
  inputs: StageInputs,
  { folder, signal, threads }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const { method } = settings;
  const ranks = method === 'rank' ? await ranksOf(inputs) : undefined;
  const frequencies = settings.frequencies
    ? await loadFrequencies(settings.frequencies, snapshot.entityCount)
    : undefined;
  const adjacency = RankedAdjacency.build(snapshot, ranks);
  const chooser = new NeighbourChooser(adjacency, snapshot.entityTypes, snapshot.typeCount, settings);
  const counts = Uint32Array.from({ length: snapshot.entityCount }, (_, e) =>
    frequencies?.[e] === 0 ? 0 : chooser.countOf(e),
  );
  const total = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  yield { kind: 'note', message: `choosing neighbours of ${total} entities by ${method}` };
  const scores = scoresOf(settings, snapshot, ranks, frequencies, threads);
  const writer = await NeighbourTableWriter.open(folder, counts);
  const describe = describer(snapshot, adjacency);
  let [done, worst, errors, neighbours] = [0, 0, 0, 0];
  try {
    for (let entity = 0; entity < snapshot.entityCount; entity++) {
      if (counts[entity] === 0) continue;
      const error = scores.of(entity);
      const slots = chooser.slotsOf(entity, method === 'rank' ? undefined : scores.at);
      await writer.add(describe(entity, slots, scores));
      neighbours += slots.length;
      errors += error;
      worst = Math.max(worst, error);
      if (++done % BLOCK[method] !== 0) continue;
      throwIfCancelled(signal);
      yield { kind: 'progress', phase: 'topk', done, total, unit: 'entities' };
    }
    await writer.finish();
  } finally {
    await writer.close();
    scores.close();
  }
  yield { kind: 'progress', phase: 'topk', done, total, unit: 'entities' };
  const figures = { entities: snapshot.entityCount, withNeighbours: total, neighbours, method };
  return method === 'rank' ? figures : { ...figures, meanError: total === 0 ? 0 : errors / total, largestError: worst };
}

async function ranksOf(inputs: StageInputs): Promise<Float64Array> {
  if (inputs['ranks'] !== undefined) return loadRanks(inputs['ranks'].folder);
  throw new MedgraftError('missing', 'artefact.missing', 'neighbours by rank need the result of kg.rank', {
    expected: 'a finished kg.rank',
    got: 'none in this workspace',
    hint: 'run first: medgraft kg rank, or choose by --method pepr',
  });
}

function scoresOf(
  settings: SelectNeighboursSettings,
  snapshot: GraphSnapshot,
  ranks: Float64Array | undefined,
  frequencies: Int32Array | undefined,
  threads: number,
): NeighbourScores {
  if (ranks !== undefined) return rankScores(ranks);
  const edges = rankEdges(snapshot, settings.direction, settings.weighted);
  const start = frequencies && peprStart(frequencies, settings.samples ?? snapshot.entityCount);
  const make = settings.method === 'pepr' ? peprScores : pushScores;
  return make(edges, { ...settings, start }, loadRankSweep(threads));
}

function describer(snapshot: GraphSnapshot, { entities, relations, directions }: RankedAdjacency) {
  const names = uniqueNames(snapshot);
  return (entity: number, slots: readonly number[], scores: NeighbourScores): NeighbourRow => ({
    neighbours: Int32Array.from(slots.flatMap((slot) => [entities[slot], relations[slot], directions[slot]])),
    scores: Float64Array.from(slots, (slot) => scores.at(entities[slot])),
    line: {
      entity: names[entity],
      neighbours: slots.map((slot) => ({
        relation: snapshot.relationNames.at(relations[slot]),
        direction: directions[slot] === 1 ? 'out' : 'in',
        entity: names[entities[slot]],
        score: scores.at(entities[slot]),
      })),
    },
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
