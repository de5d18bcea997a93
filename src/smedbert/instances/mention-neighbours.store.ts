/** Which neighbours infuse a mention: the first K by global rank, or those that `kg.topk` chose, by PEPR for example. */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { loadRanks } from '../../graph/load-ranks.js';
import { loadTopNeighbours, NEIGHBOUR_FILES } from '../../graph/neighbour-table.store.js';
import { type TopNeighbours, topNeighbours } from '../../graph/neighbours.js';
import type { StageInputs } from '../../runs/stage.js';
import { readArtefact } from '../../runs/workspace.js';
import type { ModelSettings } from '../model/model-settings.js';

/** @throws MedgraftError `smedbert.neighbours`, `artefact.stale`; what loading throws */
export async function mentionNeighbours(
  settings: Pick<ModelSettings, 'neighbours' | 'neighbourTable'>,
  snapshot: GraphSnapshot,
  inputs: StageInputs,
): Promise<TopNeighbours> {
  const { neighbours, neighbourTable } = settings;
  if (neighbourTable === undefined) {
    return topNeighbours(snapshot, await loadRanks(inputs['ranks'].folder), neighbours);
  }
  await checkTable(neighbourTable, neighbours, inputs['graph'].hash);
  return loadTopNeighbours(neighbourTable, snapshot.entityCount, neighbours);
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
