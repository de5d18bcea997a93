import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { writeFile } from '../../formats/byte-sink.js';
import { readJsonLines, writeJsonLines } from '../../formats/json-lines.js';
import { SafetensorsFile, writeSafetensors } from '../../formats/safetensors.js';
import { loadRanks } from '../../graph/load-ranks.js';
import { loadSnapshot } from '../../graph/snapshot-file.js';
import { uniqueNames } from '../../graph/unique-names.js';
import type { StageInputs } from '../../runs/stage.js';
import type { LinkedSurfaces } from '../../text/automaton-linker.js';
import { exactLinker } from '../../text/corpus-linking.js';
import type { Linker } from '../../text/linker.js';
import { buildSurfaceLexicon } from '../../text/surface-lexicon.js';
import { mentionNeighbours, type NeighbourSettings } from '../instances/mention-neighbours.store.js';
import type { SentenceKnowledge } from '../instances/sentence-batch.js';
import { shuffleNeighbours } from '../instances/shuffle-neighbours.js';

/**
 * What of the graph a fine-tuned model needs to be asked anywhere: the surfaces that are linked, and the neighbours that
 * are infused. Kept beside the model as `graph-surfaces.jsonl` (surface, entity, candidates) and `graph.safetensors`.
 */
export interface TaskGraph {
  readonly linkerName: 'automaton' | 'jieba';
  readonly surfaces: LinkedSurfaces;
  readonly linker: Linker;
  /** As the graph is, or those of other entities as a control. */
  readonly knowledge: SentenceKnowledge;
  readonly typeCount: number;
}

const SURFACES_FILE = 'graph-surfaces.jsonl';
const NEIGHBOURS_FILE = 'graph.safetensors';

/** Links as `corpus.link` did, an ambiguous surface to its entity of highest rank, and infuses the neighbours that pre-training infused. */
export async function loadTaskGraph(
  inputs: StageInputs,
  settings: NeighbourSettings,
  shuffleSeed: number | undefined,
): Promise<{ graph: TaskGraph; names: readonly string[] }> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const linking = inputs['corpus'].manifest.settings;
  const ranks = await loadRanks(inputs['ranks'].folder);
  const lexicon = buildSurfaceLexicon(snapshot, ranks, linking['ignoreCase'] !== false);
  const neighbours = await mentionNeighbours(settings, snapshot, inputs);
  const linkerName = linking['linker'] === 'jieba' ? 'jieba' : 'automaton';
  const graph = {
    linkerName,
    surfaces: lexicon,
    linker: exactLinker(lexicon, { linker: linkerName }),
    knowledge: {
      neighbours: shuffleSeed === undefined ? neighbours : shuffleNeighbours(neighbours, shuffleSeed),
      entityTypes: snapshot.entityTypes,
    },
    typeCount: snapshot.typeCount,
  } as const;
  return { graph, names: uniqueNames(snapshot) };
}

export async function writeTaskGraph(folder: string, { surfaces, knowledge, typeCount }: TaskGraph): Promise<void> {
  const { neighbours, entityTypes } = knowledge;
  const rows = surfaces.surfaces.map((surface, i) => [surface, surfaces.entities[i], surfaces.candidates[i]]);
  await writeFile(join(folder, SURFACES_FILE), (sink) => writeJsonLines(sink, rows));
  const entities = entityTypes.length;
  const table = [entities, neighbours.k];
  const tensors = [
    { name: 'neighbours', shape: table, data: Int32Array.from(neighbours.entities) },
    { name: 'relations', shape: table, data: Int32Array.from(neighbours.relations) },
    { name: 'directions', shape: table, data: Int32Array.from(neighbours.directions) },
    { name: 'counts', shape: [entities], data: Int32Array.from(neighbours.counts) },
    { name: 'types', shape: [entities], data: Int32Array.from(entityTypes) },
    { name: 'type_count', shape: [1], data: Int32Array.of(typeCount) },
  ];
  await writeFile(join(folder, NEIGHBOURS_FILE), (sink) => writeSafetensors(sink, tensors));
}

export async function readTaskGraph(
  folder: string,
  { linker, ignoreCase }: { linker: TaskGraph['linkerName']; ignoreCase: boolean },
): Promise<TaskGraph> {
  const surfaces = await readSurfaces(join(folder, SURFACES_FILE), ignoreCase);
  const path = join(folder, NEIGHBOURS_FILE);
  const file = await SafetensorsFile.open(path);
  try {
    const int = (name: string) => file.int32(name);
    const entities = await int('neighbours');
    const counts = Uint16Array.from(await int('counts'));
    const neighbours = {
      k: entities.length / counts.length,
      entities: Uint32Array.from(entities),
      relations: Uint16Array.from(await int('relations')),
      directions: Int8Array.from(await int('directions')),
      counts,
    };
    const entityTypes = Uint16Array.from(await int('types'));
    const [typeCount] = await int('type_count');
    const knowledge = { neighbours, entityTypes };
    return { linkerName: linker, surfaces, linker: exactLinker(surfaces, { linker: linker }), knowledge, typeCount };
  } finally {
    await file.close();
  }
}

async function readSurfaces(path: string, ignoreCase: boolean): Promise<LinkedSurfaces> {
  const surfaces: string[] = [];
  const entities: number[] = [];
  const candidates: number[] = [];
  for await (const { line, value } of readJsonLines(path)) {
    if (!Array.isArray(value) || typeof value[0] !== 'string') {
      throw new MedgraftError('input', 'checkpoint.config', 'this is no surface', {
        place: `${path}:${line}`,
        expected: '[surface, entity, candidates]',
      });
    }
    surfaces.push(value[0]);
    entities.push(Number(value[1]));
    candidates.push(Number(value[2]));
  }
  return { surfaces, entities: Int32Array.from(entities), candidates: Int32Array.from(candidates), ignoreCase };
}
