import { answerRanking } from './answer-ranking.js';
import type { DownstreamTask, TaskName } from './downstream-task.js';
import { naturalLanguageInference, questionMatching, sentenceClassification } from './label-tasks.js';
import { namedEntities } from './named-entities.js';
import { relationExtraction } from './relation-extraction.js';

/** The one list of tasks. */
export const TASKS: Readonly<Record<TaskName, DownstreamTask>> = {
  ner: namedEntities,
  relation: relationExtraction,
  ranking: answerRanking,
  matching: questionMatching,
  nli: naturalLanguageInference,
  classification: sentenceClassification,
};

/** The names of all formats, for `--format`. */
export const FORMAT_NAMES = [
  ...new Set(Object.values(TASKS).flatMap(({ formats }) => formats.map(({ name }) => name))),
].sort();
