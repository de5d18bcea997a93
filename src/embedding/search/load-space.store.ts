/** The search space that the settings name: a YAML file of the user's, or the built-in one of the model. */
import { readFile, stat } from 'node:fs/promises';
import { MedgraftError } from '../../base/errors.js';
import { settingsOf } from '../../settings/setting.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { defaultSpace } from './default-space.js';
import { parseSpace } from './parse-space.js';
import type { SearchSpace } from './search-space.js';
import { TuneEmbeddingSettings } from './tune-embedding-settings.js';

/** A space is a page; a larger file is something else. */
const LARGEST_BYTES = 1 << 18;

export interface LoadedSpace {
  readonly space: SearchSpace;
  /** As YAML. */
  readonly text: string;
}

/** @throws MedgraftError `embedding.space-missing`, and as `parseSpace` */
export async function loadSpace({ space: file, model }: TuneEmbeddingSettings): Promise<LoadedSpace> {
  const byDefault = model ?? new TrainEmbeddingSettings().model;
  if (file === undefined) {
    const text = defaultSpace(byDefault);
    return { text, space: parseSpace(text, `built-in space of ${byDefault}`, reservedSettings()) };
  }
  const text = await readSpace(file);
  return { text, space: withModel(parseSpace(text, file, reservedSettings()), model, byDefault, file) };
}

/** What both stages have is given to the search, for all trials. */
export function ownSettings(): string[] {
  const ofTraining = new Set(settingsOf(TrainEmbeddingSettings).map(({ name }) => name));
  const own = settingsOf(TuneEmbeddingSettings).map(({ name }) => name);
  return own.filter((name) => ofTraining.has(name) && name !== 'model');
}

/** What a space may not set: the search's own, files, which only a setting of the stage may name, and what goes with them. */
export function reservedSettings(): string[] {
  const files = settingsOf(TrainEmbeddingSettings).filter(({ path }) => path !== undefined);
  return [...ownSettings(), ...files.map(({ name }) => name), 'keepKnown'];
}

function withModel(
  space: SearchSpace,
  asked: EmbeddingModelName | undefined,
  byDefault: EmbeddingModelName,
  place: string,
): SearchSpace {
  const isSearched = space.searched.some(({ name }) => name === 'model');
  const named = space.fixed['model'];
  if (asked !== undefined && (isSearched || (named !== undefined && named !== asked))) {
    throw new MedgraftError('input', 'embedding.space', 'the space has another model', {
      place,
      expected: asked,
      got: isSearched ? 'several' : String(named),
      hint: 'leave --model away, or the line of the space',
    });
  }
  return isSearched || named !== undefined ? space : { ...space, fixed: { model: byDefault, ...space.fixed } };
}

async function readSpace(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= LARGEST_BYTES) return await readFile(file, 'utf8');
    throw new MedgraftError('input', 'embedding.space', 'the file is too large for a search space', {
      place: file,
      expected: `at most ${LARGEST_BYTES} bytes`,
      got: String(size),
    });
  } catch (cause) {
    if (cause instanceof MedgraftError) throw cause;
    const got = cause instanceof Error ? cause.message : String(cause);
    const problem = 'the search space cannot be read';
    throw new MedgraftError('missing', 'embedding.space-missing', problem, { place: file, got, cause });
  }
}
