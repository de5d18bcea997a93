import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { readDglKe } from '../formats/dgl-ke.js';

/**
 * The vectors that `kg.embed` left, or any folder of DGL-KE: tables by dense id, for the rooms that build on them.
 */
export interface LoadedEmbedding {
  /** As DGL-KE calls it, for example `TransE_l2` or `TransR`. */
  readonly model: string;
  /** [entities, dimension] */
  readonly entity: Float32Array;
  /** [relations, relationDimension] */
  readonly relation: Float32Array;
  /** TransR: [relations, dimension * relationDimension], each row a matrix of `dimension` rows. */
  readonly projection?: Float32Array;
  readonly dimension: number;
  readonly relationDimension: number;
  /** By id; distinct. */
  readonly entityNames: readonly string[];
  readonly relationNames: readonly string[];
}

/**
 * @param folder a `kg.embed` artefact, or a folder `<model>_<dataset>_<n>/` of DGL-KE
 * @throws MedgraftError `embedding.folder` when it holds no embedding or several, `embedding.not-finite`,
 * `formats.dgl-ke`, `formats.npy`
 */
export async function loadEmbedding(folder: string): Promise<LoadedEmbedding> {
  const { model, entities, relations, projection, entityNames, relationNames } = await readDglKe(
    await findTables(folder),
  );
  if (projection && projection.columns !== entities.columns * relations.columns) {
    throw new MedgraftError('input', 'embedding.shape', 'the projections do not fit the vectors', {
      place: folder,
      expected: `${entities.columns} x ${relations.columns} numbers a relation`,
      got: `${projection.columns}`,
    });
  }
  for (const [table, names] of [
    [entities, entityNames],
    [relations, relationNames],
    [projection, relationNames],
  ] as const) {
    const bad = table?.values.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (table && bad >= 0) throw notFinite(folder, names[Math.floor(bad / table.columns)], table.values[bad]);
  }
  return {
    model,
    entity: entities.values,
    relation: relations.values,
    projection: projection?.values,
    dimension: entities.columns,
    relationDimension: relations.columns,
    entityNames,
    relationNames,
  };
}

async function findTables(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.name === 'config.json')) return folder;
  const candidates = entries.filter((entry) => entry.isDirectory() && /_\d+$/.test(entry.name));
  if (candidates.length === 1) return join(folder, candidates[0].name);
  throw new MedgraftError('input', 'embedding.folder', 'the folder does not hold one embedding', {
    place: folder,
    expected: 'config.json, or one folder <model>_<dataset>_<n>',
    got: candidates.map((entry) => entry.name).join(', ') || 'neither',
  });
}

function notFinite(place: string, name: string, value: number): MedgraftError {
  return new MedgraftError('input', 'embedding.not-finite', 'a vector holds something that is no number', {
    place,
    expected: 'finite numbers',
    got: `${value} in the row of ${JSON.stringify(name)}`,
    hint: 'train the vectors again: medgraft kg embed',
  });
}
