/**
 * `kg.rank`: PageRank of a graph's entities, or ranks that somebody else computed, as `ranks.npy` by id and as
 * `global_PageRank.json`, name -> weight, the file of SMedBERT's reference repository.
 */
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { type ByteSink, writeFile } from '../formats/byte-sink.js';
import { writeNpy } from '../formats/npy.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { givenRanks } from './given-ranks.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { RANKS_FILE } from './load-ranks.js';
import { examplesOf } from './match-names.js';
import { PAGE_RANK_DEFAULTS, type PageRankVariant, pageRank } from './page-rank.js';
import { type RankDirection, rankEdges } from './rank-edges.js';
import { readWeights } from './readers/read-weights.js';
import { loadSnapshot } from './snapshot-file.js';
import { uniqueNames } from './unique-names.js';

export class RankGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    path: 'data',
    optional: true,
    meaning:
      'Ranks that exist, in place of PageRank: a JSON object, entity name or key -> weight (global_PageRank.json). Without it they are computed.',
  })
  from?: string;

  @Setting({
    type: 'string',
    meaning: "Scores that sum to 1, or those of Neo4j's Graph Data Science (not normalised, dangling mass lost).",
    choices: ['standard', 'gds'],
  })
  variant: PageRankVariant = 'standard';

  @Setting({ type: 'number', meaning: 'Probability of following an edge instead of jumping.', minimum: 0, maximum: 1 })
  damping = 0.85;

  @Setting({
    type: 'number',
    meaning:
      'Stop when the L1 distance of two iterates is below it (standard, default 1e-9), or when no score changes by more (gds, default 1e-7).',
    minimum: 0,
    optional: true,
  })
  tolerance?: number;

  @Setting({
    type: 'integer',
    meaning: 'Sweeps over all edges, at most (default 200; gds 20).',
    minimum: 1,
    maximum: 1_000_000,
    optional: true,
  })
  maximumIterations?: number;

  @Setting({ type: 'boolean', meaning: "Use the edges' weights; without, each edge counts 1." })
  weighted = true;

  @Setting({
    type: 'string',
    meaning: 'Which way rank flows along an edge.',
    choices: ['head-to-tail', 'tail-to-head', 'both'],
  })
  direction: RankDirection = 'head-to-tail';
}

const STANDARD = { tolerance: 1e-9, maximumIterations: 200 };

async function* run(
  settings: RankGraphSettings,
  inputs: StageInputs,
  { folder, signal, threads }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  if (settings.from !== undefined) return yield* takeGiven(settings.from, snapshot, folder);
  yield { kind: 'note', message: `ranking ${snapshot.entityCount} entities by ${snapshot.tripleCount} triples` };
  throwIfCancelled(signal);
  const { variant, damping } = settings;
  const defaults = variant === 'gds' ? PAGE_RANK_DEFAULTS.gds : STANDARD;
  const { tolerance = defaults.tolerance, maximumIterations = defaults.maximumIterations } = settings;
  const edges = rankEdges(snapshot, settings.direction, settings.weighted);
  const options = { variant, damping, tolerance, maximumIterations };
  const { ranks, iterations, residual, converged } = pageRank(edges, options, loadRankSweep(threads));
  if (!converged) {
    const message = `PageRank did not converge in ${iterations} iterations: residual ${residual}, tolerance ${tolerance}`;
    yield { kind: 'warning', message };
  }
  throwIfCancelled(signal);
  yield* writeRanks(folder, snapshot, ranks);
  return { ...sizes(snapshot, ranks), variant, iterations, residual, converged };
}

async function* takeGiven(
  from: string,
  snapshot: GraphSnapshot,
  folder: string,
): AsyncGenerator<StageEvent, StageFigures> {
  const { ranks, match } = givenRanks(snapshot, await readWeights(from), from);
  const { shared, without, unused } = match;
  yield { kind: 'note', message: `ranks of ${from}: ${shared} entities` };
  if (without.length > 0) {
    const message = `${without.length} entities of the graph have no rank there and come last: ${examplesOf(without)}`;
    yield { kind: 'warning', message, place: from };
  }
  if (unused.length > 0) {
    const message = `${unused.length} of its names are not in the graph: ${examplesOf(unused)}`;
    yield { kind: 'warning', message, place: from };
  }
  yield* writeRanks(folder, snapshot, ranks);
  return {
    ...sizes(snapshot, ranks),
    variant: 'given',
    ranked: shared,
    unranked: without.length,
    unused: unused.length,
  };
}

function sizes({ tripleCount }: GraphSnapshot, ranks: Float64Array): StageFigures {
  return { entities: ranks.length, triples: tripleCount, sum: ranks.reduce((total, rank) => total + rank, 0) };
}

async function* writeRanks(folder: string, snapshot: GraphSnapshot, ranks: Float64Array): AsyncGenerator<StageEvent> {
  await writeFile(join(folder, RANKS_FILE), (sink) => writeNpy(sink, [ranks.length], ranks));
  const names = uniqueNames(snapshot);
  await writeFile(join(folder, 'global_PageRank.json'), (sink) => writeWeights(sink, names, ranks));
  yield { kind: 'progress', phase: 'rank', done: ranks.length, total: ranks.length, unit: 'entities' };
}

/** One JSON object, an entity a line, never whole in memory. */
async function writeWeights(sink: ByteSink, names: readonly string[], ranks: Float64Array): Promise<void> {
  const encoder = new TextEncoder();
  await sink.write(encoder.encode('{'));
  for (const [id, name] of names.entries()) {
    await sink.write(encoder.encode(`${id === 0 ? '' : ','}\n${JSON.stringify(name)}: ${ranks[id]}`));
  }
  await sink.write(encoder.encode('\n}\n'));
}

export const rankGraph: Stage<RankGraphSettings> = {
  name: 'kg.rank',
  summary: "Rank a graph's entities by PageRank.",
  version: 2,
  kind: 'artefact',
  settings: RankGraphSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  sources: ({ from }) => (from === undefined ? [] : [from]),
  run,
};
