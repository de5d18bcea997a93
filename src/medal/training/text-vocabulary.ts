import { VocabularyBuilder } from '../../text/vocabulary-builder.js';
import { type ModelName, modelNameOf } from '../model/sense-config.js';
import { WordCounter } from '../model/word-counter.js';
import type { TrainSettings } from '../train-settings.js';

/** Words of a model's vocabulary in id order; of an ELECTRA its pieces. */
export interface Words {
  readonly pieces: readonly string[];
  readonly lowerCase: boolean;
}

/** What texts to learn from give: words that are frequent enough, or pieces that all words can be cut into. */
export function vocabularyOfTexts(
  texts: { readonly count: number; text(index: number): string },
  { model, minimumCount, vocabularySize }: Pick<TrainSettings, 'model' | 'minimumCount' | 'vocabularySize'>,
): Words {
  const name: ModelName = modelNameOf(model);
  if (name === 'electra') {
    const builder = new VocabularyBuilder(true);
    for (let text = 0; text < texts.count; text++) builder.add(texts.text(text));
    return { pieces: builder.build(vocabularySize), lowerCase: true };
  }
  const counter = new WordCounter();
  for (let text = 0; text < texts.count; text++) counter.add(texts.text(text).split(' '));
  return { pieces: counter.list(minimumCount, vocabularySize), lowerCase: false };
}
