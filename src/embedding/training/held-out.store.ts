/**
 * Held-out triples that the user names: tab-separated head, relation, tail by name or key, as the splits of link-prediction
 * benchmarks come. They are taken out of the training; what is left of the triples is split by the settings' shares.
 */
import { MedgraftError } from '../../base/errors.js';
import { readDelimited } from '../../formats/delimited.js';
import type { GraphSnapshot, NameTable } from '../../graph/graph-snapshot.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { selectTriples, type Triples, tripleCount, triplesOf } from '../triples.js';
import { splitGivenTriples, splitTriples, type TripleSplit } from './split-triples.js';

/** The settings that a split is a function of, with the graph. */
export type SplitSettings = Pick<
  TrainEmbeddingSettings,
  'valid' | 'test' | 'dropUnknown' | 'validationShare' | 'testShare' | 'seed'
>;

export interface NamedSplit extends TripleSplit {
  /** Lines that name something the graph does not have. */
  readonly dropped: number;
}

export interface ReadTriples {
  readonly triples: Triples;
  readonly dropped: number;
}

/** @throws MedgraftError as `readHeldOut` */
export async function splitOf(snapshot: GraphSnapshot, settings: SplitSettings): Promise<NamedSplit> {
  const triples = triplesOf(snapshot);
  const { valid, test, dropUnknown, seed } = settings;
  if (valid === undefined && test === undefined) {
    return { ...splitTriples(triples, settings.validationShare, settings.testShare, seed), dropped: 0 };
  }
  const read = (file: string | undefined) =>
    file === undefined ? undefined : readHeldOut(file, snapshot, dropUnknown);
  const [validRead, testRead] = [await read(valid), await read(test)];
  const given = splitGivenTriples(snapshot, triples, validRead?.triples, testRead?.triples);
  const dropped = (validRead?.dropped ?? 0) + (testRead?.dropped ?? 0);
  if (validRead && testRead) return { ...given, dropped };
  // The share that no file gives is drawn from what is left to train on.
  const drawn = splitTriples(
    given.train,
    validRead ? 0 : settings.validationShare,
    testRead ? 0 : settings.testShare,
    seed,
  );
  return {
    places: drawn.places.map((place) => given.places[place]),
    train: drawn.train,
    valid: validRead ? given.valid : drawn.valid,
    test: testRead ? given.test : drawn.test,
    dropped,
  };
}

/**
 * @param dropUnknown leaves out triples of names that the graph does not have, and counts them
 * @throws MedgraftError `embedding.held-out-row`, `embedding.unknown-name`, `embedding.empty-split`, those of the file
 */
export async function readHeldOut(file: string, snapshot: GraphSnapshot, dropUnknown: boolean): Promise<ReadTriples> {
  const columns: [number[], number[], number[]] = [[], [], []];
  let dropped = 0;
  for await (const { line, fields, problem } of readDelimited(file, { delimiter: '\t', columns: 3 })) {
    const place = `${file}, line ${line}`;
    if (problem !== undefined) throw badRow(place, problem);
    const ids = [entityOf(snapshot, fields[0]), snapshot.relationNames.idOf(fields[1]), entityOf(snapshot, fields[2])];
    const missing = ids.indexOf(undefined);
    if (missing >= 0) {
      if (!dropUnknown) throw unknownName(place, missing === 1 ? 'relation' : 'entity', fields[missing]);
      dropped++;
      continue;
    }
    for (const [column, id] of ids.entries()) columns[column].push(id as number);
  }
  if (columns[0].length === 0) throw emptySplit(file, dropped);
  const [heads, relations, tails] = columns.map((ids) => Int32Array.from(ids));
  const triples = { heads, relations, tails };
  return { triples: distinct(triples, snapshot), dropped };
}

/** A key names one entity; a name may be shared, and then the first has it. */
function entityOf({ entityKeys, entityNames }: GraphSnapshot, name: string): number | undefined {
  return entityKeys.idOf(name) ?? firstOf(entityNames, name);
}

function firstOf(names: NameTable, name: string): number | undefined {
  return names.idsOf(name).at(0);
}

/** Without repetitions, which would be ranked twice. */
function distinct(triples: Triples, { entityCount, relationCount }: GraphSnapshot): Triples {
  const seen = new Set<number>();
  const places: number[] = [];
  for (let at = 0; at < tripleCount(triples); at++) {
    const key = (triples.heads[at] * relationCount + triples.relations[at]) * entityCount + triples.tails[at];
    if (seen.has(key)) continue;
    seen.add(key);
    places.push(at);
  }
  return selectTriples(triples, places);
}

function badRow(place: string, problem: string): MedgraftError {
  return new MedgraftError('input', 'embedding.held-out-row', 'this line is no triple', {
    place,
    expected: 'head, relation and tail with tabs between them',
    got: problem,
  });
}

function unknownName(place: string, what: string, name: string): MedgraftError {
  return new MedgraftError('input', 'embedding.unknown-name', `the graph has no ${what} of this name`, {
    place,
    got: JSON.stringify(name),
    hint: 'import the splits together (mapping link-prediction), or leave such triples out with --drop-unknown',
  });
}

function emptySplit(place: string, dropped: number): MedgraftError {
  return new MedgraftError('input', 'embedding.empty-split', 'there is no triple to hold out', {
    place,
    expected: 'lines of head, relation and tail',
    got: dropped > 0 ? `${dropped} lines, each with a name that the graph does not have` : 'no line',
  });
}
