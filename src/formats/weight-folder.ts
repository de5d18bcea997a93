/**
 * The weights of a folder in Hugging Face's layout: `model.safetensors` or `pytorch_model.bin`, whole, or in shards that an
 * index (`*.index.json`, `weight_map`: tensor -> file) lists.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { readFailure } from './byte-source.js';
import { TorchFile } from './pytorch-bin.js';
import { SafetensorsFile } from './safetensors.js';
import type { WeightFile } from './weight-file.js';

/** In the order in which they are preferred: safetensors cannot run code anywhere. */
const WHOLE = ['model.safetensors', 'pytorch_model.bin'] as const;
const KNOWN = WHOLE.flatMap((name) => [name, `${name}.index.json`]);
/** Other programs' weights that may lie there instead. */
const FOREIGN = ['tf_model.h5', 'flax_model.msgpack', 'model.ckpt.index', 'bert_model.ckpt.index', 'model.onnx'];
const MOST_SHARDS = 1000;
const SHARD_NAME = /^[\w-][\w.-]*$/;

/** The files that `openWeights` reads. @throws MedgraftError `formats.weights-missing`, `formats.weight-index` */
export function filesOfWeights(folder: string): string[] {
  const found = KNOWN.find((name) => existsSync(join(folder, name)));
  if (found === undefined) throw noWeights(folder);
  const path = join(folder, found);
  return found.endsWith('.json') ? [path, ...shardsOf(readIndex(path), folder)] : [path];
}

/** @throws MedgraftError `formats.weights-missing`, `formats.weight-index`, and as the files' formats */
export async function openWeights(folder: string): Promise<WeightFile> {
  const [first] = filesOfWeights(folder);
  return first.endsWith('.json') ? ShardedWeights.open(first, folder) : openWeightFile(first);
}

function openWeightFile(path: string): Promise<WeightFile> {
  return path.endsWith('.safetensors') ? SafetensorsFile.open(path) : TorchFile.open(path);
}

class ShardedWeights implements WeightFile {
  private constructor(
    readonly place: string,
    private readonly shards: readonly WeightFile[],
    readonly tensors: WeightFile['tensors'],
    private readonly shardOf: ReadonlyMap<string, WeightFile>,
  ) {}

  static async open(indexPath: string, folder: string): Promise<ShardedWeights> {
    const index = readIndex(indexPath);
    const shards = new Map<string, WeightFile>();
    try {
      for (const path of shardsOf(index, folder)) shards.set(basename(path), await openWeightFile(path));
      const tensors = new Map<string, { readonly shape: readonly number[] }>();
      const shardOf = new Map<string, WeightFile>();
      for (const [name, file] of index) {
        const shard = shards.get(file) as WeightFile;
        const tensor = shard.tensors.get(name);
        if (tensor === undefined) throw indexError(indexPath, 'a shard lacks a tensor', `${name} in ${file}`);
        tensors.set(name, tensor);
        shardOf.set(name, shard);
      }
      return new ShardedWeights(indexPath, [...shards.values()], tensors, shardOf);
    } catch (error) {
      for (const shard of shards.values()) await shard.close();
      throw error;
    }
  }

  float32(name: string, into?: Float32Array): Promise<Float32Array> {
    return (this.shardOf.get(name) ?? this.shards[0]).float32(name, into);
  }

  async close(): Promise<void> {
    for (const shard of this.shards) await shard.close();
  }
}

function shardsOf(index: ReadonlyMap<string, string>, folder: string): string[] {
  return [...new Set(index.values())].sort().map((file) => join(folder, file));
}

/** Tensor -> file. */
function readIndex(path: string): ReadonlyMap<string, string> {
  let map: unknown;
  try {
    map = (JSON.parse(readFileSync(path, 'utf8')) as { weight_map?: unknown } | null)?.weight_map;
  } catch (error) {
    if (error instanceof SyntaxError) throw indexError(path, 'this is not JSON', error.message);
    throw readFailure(error, path);
  }
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  if (entries.length === 0) throw indexError(path, 'the index has no weight_map', typeof map);
  for (const [tensor, file] of entries) {
    if (typeof file === 'string' && SHARD_NAME.test(file)) continue;
    throw indexError(path, 'a shard is no plain file name', `${JSON.stringify(tensor)}: ${JSON.stringify(file)}`);
  }
  const files = new Set(entries.map(([, file]) => file));
  if (files.size > MOST_SHARDS) throw indexError(path, 'there are too many shards', `${files.size}`);
  return new Map(entries as [string, string][]);
}

function indexError(place: string, message: string, got: string): MedgraftError {
  const expected = '{"weight_map": {tensor: file beside the index}}';
  return new MedgraftError('input', 'formats.weight-index', message, { place, expected, got: got.slice(0, 200) });
}

function noWeights(place: string): MedgraftError {
  const foreign = FOREIGN.find((name) => existsSync(join(place, name)));
  return new MedgraftError('missing', 'formats.weights-missing', 'the folder holds no weights that can be read here', {
    place,
    expected: KNOWN.join(', '),
    got: foreign ?? 'none of them',
    hint: foreign
      ? "open it in Python by transformers' from_pretrained (from_tf or from_flax), then save_pretrained(folder)"
      : 'name the folder that save_pretrained wrote, or that was downloaded from the model page',
  });
}
