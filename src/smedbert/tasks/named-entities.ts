import type { DownstreamTask } from './downstream-task.js';
import { entitiesOfTags, OUTSIDE, tagsOfTypes, tagTokens } from './metrics/bio-tags.js';
import { entityFigures } from './metrics/entity-figures.js';
import { CLUENER } from './readers/cluener.js';
import { CMEDQA_NER } from './readers/cmedqa-ner.js';
import { OWN_ENTITIES } from './readers/own-formats.js';
import { argmax } from './row-softmax.js';
import { unknownLabel } from './task-errors.js';

/** Named entity recognition: BIO tags of tokens, judged by whole entities at their places in the text. */
export const namedEntities: DownstreamTask = {
  name: 'ner',
  title: 'named entity recognition',
  kind: 'tokens',
  formats: [OWN_ENTITIES, CMEDQA_NER, CLUENER],
  figures: ['f1', 'precision', 'recall', 'macroF1'],
  architecture: 'BertForTokenClassification',
  labelsOf: (examples) => tagsOfTypes(examples.flatMap(({ entities = [] }) => entities.map(({ label }) => label))),
  targetsOf(example, encoded, labels) {
    const numbers = new Map(labels.map((label, number) => [label, number]));
    const targets = new Int32Array(encoded.tokens.length).fill(-1);
    for (const { label } of example.entities ?? []) {
      if (!numbers.has(`B-${label}`)) throw unknownLabel(example.place, label, typesOf(labels));
    }
    tagTokens(example.entities ?? [], encoded).forEach((tag, token) => {
      targets[token + 1] = numbers.get(tag) as number;
    });
    return targets;
  },
  decode(encoded, logits, labels) {
    const tags = Array.from(encoded.starts, (_, token) => {
      const row = logits.subarray((token + 1) * labels.length, (token + 2) * labels.length);
      return labels[argmax(row)];
    });
    return { entities: entitiesOfTags(tags, encoded) };
  },
  judge: (examples, predictions) =>
    entityFigures(
      examples.map(({ entities }) => entities ?? []),
      predictions.map(({ entities }) => entities ?? []),
    ),
};

function typesOf(tags: readonly string[]): string[] {
  return tags.filter((tag) => tag !== OUTSIDE && tag.startsWith('B-')).map((tag) => tag.slice(2));
}
