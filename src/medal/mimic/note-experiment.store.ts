import { MedgraftError } from '../../base/errors.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import type { FinetuneNotesSettings } from '../finetune-settings.js';
import { assertWidth } from '../model/load-model.store.js';
import { modelNameOf, type SenseConfig } from '../model/sense-config.js';
import { encoderOf } from '../model/sense-model.store.js';
import { WORDS } from '../model/sense-parameters.js';
import { SPLITS, type SplitName } from '../samples/sample-layout.js';
import { freshConfig } from '../training/fresh-config.js';
import { type ReadVectors, readVectors } from '../training/read-vectors.store.js';
import { vocabularyOfTexts } from '../training/text-vocabulary.js';
import type { NoteConfig } from './note-config.js';
import type { NoteModel } from './note-model.store.js';
import { freshNames, logOdds, noteParameterSpecs } from './note-parameters.js';
import type { NoteNames } from './note-predictions.js';
import type { NoteSplit } from './note-split.store.js';
import { NOTE_TASKS } from './note-tally.js';
import { NoteTexts } from './note-texts.js';
import { type NoteStart, openNoteStart } from './open-note-start.store.js';
import { type NoteSet, openNoteSet } from './open-notes.store.js';

/** All that a fine-tuning works on. */
export interface NoteExperiment {
  readonly model: NoteModel;
  readonly parts: Readonly<Record<SplitName, NoteTexts>>;
  /** Of the test part. */
  readonly names: NoteNames;
  /** Of the set of notes. */
  readonly isDealt: boolean;
  /** Parameters that the start has. */
  readonly taken: readonly string[];
  /** Words that the file of vectors knows. */
  readonly knownWords?: number;
  close(): void;
}

/** @throws MedgraftError `medal.notes-task`, `medal.notes-empty`, and as `openNoteSet`, `openNoteStart` and `openWordVectors` */
export async function openNoteExperiment(folder: string, settings: FinetuneNotesSettings): Promise<NoteExperiment> {
  const set = await openNoteSet(folder);
  checkTask(set, settings, folder);
  const splits: NoteSplit[] = [];
  const close = () => {
    for (const split of splits) split.close();
  };
  try {
    const parts: Partial<Record<SplitName, NoteTexts>> = {};
    for (const name of SPLITS) {
      const split = await set.split(name);
      splits.push(split);
      if (split.notes === 0) throw emptyPart(folder, name);
      parts[name] = new NoteTexts(split, set.task, settings.maximumWords);
    }
    const whole = parts as Record<SplitName, NoteTexts>;
    const test = splits[SPLITS.indexOf('test')];
    const names = { ids: (note: number) => test.ids(note), codes: set.diagnoses?.codes };
    return { ...(await buildModel(set, whole.train, settings)), parts: whole, names, isDealt: set.isDealt, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A model with fresh classifier; its encoder is that of its start, or random. */
async function buildModel(
  { task }: NoteSet,
  training: NoteTexts,
  settings: FinetuneNotesSettings,
): Promise<Pick<NoteExperiment, 'model' | 'taken' | 'knownWords'>> {
  const name = modelNameOf(settings.model);
  const start = settings.initial === undefined ? undefined : await openNoteStart(settings.initial, name);
  const { pieces, lowerCase } = start?.words ?? vocabularyOfTexts(training, settings);
  const ownsWords = start?.parameters.names().includes(WORDS) === true;
  const vectors = name === 'electra' || ownsWords ? undefined : await readVectors(pieces, settings.vectors);
  const config = configOf(settings, training, pieces.length, start, vectors);
  const bias = settings.countBias ? logOdds(training.allOutputs(), config.classes) : undefined;
  const store = new ParameterStore(noteParameterSpecs(config, { words: vectors?.values, bias }), settings.seed);
  const taken = start ? takeFrom(start, store, freshNames(config)) : [];
  const { maximumWords, bucketWords } = settings;
  const reading = { maximumWords, bucketWords, lowerCase };
  const vocabulary = `${pieces.join('\n')}\n`;
  return {
    model: { task, config, reading, store, vocabulary, encoder: encoderOf(config, reading, vocabulary) },
    taken,
    ...(vectors && { knownWords: vectors.known }),
  };
}

/** @returns names of what was taken */
function takeFrom({ parameters }: NoteStart, store: ParameterStore, fresh: readonly string[]): string[] {
  const known = new Set(parameters.names());
  const taken = store.names().filter((name) => known.has(name) && !fresh.includes(name));
  for (const name of taken) store.value(name).set(parameters.value(name));
  return taken;
}

/** Published ELECTRAs read so many pieces at most. */
const POSITIONS = 512;

function configOf(
  settings: FinetuneNotesSettings,
  { outputCount: classes }: NoteTexts,
  words: number,
  start: NoteStart | undefined,
  vectors: ReadVectors | undefined,
): NoteConfig {
  const { headDropout } = settings;
  if (start !== undefined) return { ...startedConfig(settings, start, words, vectors), classes, headDropout };
  const fresh = freshConfig(settings, words, classes, vectors);
  if (fresh.model !== 'electra') return { ...fresh, headDropout };
  const maximumPositions = Math.min(POSITIONS, fresh.encoder.maximumPositions);
  return { ...fresh, encoder: { ...fresh.encoder, maximumPositions }, headDropout };
}

/** Sizes are those of the start; what is dropped is set anew. */
function startedConfig(
  { dropout, trainVectors }: FinetuneNotesSettings,
  { config, place }: NoteStart,
  words: number,
  vectors: ReadVectors | undefined,
): SenseConfig {
  const { cues: _, ...made } = config;
  if (made.model === 'electra') return made;
  const lstm = { ...made.lstm, dropout };
  if (made.words > 0) return { ...made, lstm, dropout, trainsWords: made.trainsWords || trainVectors };
  assertWidth(place, lstm.inputSize, vectors);
  return { ...made, lstm, dropout, words, trainsWords: trainVectors };
}

function checkTask({ task }: NoteSet, settings: FinetuneNotesSettings, place: string): void {
  const { name } = NOTE_TASKS[task];
  if (settings.task === undefined || settings.task === name) return;
  throw new MedgraftError('conflict', 'medal.notes-task', 'the notes are labelled for another task', {
    place,
    expected: settings.task,
    got: name,
    hint: 'name a set of medal prepare-mimic with this --task, or leave --task out',
  });
}

function emptyPart(place: string, part: SplitName): MedgraftError {
  return new MedgraftError('input', 'medal.notes-empty', `the part ${part} has no note`, {
    place,
    expected: 'notes in all three parts',
    hint: 'give medal prepare-mimic more admissions, or other --valid-share and --test-share',
  });
}
