/**
 * `kg.sample`: a part of a graph that people can look at, with measures, for Gephi, Cytoscape, networkx and pages
 * (sample-files.store.ts). The whole graph stays in its typed arrays; only the sample becomes objects.
 */

import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { CounterRandom } from '../base/random.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { findEntity } from './find-entity.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { loadRanks } from './load-ranks.js';
import { RankedAdjacency } from './ranked-adjacency.js';
import { sampleByRank, sampleEgo, sampleRandom, sampleWalk } from './sample-entities.js';
import { writeSampleFiles } from './sample-files.store.js';
import { measureSample } from './sample-measures.js';
import { sampleSubgraph } from './sample-subgraph.js';
import { loadSnapshot } from './snapshot-file.js';

export class SampleGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning:
      'Which entities: drawn evenly, the highest by kg.rank, those around given ones, or those met by a random walk.',
    choices: ['random', 'rank', 'ego', 'walk'],
  })
  method: 'random' | 'rank' | 'ego' | 'walk' = 'walk';

  @Setting({ type: 'integer', meaning: 'Entities in the sample, at most.', minimum: 1, maximum: 50_000 })
  nodes = 500;

  @Setting({
    type: 'integer',
    meaning: 'Edges in the sample, at most; the figures say how many were left out.',
    minimum: 0,
    maximum: 2_000_000,
  })
  edges = 200_000;

  @Setting({
    type: 'strings',
    optional: true,
    freeText: true,
    meaning: 'Keys, names or aliases of the entities in the middle (ego) or where walks start (walk).',
  })
  entities?: string[];

  @Setting({ type: 'integer', meaning: 'Rings around the entities (ego).', minimum: 0, maximum: 10 })
  hops = 2;

  @Setting({ type: 'boolean', meaning: 'Measure betweenness too: takes nodes times edges steps.' })
  betweenness = true;

  @Setting({
    type: 'number',
    meaning: 'Of the communities: above 1 for smaller, below 1 for larger ones.',
    minimum: 0.001,
    maximum: 1000,
  })
  resolution = 1;

  @Setting({ type: 'integer', meaning: 'Seed of the draws.', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
  seed = 1;
}

/** Two PageRanks that both stopped at 1e-12 lie closer than this. */
const AGREEMENT = 1e-9;

async function* run(
  settings: SampleGraphSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const ranks = inputs['ranks'] && (await loadRanks(inputs['ranks'].folder));
  const entities = chooseEntities(settings, snapshot, ranks);
  const { graph, edgesFound } = sampleSubgraph(snapshot, entities, settings.edges, ranks);
  yield { kind: 'note', message: `measuring ${graph.order} entities and ${graph.size} edges` };
  throwIfCancelled(signal);
  const { betweenness, resolution, seed } = settings;
  const random = new CounterRandom(seed, 'graph.sample-communities');
  const measures = measureSample(graph, { betweenness, resolution, random });
  if (measures.pagerankDistance > AGREEMENT) {
    const message = `our PageRank and graphology-metrics' differ by ${measures.pagerankDistance}`;
    yield { kind: 'warning', message };
  }
  throwIfCancelled(signal);
  await writeSampleFiles(folder, graph);
  yield { kind: 'progress', phase: 'sample', done: graph.order, total: graph.order, unit: 'entities' };
  return {
    method: settings.method,
    nodes: graph.order,
    edges: graph.size,
    edgesLeftOut: edgesFound - graph.size,
    ...measures,
  };
}

function chooseEntities(
  settings: SampleGraphSettings,
  snapshot: GraphSnapshot,
  ranks: Float64Array | undefined,
): Uint32Array {
  const { method, nodes, seed, hops } = settings;
  const { entityCount } = snapshot;
  if (method === 'random') return sampleRandom(entityCount, nodes, seed);
  if (method === 'rank') return sampleByRank(entityCount, nodes, ranks ?? failWithoutRanks());
  const given = (settings.entities ?? []).map((text) => entityOf(snapshot, text, ranks));
  const adjacency = RankedAdjacency.build(snapshot, ranks);
  if (method === 'walk') return sampleWalk(adjacency, nodes, seed, given);
  if (given.length > 0) return sampleEgo(adjacency, given, nodes, hops);
  throw new MedgraftError('input', 'graph.sample', 'a sample around entities needs entities', {
    expected: '--entities NAME',
    got: 'none',
  });
}

function entityOf(snapshot: GraphSnapshot, text: string, ranks: Float64Array | undefined): number {
  const found = findEntity(snapshot, text, ranks);
  if (found !== undefined) return found.entity;
  throw new MedgraftError('missing', 'graph.entity-unknown', 'the graph has no such entity', {
    got: JSON.stringify(text),
    hint: 'give a key, a name or an alias as it stands in the graph',
  });
}

function failWithoutRanks(): never {
  throw new MedgraftError('missing', 'artefact.missing', 'a sample by rank needs the result of kg.rank', {
    expected: 'a finished kg.rank',
    got: 'none in this workspace',
    hint: 'run first: medgraft kg rank',
  });
}

export const sampleGraph: Stage<SampleGraphSettings> = {
  name: 'kg.sample',
  summary: 'Take a sample of a graph with centralities and communities, as GEXF, GraphML and JSON.',
  version: 1,
  kind: 'artefact',
  settings: SampleGraphSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import', ranks: 'kg.rank?' },
  run,
};
