/** Which neighbours infuse a mention: the first K by global rank, by the entity's own PEPR, or those that `kg.topk` chose. */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { loadRanks } from '../../graph/load-ranks.js';
import { loadTopNeighbours, NEIGHBOUR_FILES } from '../../graph/neighbour-table.store.js';
import { type TopNeighbours, topNeighbours } from '../../graph/neighbours.js';
import type { Artefact } from '../../runs/artefact.js';
import type { StageInputs } from '../../runs/stage.js';
import { readArtefact, Workspace } from '../../runs/workspace.js';
import type { ModelSettings } from '../model/model-settings.js';
import { personalNeighbours } from './personal-neighbours.store.js';

/** By default `neighbourOrder` is `pagerank`. */
export type NeighbourSettings = Pick<ModelSettings, 'neighbours' | 'neighbourTable'> &
  Partial<Pick<ModelSettings, 'neighbourOrder'>>;

/** @throws MedgraftError `smedbert.neighbours`, `artefact.stale`; what loading throws */
export async function mentionNeighbours(
  settings: NeighbourSettings,
  snapshot: GraphSnapshot,
  inputs: StageInputs,
): Promise<TopNeighbours> {
  const { neighbours, neighbourTable } = settings;
  const table = usesNewestTable(settings) ? newestTable(inputs) : neighbourTable;
  if (table === undefined) {
    const ranked = topNeighbours(snapshot, await loadRanks(inputs['ranks'].folder), neighbours);
    return settings.neighbourOrder === 'pepr' ? personalNeighbours(neighbours, snapshot, inputs, ranked) : ranked;
  }
  await checkTable(table, neighbours, inputs['graph'].hash);
  return loadTopNeighbours(table, snapshot.entityCount, neighbours);
}

/** Whether the neighbours are those of the input `neighbours`: a table that is named wins. */
export function usesNewestTable({ neighbourOrder, neighbourTable }: NeighbourSettings): boolean {
  return neighbourOrder === 'topk' && neighbourTable === undefined;
}

/** The inputs of a later stage with the table that a run was made with. @throws MedgraftError `smedbert.neighbours` when it is gone */
export async function withTableOfRun(
  inputs: StageInputs,
  { manifest, folder }: Artefact,
  home: string,
): Promise<StageInputs> {
  const hash = manifest.inputs['neighbours'];
  if (hash === undefined) return inputs;
  const neighbours = await readArtefact(new Workspace(home).artefactFolder('kg.topk', hash));
  if (neighbours) return { ...inputs, neighbours };
  throw new MedgraftError('missing', 'smedbert.neighbours', 'the neighbours that the model was trained with are gone', {
    place: folder,
    expected: `kg.topk ${hash}`,
    hint: 'run kg topk again with the same settings',
  });
}

function newestTable({ neighbours }: StageInputs): string {
  if (neighbours) return neighbours.folder;
  throw new MedgraftError('missing', 'artefact.missing', 'neighbours by topk need the result of kg.topk', {
    expected: 'a finished kg.topk',
    hint: 'run first: medgraft kg topk --method pepr',
  });
}

/** The files that decide what `mentionNeighbours` gives. */
export function filesOfTable(folder: string): string[] {
  return [NEIGHBOUR_FILES.offsets, NEIGHBOUR_FILES.neighbours].map((file) => join(folder, file));
}

async function checkTable(place: string, neighbours: number, graph: string): Promise<void> {
  const table = await readArtefact(place);
  if (table?.stage !== 'kg.topk') {
    throw new MedgraftError('input', 'smedbert.neighbours', 'this is no table of neighbours', {
      place,
      expected: 'the folder of a kg.topk result',
      got: table?.stage,
    });
  }
  const { inputs, settings } = table.manifest;
  if (inputs['graph'] !== graph) {
    throw new MedgraftError('conflict', 'artefact.stale', 'kg.topk was made from another import of the graph', {
      place,
      expected: `graph ${graph}`,
      got: `graph ${inputs['graph']}`,
      hint: 'run kg topk again',
    });
  }
  if (Number(settings['count']) >= neighbours) return;
  throw new MedgraftError('conflict', 'smedbert.neighbours', 'the table has fewer neighbours than are asked for', {
    place,
    expected: `--count ${neighbours} or more`,
    got: `--count ${settings['count']}`,
    hint: 'run kg topk with a larger --count, or ask for fewer --neighbours',
  });
}
