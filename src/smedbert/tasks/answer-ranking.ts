import { CounterRandom } from '../../base/random.js';
import type { DownstreamTask } from './downstream-task.js';
import { targetOfLabel } from './label-tasks.js';
import { rankingFigures } from './metrics/ranking-figures.js';
import { CMEDQA } from './readers/cmedqa.js';
import { OWN_ANSWERS } from './readers/own-formats.js';
import { WEBMEDQA } from './readers/webmedqa.js';
import type { TaskExample } from './task-example.js';

/** The label of a right answer; a wrong one has the other. */
export const RIGHT = '1';
const LABELS = ['0', RIGHT];

/**
 * Question answering by ranking (cMedQA, WebMedQA): one logit says how well an answer fits a question, learned as right
 * or wrong; the answers to a question are ranked by it.
 */
export const answerRanking: DownstreamTask = {
  name: 'ranking',
  title: 'question answering by ranking',
  kind: 'score',
  formats: [OWN_ANSWERS, CMEDQA, WEBMEDQA],
  figures: ['accuracyAt1', 'meanReciprocalRank'],
  architecture: 'BertForSequenceClassification',
  labelsOf: () => LABELS,
  targetsOf: (example) => targetOfLabel(example, LABELS),
  decode(_, logits) {
    const probability = 1 / (1 + Math.exp(-logits[0]));
    return { label: LABELS[logits[0] > 0 ? 1 : 0], probabilities: [probability] };
  },
  judge: (examples, predictions) =>
    rankingFigures(
      examples.map(({ group = '', label }, i) => ({
        group,
        score: predictions[i].probabilities?.[0] ?? 0,
        right: label === RIGHT,
      })),
    ),
};

/** All right answers, and of the wrong ones to a question at most `negatives` for each, drawn by a fixed key. */
export function limitNegatives(examples: readonly TaskExample[], negatives: number): TaskExample[] {
  const right = new Map<string, number>();
  const wrong = new Map<string, { example: TaskExample; draw: number }[]>();
  const random = new CounterRandom(0, 'task.wrong-answers');
  examples.forEach((example, i) => {
    const { group = '', label } = example;
    if (label === RIGHT) right.set(group, (right.get(group) ?? 0) + 1);
    else wrong.set(group, [...(wrong.get(group) ?? []), { example, draw: random.uint32(0, i) }]);
  });
  const kept = new Set<TaskExample>();
  for (const [group, candidates] of wrong) {
    const room = negatives * (right.get(group) ?? 0);
    const drawn = [...candidates].sort((a, b) => a.draw - b.draw).slice(0, room);
    for (const { example } of drawn) kept.add(example);
  }
  return examples.filter((example) => example.label === RIGHT || kept.has(example));
}
