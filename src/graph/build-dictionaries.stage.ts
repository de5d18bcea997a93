/**
 * `kg.dictionaries`: the graph as the dictionaries of SMedBERT's reference repository (its README, steps 4 to 6), as JSON
 * Lines and id lists instead of pickles: `ent2outRel.jsonl`, `ent2inRel.jsonl` (entity, list of [relation, entity]),
 * `entity-types.jsonl`, `entity2id.txt`, `relation2id.txt`. Entities of one name are told apart as unique-names.ts says.
 */
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeIdList } from '../formats/id-list.js';
import { writeJsonLines } from '../formats/json-lines.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import type { Adjacency, GraphSnapshot } from './graph-snapshot.js';
import { loadSnapshot } from './snapshot-file.js';
import { uniqueNames } from './unique-names.js';

export class BuildDictionariesSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;
}

async function* run(
  _settings: BuildDictionariesSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const names = uniqueNames(snapshot);
  const relations = Array.from({ length: snapshot.relationCount }, (_, id) => snapshot.relationNames.at(id));
  const jsonLines = {
    'ent2outRel.jsonl': neighbourLines(names, relations, snapshot.outgoing),
    'ent2inRel.jsonl': neighbourLines(names, relations, snapshot.incoming),
    'entity-types.jsonl': typeLines(names, snapshot),
  };
  const total = Object.keys(jsonLines).length + 2;
  let done = 0;
  const progress = (): StageEvent => ({ kind: 'progress', phase: 'dictionaries', done: ++done, total, unit: 'files' });
  for (const [file, lines] of Object.entries(jsonLines)) {
    throwIfCancelled(signal);
    await writeFile(join(folder, file), (sink) => writeJsonLines(sink, lines));
    yield progress();
  }
  for (const [file, list] of Object.entries({ 'entity2id.txt': names, 'relation2id.txt': relations })) {
    await writeFile(join(folder, file), (sink) => writeIdList(sink, list));
    yield progress();
  }
  const renamed = names.reduce((count, name, id) => count + Number(name !== snapshot.entityNames.at(id)), 0);
  return { entities: names.length, relations: relations.length, triples: snapshot.tripleCount, renamed };
}

/** Entities without neighbours on this side have no line. */
function* neighbourLines(
  names: readonly string[],
  relations: readonly string[],
  rows: Adjacency,
): Generator<{ entity: string; neighbours: [relation: string, entity: string][] }> {
  for (const [id, entity] of names.entries()) {
    const neighbours: [string, string][] = [];
    for (let i = rows.offsets[id]; i < rows.offsets[id + 1]; i++) {
      neighbours.push([relations[rows.relations[i]], names[rows.entities[i]]]);
    }
    if (neighbours.length > 0) yield { entity, neighbours };
  }
}

function* typeLines(names: readonly string[], snapshot: GraphSnapshot): Generator<{ entity: string; type: string }> {
  for (const [id, entity] of names.entries()) {
    yield { entity, type: snapshot.typeNames.at(snapshot.entityTypes[id]) };
  }
}

export const buildDictionaries: Stage<BuildDictionariesSettings> = {
  name: 'kg.dictionaries',
  summary: 'Write neighbour and type dictionaries and id lists of a graph.',
  version: 1,
  kind: 'artefact',
  settings: BuildDictionariesSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  run,
};
