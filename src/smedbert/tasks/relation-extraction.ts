import { accuracy, countLabels, macroF1, microF1 } from '../../nn/metrics/label-figures.js';
import type { DownstreamTask } from './downstream-task.js';
import { targetOfLabel } from './label-tasks.js';
import { CHIP_RE } from './readers/chip-re.js';
import { OWN_RELATIONS } from './readers/own-formats.js';
import { argmax, softmax } from './row-softmax.js';
import { NO_RELATION } from './unrelated-pairs.js';

/**
 * Relation extraction as the labelling of two marked spans (CHIP-RE). Pairs without a relation are of the class
 * `no relation`, which is learned but not judged: micro and macro F1 are over the relations only (as for TACRED).
 */
export const relationExtraction: DownstreamTask = {
  name: 'relation',
  title: 'relation extraction',
  kind: 'spans',
  formats: [OWN_RELATIONS, CHIP_RE],
  figures: ['microF1', 'macroF1', 'accuracy'],
  architecture: undefined,
  labelsOf: (examples) => [...new Set(examples.flatMap(({ label }) => label ?? []))].sort(),
  targetsOf: (example, _, labels) => targetOfLabel(example, labels),
  decode(_, logits, labels) {
    return { label: labels[argmax(logits)], probabilities: softmax(logits) };
  },
  judge(examples, predictions, labels) {
    const truths = examples.map(({ label }) => label ?? '');
    const guesses = predictions.map(({ label }) => label ?? '');
    const relations = labels.filter((label) => label !== NO_RELATION);
    const counts = countLabels(truths, guesses, relations);
    return { microF1: microF1(counts), macroF1: macroF1(counts), accuracy: accuracy(truths, guesses) };
  },
};
