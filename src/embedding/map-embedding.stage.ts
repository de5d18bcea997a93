/**
 * `kg.map`: a map of a graph's entities by their vectors, principal components first, then UMAP. Leaves `map.json` for pages
 * and `map.svg` to look at.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadRanks } from '../graph/load-ranks.js';
import { neighbourFilter } from '../graph/neighbour-filter.js';
import { rankOrder } from '../graph/rank-order.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { type EntityMap, typesOf } from './map/entity-map.js';
import { mapPicture } from './map/map-picture.js';
import { type PrincipalComponents, principalComponents } from './map/principal-components.js';
import { umapLayout } from './map/umap-layout.js';
import { openModelFile } from './model-file.store.js';

export class MapEmbeddingSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'Two principal components, or UMAP, which keeps neighbours together.',
    choices: ['umap', 'pca'],
  })
  method: 'umap' | 'pca' = 'umap';

  @Setting({
    type: 'integer',
    meaning: 'Entities on the map, at most: the highest by kg.rank, or by their number of triples.',
    minimum: 3,
    maximum: 50_000,
  })
  entities = 5000;

  @Setting({ type: 'strings', meaning: 'Only entities of these types.', optional: true, freeText: true })
  types?: string[];

  @Setting({ type: 'boolean', meaning: 'Compare directions of vectors, as kg similar does, and not their lengths.' })
  normalise = true;

  @Setting({ type: 'integer', meaning: 'Principal components that UMAP starts from.', minimum: 2, maximum: 256 })
  components = 50;

  @Setting({
    type: 'integer',
    meaning: 'Neighbours that UMAP looks at: few show fine groups, many the large shape.',
    minimum: 2,
    maximum: 200,
  })
  neighbours = 15;

  @Setting({
    type: 'number',
    meaning: 'How close UMAP puts points, of a unit in which a group is a few wide.',
    minimum: 0,
    maximum: 1,
  })
  minimumDistance = 0.1;

  @Setting({ type: 'integer', meaning: 'Rounds of UMAP; 0: 200 to 500 by the number of points.', minimum: 0 })
  epochs = 0;

  @Setting({ type: 'integer', meaning: 'Names in the picture, at most.', minimum: 0, maximum: 1000 })
  labels = 60;

  @Setting({ type: 'integer', meaning: 'Seed of the draws.', minimum: 0 })
  seed = 0;
}

async function* run(
  settings: MapEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const ranks = inputs['ranks'] ? await loadRanks(inputs['ranks'].folder) : degrees(snapshot);
  const chosen = chooseEntities(settings, snapshot, ranks);
  const { model } = await openModelFile(inputs['vectors'].folder);
  const width = model.shape.dimension;
  const vectors = rowsOf(model.tables.entity, width, chosen, settings.normalise);
  yield { kind: 'note', message: `${chosen.length} entities of ${snapshot.entityCount}, vectors of width ${width}` };
  const components = principalComponents(vectors, width, settings.method === 'pca' ? 2 : settings.components);
  throwIfCancelled(signal);
  const places = settings.method === 'pca' ? pairs(components) : yield* layout(settings, components, signal);
  const map = entityMap(settings, snapshot, ranks, chosen, model.name, components, places);
  await writeFileAtomically(join(folder, 'map.json'), `${JSON.stringify(map)}\n`);
  await writeFileAtomically(join(folder, 'map.svg'), mapPicture(map, settings.labels));
  return {
    model: model.name,
    method: settings.method,
    entities: map.points.length,
    types: map.types.length,
    components: components.count,
    explained: components.explained.reduce((sum, share) => sum + share, 0),
  };
}

function degrees({ entityCount, outgoing, incoming }: GraphSnapshot): Float64Array {
  return Float64Array.from({ length: entityCount }, (_, e) => {
    return outgoing.offsets[e + 1] - outgoing.offsets[e] + incoming.offsets[e + 1] - incoming.offsets[e];
  });
}

/** Those without a triple have the vectors that they started with, and no place on a map. */
function chooseEntities(
  { kg, entities, types }: MapEmbeddingSettings,
  snapshot: GraphSnapshot,
  ranks: Float64Array,
): Uint32Array {
  const wanted = neighbourFilter(snapshot, { types })?.types;
  const triples = degrees(snapshot);
  const found = rankOrder(snapshot.entityCount, ranks).filter(
    (e) => triples[e] > 0 && (wanted === undefined || wanted[snapshot.entityTypes[e]] === 1),
  );
  if (found.length >= 3) return found.subarray(0, entities);
  throw new MedgraftError('input', 'embedding.map', 'a map needs at least three entities with triples', {
    place: kg,
    got: String(found.length),
  });
}

function rowsOf(table: Float32Array, width: number, ids: Uint32Array, normalise: boolean): Float32Array {
  const rows = new Float32Array(ids.length * width);
  for (const [i, id] of ids.entries()) {
    const row = table.subarray(id * width, (id + 1) * width);
    const length = normalise ? Math.hypot(...row) || 1 : 1;
    for (let j = 0; j < width; j++) rows[i * width + j] = row[j] / length;
  }
  return rows;
}

function pairs({ scores, count }: PrincipalComponents): number[][] {
  const rows = scores.length / count;
  return Array.from({ length: rows }, (_, i) => [scores[i * count], count > 1 ? scores[i * count + 1] : 0]);
}

async function* layout(
  settings: MapEmbeddingSettings,
  { scores, count }: PrincipalComponents,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, number[][]> {
  const rounds = umapLayout(scores, count, settings);
  for (;;) {
    const step = rounds.next();
    if (step.done) return step.value;
    throwIfCancelled(signal);
    yield { kind: 'progress', phase: 'umap', ...step.value, unit: 'rounds' };
    // A round computes without a pause: let the signal have its turn.
    await setImmediate();
  }
}

function entityMap(
  { kg, method }: MapEmbeddingSettings,
  snapshot: GraphSnapshot,
  ranks: Float64Array,
  chosen: Uint32Array,
  model: string,
  { explained }: PrincipalComponents,
  places: readonly (readonly number[])[],
): EntityMap {
  const points = Array.from(chosen, (entity, i) => ({
    id: snapshot.entityKeys.at(entity),
    name: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
    x: rounded(places[i][0]),
    y: rounded(places[i][1]),
    rank: ranks[entity],
  }));
  const types = typesOf(points);
  return { kg, model, method, entities: snapshot.entityCount, explained: [...explained].map(rounded), types, points };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

export const mapEmbedding: Stage<MapEmbeddingSettings> = {
  name: 'kg.map',
  summary: "Draw a map of a graph's entities by their vectors: principal components, then UMAP.",
  version: 1,
  kind: 'artefact',
  settings: MapEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import', vectors: 'kg.embed', ranks: 'kg.rank?' },
  run,
};
