import { accuracy, countLabels, f1Of, macroF1, microF1 } from '../../nn/metrics/label-figures.js';
import type { DownstreamTask } from './downstream-task.js';
import { LABEL_PAIR_TABS, LABEL_TEXT_TABS } from './readers/label-tabs.js';
import { OWN_LABELLED_PAIRS, OWN_LABELLED_TEXTS } from './readers/own-formats.js';
import { argmax, softmax } from './row-softmax.js';
import { unknownLabel } from './task-errors.js';
import type { TaskExample } from './task-example.js';

/** The label that F1 is of where a task has two: matched, entailed, right. */
const POSITIVE = '1';

/** The number of a label that the training file has. @throws MedgraftError `task.label-unknown` */
export function targetOfLabel({ label, place }: TaskExample, labels: readonly string[]): Int32Array {
  if (label === undefined) return Int32Array.of(-1);
  const number = labels.indexOf(label);
  if (number >= 0) return Int32Array.of(number);
  throw unknownLabel(place, label, labels);
}

/** Tasks that differ by what the texts are, and by the figure that is published for them. */
function labelTask(task: Pick<DownstreamTask, 'name' | 'title' | 'formats' | 'figures'>): DownstreamTask {
  return {
    ...task,
    kind: 'texts',
    architecture: 'BertForSequenceClassification',
    labelsOf: (examples) => [...new Set(examples.flatMap(({ label }) => label ?? []))].sort(),
    targetsOf: (example, _, labels) => targetOfLabel(example, labels),
    decode(_, logits, labels) {
      return { label: labels[argmax(logits)], probabilities: softmax(logits) };
    },
    judge(examples, predictions, labels) {
      const truths = examples.map(({ label }) => label ?? '');
      const guesses = predictions.map(({ label }) => label ?? '');
      const counts = countLabels(truths, guesses, labels);
      const macro = macroF1(counts);
      const positive = labels.length === 2 ? counts.find(({ label }) => label === POSITIVE) : undefined;
      return {
        f1: positive ? f1Of(positive) : macro,
        accuracy: accuracy(truths, guesses),
        macroF1: macro,
        microF1: microF1(counts),
      };
    },
  };
}

/** Whether two questions ask the same (cMedQQ): F1 of the label 1. */
export const questionMatching = labelTask({
  name: 'matching',
  title: 'question matching',
  formats: [OWN_LABELLED_PAIRS, LABEL_PAIR_TABS],
  figures: ['f1', 'accuracy', 'macroF1'],
});

/** Whether the second text follows from the first, or answers it (cMedQNLI): F1 of the label 1, macro with three labels. */
export const naturalLanguageInference = labelTask({
  name: 'nli',
  title: 'natural language inference',
  formats: [OWN_LABELLED_PAIRS, LABEL_PAIR_TABS],
  figures: ['f1', 'accuracy', 'macroF1'],
});

/** The class of a sentence (cMedTC): macro F1, as CHIP-CTC is judged. */
export const sentenceClassification = labelTask({
  name: 'classification',
  title: 'sentence classification',
  formats: [OWN_LABELLED_TEXTS, LABEL_TEXT_TABS],
  figures: ['macroF1', 'accuracy', 'microF1'],
});
