/**
 * `kg.shuffle`: a graph with the entities, names, types and degrees of another and with random ends of its edges. What a model
 * gains from it cannot come from what the edges mean: the control of an experiment.
 */
import { join } from 'node:path';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { GraphBuilder } from './graph-builder.js';
import { STORE_FILE, writeGraphFiles } from './graph-files.store.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { SourceRecord } from './graph-store.js';
import { type EdgeEnds, shuffleEdges } from './shuffle-edges.js';
import { loadSnapshot } from './snapshot-file.js';
import { EmbeddedGraphStore } from './store/embedded/embedded-graph.store.js';

export class ShuffleGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph that is made.', required: true })
  kg!: string;

  @Setting({ type: 'string', meaning: 'Name of the graph that it is made of, which stays as it is.', required: true })
  of!: string;

  @Setting({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, meaning: 'Seed of the random ends.' })
  seed = 1;
}

async function* run(
  { of, seed }: ShuffleGraphSettings,
  { graph }: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(graph.folder);
  const edges = edgesOf(snapshot);
  const { tails, moved } = shuffleEdges(edges, snapshot.entityCount, seed);
  yield {
    kind: 'note',
    message: `${(100 * moved).toFixed(1)} % of ${tails.length} edges lead elsewhere than in ${of}`,
  };
  const builder = new GraphBuilder();
  await addEntities(graph.folder, of, builder);
  const { entityKeys, relationNames, outgoing } = snapshot;
  tails.forEach((tail, edge) => {
    builder.addTriple({
      head: entityKeys.at(edges.heads[edge]),
      relation: relationNames.at(edges.relations[edge]),
      tail: entityKeys.at(tail),
      weight: outgoing.weights?.[edge],
    });
  });
  return { ...(yield* writeGraphFiles(builder.finish(), context)), moved };
}

/** In the order of the snapshot's outgoing rows. */
function edgesOf({ entityCount, tripleCount, outgoing }: GraphSnapshot): EdgeEnds {
  const heads = new Uint32Array(tripleCount);
  for (let e = 0; e < entityCount; e++) heads.fill(e, outgoing.offsets[e], outgoing.offsets[e + 1]);
  return { heads, relations: outgoing.relations, tails: outgoing.entities };
}

async function addEntities(folder: string, of: string, builder: GraphBuilder): Promise<void> {
  const store = EmbeddedGraphStore.open(join(folder, STORE_FILE));
  try {
    builder.beginSource(recordOf(of, await store.sources()));
    for await (const block of store.entities()) for (const entity of block) builder.addEntity(entity);
  } finally {
    await store.close();
  }
}

function recordOf(of: string, sources: readonly SourceRecord[]): SourceRecord {
  const licences = sources.map(({ licence }) => licence).filter((licence) => licence !== undefined);
  const record = { name: `${of}-shuffled`, origin: `${of} with random ends of its edges` };
  return licences.length === 0 ? record : { ...record, licence: [...new Set(licences)].join('; ') };
}

export const shuffleGraph: Stage<ShuffleGraphSettings> = {
  name: 'kg.shuffle',
  summary: 'Make a graph of the same entities and degrees whose edges lead to random ends, as a control.',
  version: 1,
  kind: 'artefact',
  resultOf: 'kg.import',
  settings: ShuffleGraphSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  inputLabels: ({ of }) => ({ kg: of }),
  run,
};
