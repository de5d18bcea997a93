/**
 * `kg.dictionaries`: the graph as the dictionaries of SMedBERT's reference repository (its README, steps 3 to 5), as JSON
 * Lines and id lists: `ent2outRel.jsonl`, `ent2inRel.jsonl` (entity, list of [relation, entity]), `entity-types.jsonl`,
 * `entity2id.txt`, `relation2id.txt`; when asked for also as the pickles that the repository opens: `ent2outRel.pkl`,
 * `ent2inRel.pkl` (entity -> [(relation, entity)]), `type_set.pkl` (entity -> type). Entities of one name are told apart as
 * unique-names.ts says.
 */
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { type ByteSink, writeFile } from '../formats/byte-sink.js';
import { writeIdList } from '../formats/id-list.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { PickleTuple, writePickledDict } from '../formats/pickle-writer.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import type { Adjacency, GraphSnapshot } from './graph-snapshot.js';
import { loadSnapshot } from './snapshot-file.js';
import { uniqueNames } from './unique-names.js';

export class BuildDictionariesSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({ type: 'boolean', meaning: 'Also write the pickles that the reference repository opens in Python.' })
  pickles = false;
}

async function* run(
  { pickles }: BuildDictionariesSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const names = uniqueNames(snapshot);
  const relations = Array.from({ length: snapshot.relationCount }, (_, id) => snapshot.relationNames.at(id));
  const dictionaries = {
    ent2outRel: () => neighbourLines(names, relations, snapshot.outgoing),
    ent2inRel: () => neighbourLines(names, relations, snapshot.incoming),
  };
  const files: Record<string, (sink: ByteSink) => Promise<void>> = {
    'ent2outRel.jsonl': (sink) => writeJsonLines(sink, dictionaries.ent2outRel()),
    'ent2inRel.jsonl': (sink) => writeJsonLines(sink, dictionaries.ent2inRel()),
    'entity-types.jsonl': (sink) => writeJsonLines(sink, typeLines(names, snapshot)),
    'entity2id.txt': (sink) => writeIdList(sink, names),
    'relation2id.txt': (sink) => writeIdList(sink, relations),
  };
  if (pickles) {
    files['ent2outRel.pkl'] = (sink) => writePickledDict(sink, neighbourEntries(dictionaries.ent2outRel()));
    files['ent2inRel.pkl'] = (sink) => writePickledDict(sink, neighbourEntries(dictionaries.ent2inRel()));
    files['type_set.pkl'] = (sink) => writePickledDict(sink, typeEntries(typeLines(names, snapshot)));
  }
  const total = Object.keys(files).length;
  let done = 0;
  for (const [file, write] of Object.entries(files)) {
    throwIfCancelled(signal);
    await writeFile(join(folder, file), write);
    yield { kind: 'progress', phase: 'dictionaries', done: ++done, total, unit: 'files' };
  }
  const renamed = names.reduce((count, name, id) => count + Number(name !== snapshot.entityNames.at(id)), 0);
  return { entities: names.length, relations: relations.length, triples: snapshot.tripleCount, renamed };
}

interface NeighbourLine {
  entity: string;
  neighbours: [relation: string, entity: string][];
}

/** Entities without neighbours on this side have no line. */
function* neighbourLines(
  names: readonly string[],
  relations: readonly string[],
  rows: Adjacency,
): Generator<NeighbourLine> {
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

function* neighbourEntries(lines: Iterable<NeighbourLine>): Generator<[entity: string, neighbours: PickleTuple[]]> {
  for (const { entity, neighbours } of lines) yield [entity, neighbours.map((pair) => new PickleTuple(pair))];
}

function* typeEntries(lines: Iterable<{ entity: string; type: string }>): Generator<[entity: string, type: string]> {
  for (const { entity, type } of lines) yield [entity, type];
}

export const buildDictionaries: Stage<BuildDictionariesSettings> = {
  name: 'kg.dictionaries',
  summary: 'Write neighbour and type dictionaries and id lists of a graph.',
  version: 2,
  kind: 'artefact',
  settings: BuildDictionariesSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  run,
};
