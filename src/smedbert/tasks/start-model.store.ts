import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readVocabulary } from '../../formats/vocabulary.js';
import { filesOfWeights } from '../../formats/weight-folder.js';
import type { StageInputs } from '../../runs/stage.js';
import { readArtefact } from '../../runs/workspace.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { readTokenizer, type StoredTokenizer } from '../../text/prepared-corpus.store.js';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { withTableOfRun } from '../instances/mention-neighbours.store.js';
import { PretrainSettings } from '../pretrain-settings.js';

/** What a fine-tuning starts from: a pre-training run, or a folder in Hugging Face's layout. */
export interface StartModel {
  readonly folder: string;
  /** The settings of the run; the defaults for a folder that no run left. */
  readonly pretraining: PretrainSettings;
  readonly tokenizer: StoredTokenizer;
  /** The stage's inputs, with the neighbours that the run was made with. */
  readonly inputs: StageInputs;
}

/** The files that decide what is started from. */
export function filesOfStart(folder: string): string[] {
  const optional = ['vocab.txt', 'tokenizer_config.json', 'manifest.json'].map((file) => join(folder, file));
  return [join(folder, 'config.json'), ...filesOfWeights(folder), ...optional.filter((file) => existsSync(file))];
}

/**
 * @param folder undefined: the pre-training run among the inputs
 * @param home the workspace
 * @throws MedgraftError `artefact.stale` when the run belongs to another import of the graph; what reading throws
 */
export async function openStart(folder: string | undefined, inputs: StageInputs, home: string): Promise<StartModel> {
  const run = folder === undefined ? inputs['model'] : await readArtefact(folder);
  const place = folder ?? inputs['model'].folder;
  const tokenizer = await readModelTokenizer(place, inputs['corpus'].folder);
  if (run === undefined || run.stage !== 'smedbert.pretrain') {
    const { kg, corpus } = inputs['corpus'].manifest.labels;
    return { folder: place, pretraining: Object.assign(new PretrainSettings(), { kg, corpus }), tokenizer, inputs };
  }
  const pretraining = parseSettings(PretrainSettings, run.manifest.settings, join(place, 'manifest.json'));
  if (run.manifest.inputs['graph'] !== inputs['graph'].hash) throw stale(place, run.manifest.inputs['graph'], inputs);
  return { folder: place, pretraining, tokenizer, inputs: await withTableOfRun(inputs, run, home) };
}

/** An old folder has the vocabulary only: the corpus says whether text is in lower case, where it has the same one. */
async function readModelTokenizer(folder: string, corpus: string): Promise<StoredTokenizer> {
  if (existsSync(join(folder, 'tokenizer_config.json'))) {
    const config: unknown = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8'));
    const stated = (config as Record<string, unknown> | null)?.['do_lower_case'];
    return tokenizerOf(folder, stated !== false);
  }
  const { pieces, lowerCase } = await readTokenizer(corpus);
  const own = await tokenizerOf(folder, true);
  return own.pieces.join('\n') === pieces.join('\n') ? tokenizerOf(folder, lowerCase) : own;
}

async function tokenizerOf(folder: string, lowerCase: boolean): Promise<StoredTokenizer> {
  const { tokens } = await readVocabulary(join(folder, 'vocab.txt'));
  return { pieces: tokens, lowerCase, tokenizer: new WordPieceTokenizer(tokens, { lowerCase }) };
}

function stale(place: string, made: string | undefined, inputs: StageInputs): MedgraftError {
  return new MedgraftError('conflict', 'artefact.stale', 'the model was pre-trained with another import of the graph', {
    place,
    expected: `graph ${inputs['graph'].hash}`,
    got: `graph ${made}`,
    hint: 'run smedbert pretrain again, or name a model of this graph with --model',
  });
}
