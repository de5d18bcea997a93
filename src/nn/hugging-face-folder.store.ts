/** Writes a model folder as transformers opens it: `config.json`, `model.safetensors`, `vocab.txt` and the tokenizer's files. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '../formats/byte-sink.js';
import { writeTokenizerFiles } from '../formats/hugging-face-tokenizer.js';
import { writeSafetensors } from '../formats/safetensors.js';
import type { NamedParameters } from './parameter-store.js';

export interface ModelFiles {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: NamedParameters;
  /** `vocab.txt` as it stands. */
  readonly vocabulary: string;
  /** How the text was cut that the model read. */
  readonly lowerCase: boolean;
  /** Longest sample in tokens, special ones included. */
  readonly maximumTokens: number;
}

export async function writeModelFiles(folder: string, files: ModelFiles): Promise<void> {
  const { config, parameters, vocabulary, lowerCase, maximumTokens } = files;
  await mkdir(folder, { recursive: true });
  const tensors = parameters
    .names()
    .map((name) => ({ name, shape: parameters.spec(name).shape, data: parameters.value(name) }));
  await writeFile(join(folder, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors, { format: 'pt' }));
  await writeJson(folder, 'config.json', config);
  await writeText(folder, 'vocab.txt', vocabulary);
  await writeTokenizerFiles(folder, piecesOf(vocabulary), { lowerCase, maximumTokens });
}

/** The lines of a `vocab.txt`, in id order. */
export function piecesOf(vocabulary: string): string[] {
  return vocabulary.split(/\r?\n/).filter((line, i, all) => i < all.length - 1 || line);
}

export function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  return writeText(folder, name, `${JSON.stringify(value, null, 2)}\n`);
}

function writeText(folder: string, name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), (sink) => sink.write(new TextEncoder().encode(text)));
}
