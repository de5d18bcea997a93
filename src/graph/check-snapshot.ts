/**
 * What every snapshot satisfies: row starts ascend and end at the number of edges, and ids are below their counts. One
 * pass over the arrays, so a torn or altered file is noticed at load and not as a wrong neighbour later.
 */
import { MedgraftError } from '../base/errors.js';
import type { Adjacency, GraphSnapshot } from './graph-snapshot.js';

/**
 * @param place the folder, for the message
 * @throws MedgraftError `graph.snapshot-damaged`
 */
export function checkSnapshot(snapshot: GraphSnapshot, place: string): void {
  const { entityCount, relationCount, typeCount } = snapshot;
  const problems = [
    ...rowProblems('outgoing', snapshot.outgoing, snapshot),
    ...rowProblems('incoming', snapshot.incoming, snapshot),
    lengthProblem('entityKeys', snapshot.entityKeys.length, entityCount),
    lengthProblem('entityNames', snapshot.entityNames.length, entityCount),
    lengthProblem('relationNames', snapshot.relationNames.length, relationCount),
    lengthProblem('typeNames', snapshot.typeNames.length, typeCount),
    lengthProblem('entityTypes', snapshot.entityTypes.length, entityCount),
    limitProblem('entityTypes', snapshot.entityTypes, typeCount),
    offsetsProblem('aliasOffsets', snapshot.aliasOffsets, entityCount, snapshot.aliasTexts.length),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new MedgraftError('conflict', 'graph.snapshot-damaged', 'the graph snapshot is damaged', {
    place,
    got: problems.join('; '),
    hint: 'remove this artefact folder and run `medgraft kg import` again',
  });
}

function rowProblems(name: string, rows: Adjacency, snapshot: GraphSnapshot): (string | undefined)[] {
  const { entityCount, relationCount, tripleCount } = snapshot;
  return [
    offsetsProblem(`${name}.offsets`, rows.offsets, entityCount, tripleCount),
    lengthProblem(`${name}.entities`, rows.entities.length, tripleCount),
    lengthProblem(`${name}.relations`, rows.relations.length, tripleCount),
    rows.weights && lengthProblem(`${name}.weights`, rows.weights.length, tripleCount),
    limitProblem(`${name}.entities`, rows.entities, entityCount),
    limitProblem(`${name}.relations`, rows.relations, relationCount),
  ];
}

function lengthProblem(name: string, length: number, expected: number): string | undefined {
  return length === expected ? undefined : `${name} has ${length} elements instead of ${expected}`;
}

function limitProblem(name: string, ids: Uint32Array | Uint16Array, limit: number): string | undefined {
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] >= limit) return `${name}[${i}] is ${ids[i]}, not below ${limit}`;
  }
  return undefined;
}

function offsetsProblem(name: string, offsets: Uint32Array, rows: number, end: number): string | undefined {
  if (offsets.length !== rows + 1) return `${name} has ${offsets.length} elements instead of ${rows + 1}`;
  for (let row = 0; row < rows; row++) if (offsets[row] > offsets[row + 1]) return `${name} descends at ${row}`;
  return offsets[0] === 0 && offsets[rows] === end
    ? undefined
    : `${name} spans ${offsets[0]} .. ${offsets[rows]} instead of 0 .. ${end}`;
}
