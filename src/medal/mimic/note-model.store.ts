/**
 * The folder of a model of notes: `mimic.json` (task, what it is made of, how it reads), `model.safetensors` by the reference's
 * names, `vocab.txt`; of diagnoses `diag_to_idx.json`; of ELECTRA the files that transformers reads.
 */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { writeJson } from '../../nn/hugging-face-folder.store.js';
import { readObject, readWeights } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { assertIntact } from '../../runs/assert-intact.js';
import { encoderOf, writeWeightFiles } from '../model/sense-model.store.js';
import type { WordEncoder } from '../model/word-encoder.js';
import type { NoteConfig } from './note-config.js';
import { noteParameterSpecs } from './note-parameters.js';
import { DIAGNOSES_FILE, type MimicTask } from './open-notes.store.js';

export interface NoteModel {
  readonly task: MimicTask;
  readonly config: NoteConfig;
  readonly reading: NoteModelReading;
  readonly store: ParameterStore;
  readonly vocabulary: string;
  readonly encoder: WordEncoder;
}

export interface NoteModelReading {
  /** Words that are read, from the first. */
  readonly maximumWords: number;
  readonly bucketWords: number;
  readonly lowerCase: boolean;
}

export const NOTE_MODEL_FILE = 'mimic.json';
const FORMAT = 1;

interface ModelFile extends Pick<NoteModel, 'task' | 'config' | 'reading'> {
  readonly format: number;
}

/** @param notesFolder the set of notes, whose index of diagnoses goes with the model */
export async function writeNoteModel(folder: string, model: NoteModel, notesFolder: string): Promise<void> {
  const { task, config, reading } = model;
  await writeWeightFiles(folder, model);
  await writeJson(folder, NOTE_MODEL_FILE, { format: FORMAT, task, config, reading } satisfies ModelFile);
  if (task === 'diagnosis') await copyFile(join(notesFolder, DIAGNOSES_FILE), join(folder, DIAGNOSES_FILE));
}

/** To be asked: without gradients. @throws MedgraftError `medal.model`, `checkpoint.mismatch`, `artefact.altered` */
export async function readNoteModel(folder: string): Promise<NoteModel> {
  await assertIntact(folder, [NOTE_MODEL_FILE, 'vocab.txt']);
  const { task, config, reading } = await readModelFile(folder);
  const specs = noteParameterSpecs(config).map((spec) => ({ ...spec, trainable: false }));
  const store = new ParameterStore(specs, 0);
  await readWeights(folder, store);
  const vocabulary = await readFile(join(folder, 'vocab.txt'), 'utf8');
  return { task, config, reading, store, vocabulary, encoder: encoderOf(config, reading, vocabulary) };
}

async function readModelFile(folder: string): Promise<ModelFile> {
  const place = join(folder, NOTE_MODEL_FILE);
  const file = (await readObject(place)) as unknown as ModelFile;
  if (file.format === FORMAT) return file;
  throw new MedgraftError('input', 'medal.model', 'the model is of another version', {
    place,
    expected: `format ${FORMAT}`,
    got: String(file.format),
    hint: 'train it again with medal finetune, or open it with the version that wrote it',
  });
}
