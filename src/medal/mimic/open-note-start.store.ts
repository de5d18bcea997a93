import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readVocabulary } from '../../formats/vocabulary.js';
import { piecesOf } from '../../nn/hugging-face-folder.store.js';
import { readEncoderConfig, readPretrainedEncoder } from '../../nn/model-weights.store.js';
import { type NamedParameters, ParameterStore } from '../../nn/parameter-store.js';
import { encoderParameterSpecs } from '../../nn/transformer-encoder.js';
import { readTokenizer } from '../../text/prepared-corpus.store.js';
import { openReferenceCheckpoint, vocabularyBeside } from '../model/reference-checkpoint.store.js';
import type { ModelName, SenseConfig } from '../model/sense-config.js';
import { MODEL_FILE, readSenseModel } from '../model/sense-model.store.js';
import { senseParameterSpecs } from '../model/sense-parameters.js';
import type { Words } from '../training/text-vocabulary.js';
import { NOTE_MODEL_FILE, readNoteModel } from './note-model.store.js';

/** What a fine-tuning takes from another model: its encoder, and its words where it has them. */
export interface NoteStart {
  readonly place: string;
  readonly config: SenseConfig;
  /** Undefined: an LSTM of the reference, which reads vectors from a file. */
  readonly words?: Words;
  readonly parameters: NamedParameters;
}

/**
 * @param path a run of medal.train, medal.pretrain or medal.finetune, an ELECTRA of Hugging Face, or a `.pt` or `.tar` of the
 * reference
 * @throws MedgraftError `medal.start` where it is a model of another kind, and as the readers
 */
export async function openNoteStart(path: string, name: ModelName): Promise<NoteStart> {
  if (existsSync(path) && statSync(path).isFile()) return referenceStart(path, name);
  for (const [file, read] of [
    [MODEL_FILE, (folder: string) => readSenseModel(folder, 'asking')],
    [NOTE_MODEL_FILE, readNoteModel],
  ] as const) {
    if (!existsSync(join(path, file))) continue;
    const { config, vocabulary, reading, store } = await read(path);
    if (config.model !== name) throw startError(path, `a model of the kind ${name}`, config.model);
    const words = { pieces: piecesOf(vocabulary), lowerCase: reading.lowerCase };
    return { place: path, config, words, parameters: store };
  }
  if (name === 'electra') return electraStart(path);
  throw startError(path, 'a run of medal.train, or a .pt or .tar of the reference', `a folder without ${MODEL_FILE}`);
}

async function electraStart(folder: string): Promise<NoteStart> {
  const encoder = await readEncoderConfig(folder, 'electra');
  const { pieces, lowerCase } = await readTokenizer(folder);
  const parameters = frozen(encoderParameterSpecs(encoder));
  await readPretrainedEncoder(folder, parameters, [], 'electra');
  const config = { model: 'electra', encoder, classes: 0 } as const;
  return { place: folder, config, words: { pieces, lowerCase }, parameters };
}

/** Also its classifier is read, as a check that the file is whole. */
async function referenceStart(path: string, name: ModelName): Promise<NoteStart> {
  const checkpoint = await openReferenceCheckpoint(path, name);
  try {
    const { config, place } = checkpoint;
    const parameters = frozen(senseParameterSpecs(config));
    await checkpoint.fill(parameters);
    if (config.model !== 'electra') return { place, config, parameters };
    const { tokens } = await readVocabulary(vocabularyBeside(path));
    return { place, config, words: { pieces: tokens, lowerCase: true }, parameters };
  } finally {
    await checkpoint.close();
  }
}

function frozen(specs: ReturnType<typeof senseParameterSpecs>): ParameterStore {
  const fixed = specs.map((spec) => ({ ...spec, trainable: false }));
  return new ParameterStore(fixed, 0);
}

function startError(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('conflict', 'medal.start', 'the training cannot start from this', { place, expected, got });
}
