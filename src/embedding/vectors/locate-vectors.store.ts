/**
 * What lies at a path that is said to hold vectors: by names alone, nothing is opened. What is found here is all that will be
 * read, so these files' contents decide a result's hash.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readFailure } from '../../formats/byte-source.js';
import { MODEL_FILE } from '../model-file.store.js';
import { findNameFiles, NAME_FILES, type NameFiles } from './name-files.store.js';

export type VectorLayout = 'dgl-ke' | 'openke' | 'safetensors' | 'numpy' | 'word2vec';

export interface LocatedVectors {
  readonly layout: VectorLayout;
  /** The file, or the folder of DGL-KE and of arrays. */
  readonly path: string;
  readonly names?: NameFiles;
}

/** Arrays by table, as NumPy saves them. */
export const ARRAY_FILES = {
  entity: 'entity_embeddings.npy',
  relation: 'relation_embeddings.npy',
  projection: 'projection.npy',
  normal: 'normal.npy',
  entityProjection: 'entity_projection.npy',
  relationProjection: 'relation_projection.npy',
} as const;

/** JSON files that lie beside vectors and hold none. */
const OTHER_JSON = /^(config|manifest|run|evaluation|training|results|metadata|global_PageRank|entityId2weight)\.json$/;
const TORCH = /\.(pkl|pt|pth|ckpt)$/i;

/**
 * @throws MedgraftError `disk.missing`, `embedding.folder`, `embedding.checkpoint`, `embedding.torch`, `formats.missing`,
 * `formats.unreadable`
 */
export function locateVectors(path: string): LocatedVectors {
  try {
    return locate(path);
  } catch (error) {
    throw readFailure(error, path);
  }
}

function locate(path: string): LocatedVectors {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new MedgraftError('missing', 'disk.missing', 'there is no such file or folder', { place: path });
  }
  if (status.isDirectory()) return locateInFolder(path);
  const names = findNameFiles(dirname(path));
  if (/\.safetensors$/i.test(path)) return { layout: 'safetensors', path, names };
  if (/\.json$/i.test(path)) return { layout: 'openke', path, names };
  if (/\.npy$/i.test(path)) return locateInFolder(dirname(path));
  if (TORCH.test(path)) throw torchError(path);
  return { layout: 'word2vec', path };
}

/** The files that `readVectors` will open. */
export function filesOfVectors(path: string): string[] {
  const { layout, path: found, names } = locateVectors(path);
  const lists = names ? [names.entities, ...(names.relations ? [names.relations] : [])] : [];
  if (layout === 'dgl-ke') return [found];
  if (layout !== 'numpy') return [found, ...lists];
  const arrays = Object.values(ARRAY_FILES).map((name) => join(found, name));
  return [...arrays.filter((file) => existsSync(file)), ...lists];
}

function locateInFolder(folder: string): LocatedVectors {
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const names = findNameFiles(folder);
  const only = (pattern: RegExp) =>
    single(
      folder,
      files.filter((name) => pattern.test(name) && !OTHER_JSON.test(name)),
    );
  if (files.includes(MODEL_FILE)) return { layout: 'safetensors', path: join(folder, MODEL_FILE) };
  if (files.includes('training.safetensors')) throw checkpointError(folder);
  if (files.includes('config.json')) return { layout: 'dgl-ke', path: folder };
  if (files.includes(ARRAY_FILES.entity)) return { layout: 'numpy', path: folder, names };
  const safetensors = only(/\.safetensors$/i);
  if (safetensors !== undefined) return { layout: 'safetensors', path: safetensors, names };
  const json = only(/\.json$/i);
  if (json !== undefined) return { layout: 'openke', path: json, names };
  const text = only(/\.(vec|w2v|word2vec)(\.txt)?(\.gz)?$/i);
  if (text !== undefined) return { layout: 'word2vec', path: text };
  const dglKe = entries.filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'config.json')));
  const [inner] = dglKe.map(({ name }) => join(folder, name));
  if (dglKe.length === 1) return { layout: 'dgl-ke', path: inner };
  const torch = files.find((name) => TORCH.test(name) && name !== 'base.pth');
  if (torch !== undefined) throw torchError(join(folder, torch));
  throw folderError(folder, files.slice(0, 5).join(', ') || 'nothing of the kind');
}

function single(folder: string, names: readonly string[]): string | undefined {
  if (names.length > 1) throw folderError(folder, names.join(', '));
  return names.length === 1 ? join(folder, names[0]) : undefined;
}

function folderError(place: string, got: string): MedgraftError {
  return new MedgraftError('input', 'embedding.folder', 'the folder does not hold one embedding', {
    place,
    expected: `${MODEL_FILE}, a DGL-KE folder, OpenKE's JSON, .safetensors, .vec, or ${ARRAY_FILES.entity}`,
    got,
    hint: `name the file itself; lists of names that are known: ${NAME_FILES}`,
  });
}

function checkpointError(place: string): MedgraftError {
  return new MedgraftError('input', 'embedding.checkpoint', 'this is the checkpoint of an unfinished training', {
    place,
    expected: 'the folder of a kg.embed result',
    got: 'a checkpoint, whose rows have no names',
    hint: 'run kg embed again with the settings of that training: it goes on from its checkpoint by itself',
  });
}

function torchError(place: string): MedgraftError {
  return new MedgraftError('input', 'embedding.torch', 'a pickle of PyTorch can run code when it is opened', {
    place,
    expected: `${ARRAY_FILES.entity} and ${ARRAY_FILES.relation}, or .safetensors`,
    got: basename(place),
    hint: 'save the tensors in Python by numpy.save or safetensors.torch.save_file, beside the lists of names',
  });
}
