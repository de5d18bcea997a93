import { basename, dirname, join } from 'node:path';
import { type DelimitedRecord, readDelimited } from '../../../formats/delimited.js';
import { badRecord } from '../task-errors.js';
import type { TaskExample } from '../task-example.js';

/**
 * cMedQA's candidates: `question_id,pos_ans_id,neg_ans_id` for training, `question_id,ans_id,num,label` for the rest, with
 * texts by id in `question.csv` (id first, `content`) and `answer.csv`.
 */
const QUESTIONS = 'question.csv';
const ANSWERS = 'answer.csv';

export function candidateFiles(path: string): string[] {
  return [path, join(dirname(path), QUESTIONS), join(dirname(path), ANSWERS)];
}

/** @param perQuestion wrong answers a right one at most; undefined: all */
export async function readCandidates(path: string, perQuestion: number | undefined): Promise<TaskExample[]> {
  const [, questionFile, answerFile] = candidateFiles(path);
  const questions = await readTexts(questionFile);
  const answers = await readTexts(answerFile);
  const examples: TaskExample[] = [];
  const taken = new Map<string, Set<string>>();
  let header: readonly string[] | undefined;
  for await (const record of readDelimited(path, { delimiter: ',', columns: 'first' })) {
    const place = `${path}:${record.line}`;
    if (record.problem) throw badRecord(place, record.problem, header?.join(','), record.fields);
    if (header === undefined) {
      header = headerOf(record, place);
      continue;
    }
    const [question] = record.fields;
    const known = taken.get(question) ?? new Set<string>();
    taken.set(question, known);
    for (const [answer, label] of candidatesOf(header, record, place)) {
      const wrong = label === '0' ? [...known].filter((key) => key.startsWith('0')).length : 0;
      if (known.has(label + answer) || (perQuestion !== undefined && wrong >= perQuestion)) continue;
      known.add(label + answer);
      const text = textOf(questions, question, questionFile, place);
      const pair = textOf(answers, answer, answerFile, place);
      examples.push({ id: `${basename(path)}:${question}:${answer}`, place, text, pair, label, group: question });
    }
  }
  return examples;
}

function headerOf({ fields }: DelimitedRecord, place: string): readonly string[] {
  const names = fields.map((field) => field.trim());
  if (names.includes('label') || names.includes('neg_ans_id')) return names;
  throw badRecord(
    place,
    'the header is none of cMedQA',
    'question_id,pos_ans_id,neg_ans_id or question_id,ans_id,num,label',
    fields,
  );
}

/** Answer ids of a row, each with its label. */
function candidatesOf(header: readonly string[], { fields }: DelimitedRecord, place: string): [string, string][] {
  const column = header.indexOf('label');
  if (column < 0) {
    return [
      [fields[header.indexOf('pos_ans_id')], '1'],
      [fields[header.indexOf('neg_ans_id')], '0'],
    ];
  }
  const label = fields[column].trim();
  if (label !== '0' && label !== '1') throw badRecord(place, 'the label is no relevance', '1 or 0', label);
  return [[fields[header.indexOf('ans_id')], label]];
}

/** id -> text of a table with a header whose first column is the id and whose `content` (else the last) is the text. */
async function readTexts(path: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  let content = -1;
  for await (const { line, fields, problem } of readDelimited(path, { delimiter: ',', columns: 'first' })) {
    if (problem) throw badRecord(`${path}:${line}`, problem, 'an id and a text', fields);
    if (content < 0) {
      content = fields.includes('content') ? fields.indexOf('content') : fields.length - 1;
      continue;
    }
    texts.set(fields[0], fields[content].trim());
  }
  return texts;
}

function textOf(texts: ReadonlyMap<string, string>, id: string, file: string, place: string): string {
  const text = texts.get(id);
  if (text !== undefined && text !== '') return text;
  throw badRecord(place, `${basename(file)} has no text of this id`, `an id of ${basename(file)}`, id);
}
