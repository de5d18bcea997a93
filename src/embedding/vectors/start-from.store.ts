/**
 * `--start-from`: what a training starts from when vectors exist, and what is told of it: names that only one side has, a
 * model that is another, tables that are missing.
 */
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { examplesOf, matchNames, type NameMatch } from '../../graph/match-names.js';
import { uniqueNames } from '../../graph/unique-names.js';
import type { StageEvent } from '../../runs/stage.js';
import { tablesOf } from '../create-embedding.js';
import type { EmbeddingShape } from '../embedding-model.js';
import { embeddingOptions, normOf } from '../embedding-options.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { type FixedRows, isAllFixed } from '../training/fixed-rows.js';
import { assertWidths, fixedRows, type KnownRows, knownRows } from './adopt-vectors.js';
import type { NamedVectors } from './named-vectors.js';
import { readVectors } from './read-vectors.store.js';
import { assertSameGraph } from './same-graph.js';

export interface StartingVectors {
  readonly vectors: NamedVectors;
  readonly known: KnownRows;
  /** Where known rows are kept as they are. */
  readonly fixed?: FixedRows;
}

/**
 * @returns undefined where the settings name no vectors
 * @throws MedgraftError `embedding.keep-known`, `embedding.other-graph`, `embedding.width`, and as `readVectors`
 */
export async function* startingVectors(
  settings: TrainEmbeddingSettings,
  snapshot: GraphSnapshot,
): AsyncGenerator<StageEvent, StartingVectors | undefined> {
  const { startFrom, model, reciprocal, keepKnown, rowShift } = settings;
  if (startFrom === undefined) {
    if (keepKnown) throw nothingToKeep();
    return undefined;
  }
  if (keepKnown && settings.partitions > 1) throw noPartitions(settings.partitions);
  const vectors = await readVectors(startFrom, model, rowShift);
  const { shape } = embeddingOptions(model, snapshot.entityCount, snapshot.relationCount, settings);
  const all = (length: number, at: (id: number) => string) => Array.from({ length }, (_, id) => at(id));
  const keys = all(snapshot.entityCount, (id) => snapshot.entityKeys.at(id));
  const entities = matchNames([keys, uniqueNames(snapshot)], vectors.entityNames);
  const relationNames = all(snapshot.relationCount, (id) => snapshot.relationNames.at(id));
  const relations = matchNames([relationNames], vectors.relationNames);
  assertSameGraph('entities', entities, startFrom);
  assertSameGraph('relations', relations, startFrom);
  assertWidths(vectors, shape, tablesOf(model));
  yield { kind: 'note', message: describeStart(vectors, entities, relations) };
  yield* warnings('entities', entities, startFrom);
  yield* warnings('relations', relations, startFrom);
  yield* modelWarnings(vectors, settings, shape);
  const known = knownRows(vectors, entities, relations, reciprocal);
  if (!keepKnown) return { vectors, known };
  const fixed = fixedRows(known);
  if (isAllFixed(fixed)) yield { kind: 'warning', message: 'the graph has nothing new: no vector is trained' };
  return { vectors, known, fixed };
}

function noPartitions(got: number): MedgraftError {
  return new MedgraftError(
    'input',
    'embedding.keep-known',
    'known vectors are kept in tables that are in memory whole',
    {
      place: 'partitions',
      expected: '1',
      got: String(got),
    },
  );
}

function nothingToKeep(): MedgraftError {
  return new MedgraftError('input', 'embedding.keep-known', 'there are no vectors that could be kept', {
    place: 'keepKnown',
    hint: 'name them by --start-from',
  });
}

function describeStart(
  { place, model, tables, hasPadding }: NamedVectors,
  entities: NameMatch,
  relations: NameMatch,
): string {
  const what = `${entities.shared} entities and ${relations.shared} relations`;
  const shift = hasPadding ? '; row 0 is padding, the first name has row 1 (--row-shift one)' : '';
  return `starts from ${place}: ${what}, ${model ?? 'vectors'} of width ${tables.entity.columns}${shift}`;
}

function* warnings(what: string, { without, unused }: NameMatch, place: string): Generator<StageEvent> {
  if (unused.length > 0) {
    const message = `${unused.length} ${what} of the vectors are not in the graph: ${examplesOf(unused)}`;
    yield { kind: 'warning', message, place };
  }
  if (without.length > 0) {
    const message = `${without.length} ${what} of the graph have no vector and start at random: ${examplesOf(without)}`;
    yield { kind: 'warning', message, place };
  }
}

function* modelWarnings(
  vectors: NamedVectors,
  { model, norm: given, reciprocal }: TrainEmbeddingSettings,
  { relations }: EmbeddingShape,
): Generator<StageEvent> {
  const { place } = vectors;
  const norm = normOf(model, { norm: given });
  const warn = (message: string): StageEvent => ({ kind: 'warning', message, place });
  if (vectors.model !== undefined && vectors.model !== model) {
    yield warn(`the vectors are of ${vectors.model} and start ${model}`);
  } else if (vectors.norm !== undefined && vectors.norm !== norm) {
    yield warn(`the vectors were trained with --norm ${vectors.norm}, this is --norm ${norm}`);
  }
  const missing = tablesOf(model).filter((table) => vectors.tables[table] === undefined);
  if (missing.length > 0)
    yield warn(`the vectors have no ${missing.join(', ')}: these have their usual starting values`);
  if (reciprocal && !vectors.reciprocal && vectors.relationNames.length > 0) {
    yield warn(`the vectors have no reciprocal relations: these ${relations / 2} start at random`);
  }
  if (!reciprocal && vectors.reciprocal)
    yield warn('the reciprocal relations of the vectors are left out (--reciprocal)');
}
