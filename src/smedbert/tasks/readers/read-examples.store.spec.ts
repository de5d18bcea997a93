import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskName } from '../downstream-task.js';
import { TASKS } from '../tasks.js';
import { filesOfExamples, type ReadOptions, readExamples } from './read-examples.store.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function read(task: TaskName, text: string, options: Partial<ReadOptions> = {}) {
  const path = join(folder, `file-${files++}.txt`);
  writeFileSync(path, text);
  return readExamples(path, TASKS[task], { negatives: 1, use: 'judging', ...options });
}

const line = (value: unknown) => `${JSON.stringify(value)}\n`;

describe('files of named entities', () => {
  it('are read as cMedQANER: offsets as text in code points, letters in either case, places a few characters off', async () => {
    const [example] = await read(
      'ner',
      line({
        text: '😀查hiv，再看颞颌关节',
        mention_data: [
          { mention: 'HIV', type: 'test', offset: '2' },
          { mention: '颞颌关节', type: 'body', offset: '9', guid: 'None' },
        ],
      }),
    );
    expect(example.entities).toEqual([
      { start: 3, end: 6, label: 'test' },
      { start: 9, end: 13, label: 'body' },
    ]);
    const wrong = line({ text: '头痛', mention_data: [{ mention: '发热', type: 'symptom', offset: '0' }] });
    await expect(read('ner', wrong)).rejects.toMatchObject({
      code: 'task.record',
      details: { place: expect.stringMatching(/:1, mention_data\[0\]$/), expected: '"发热"' },
    });
  });

  it('are read as CLUENER, where the last character is part of the mention', async () => {
    const [example] = await read(
      'ner',
      line({ text: '他去协和医院', label: { organization: { 协和医院: [[2, 5]] } } }),
    );
    expect(example.entities).toEqual([{ start: 2, end: 6, label: 'organization' }]);
  });

  it('are read in the shape of the project, and a place outside the text is told with its line', async () => {
    const good = line({ id: 'x', text: '头痛三天', entities: [{ start: 0, end: 2, type: 'symptom' }] });
    expect(await read('ner', good)).toMatchObject([{ id: 'x', entities: [{ start: 0, end: 2, label: 'symptom' }] }]);
    const bad = line({ text: '头痛', entities: [{ start: 1, end: 3, type: 'symptom' }] });
    await expect(read('ner', good + bad)).rejects.toMatchObject({
      code: 'task.record',
      details: {
        place: expect.stringMatching(/:2, entities\[0\]$/),
        expected: '0 <= start < end <= 2',
        hint: expect.any(String),
      },
    });
    await expect(read('ner', '{"text": "头痛"')).rejects.toMatchObject({ code: 'task.format' });
  });
});

describe('files of labels', () => {
  it('are read with tabs as ChineseBLUE has them', async () => {
    expect(await read('classification', 'Age\t 1、18岁至80岁；\n\nSign\t发热\n')).toMatchObject([
      { text: '1、18岁至80岁；', label: 'Age', id: expect.stringMatching(/^file-\d+\.txt:1$/) },
      { text: '发热', label: 'Sign', id: expect.stringMatching(/:3$/) },
    ]);
    expect(await read('matching', '1\t甲\t乙\n')).toMatchObject([{ text: '甲', pair: '乙', label: '1' }]);
    expect(await read('nli', '0\t甲\t乙\n')).toMatchObject([{ text: '甲', pair: '乙', label: '0' }]);
  });

  it('tell a wrong number of fields, a missing label and an empty file', async () => {
    await expect(read('matching', '1\t甲\t乙\n1\t甲\n')).rejects.toMatchObject({
      code: 'task.record',
      message: '2 fields instead of 3',
      details: { place: expect.stringMatching(/:2$/) },
    });
    await expect(read('classification', line({ text: '甲', label: 'a' }) + line({ text: '乙' }))).rejects.toMatchObject(
      {
        code: 'task.record',
        details: { place: expect.stringMatching(/:2, label$/) },
      },
    );
    await expect(read('classification', '\n\n')).rejects.toMatchObject({ code: 'task.empty' });
    await expect(read('classification', 'a\tb\n', { format: 'cmedqq' })).rejects.toMatchObject({ code: 'task.format' });
  });
});

describe('files of relations', () => {
  const sentence = {
    text: '高血压用氨氯地平治疗，高血压可致头晕。',
    spo_list: [
      { subject: '高血压', predicate: '药物治疗', object: { '@value': '氨氯地平' }, subject_type: '疾病' },
      { subject: '高血压', predicate: '临床表现', object: '头晕', object_type: { '@value': '症状' } },
      { subject: '高血压', predicate: '病因', object: '不在文中' },
    ],
  };

  it('are read as CHIP-RE, marked at their first places, with as many unrelated pairs as asked for', async () => {
    const examples = await read('relation', line(sentence), { negatives: 1 });
    expect(examples.map(({ label }) => label)).toEqual(['药物治疗', '临床表现', 'no relation', 'no relation']);
    expect(examples[0].marked).toEqual([
      { start: 0, end: 3 },
      { start: 4, end: 8 },
    ]);
    const related = examples.slice(0, 2).map(({ marked }) => JSON.stringify(marked));
    for (const { marked } of examples.slice(2)) expect(related).not.toContain(JSON.stringify(marked));
    expect(await read('relation', line(sentence), { negatives: 0 })).toHaveLength(2);
  });

  it('are read in the shape of the project', async () => {
    const own = { text: '甲治乙', subject: { start: 0, end: 1 }, object: { start: 2, end: 3 }, label: '治疗' };
    expect(await read('relation', line(own))).toMatchObject([
      {
        label: '治疗',
        marked: [
          { start: 0, end: 1 },
          { start: 2, end: 3 },
        ],
      },
    ]);
    await expect(read('relation', line({ ...own, object: { start: 2, end: 9 } }))).rejects.toMatchObject({
      details: { place: expect.stringMatching(/:1, object$/) },
    });
  });
});

describe('files of ranked answers', () => {
  const rows = '7\t1\t内科\t头痛怎么办\t多休息\n7\t0\t内科\t头痛怎么办\t换轮胎\n7\t0\t内科\t头痛怎么办\t修电脑\n';

  it('are read as WebMedQA; training takes so many wrong answers', async () => {
    const all = await read('ranking', rows);
    expect(all).toMatchObject([
      { group: '7', label: '1', text: '头痛怎么办', pair: '多休息' },
      { group: '7', label: '0' },
      { group: '7', label: '0' },
    ]);
    expect(await read('ranking', rows, { use: 'training', negatives: 1 })).toHaveLength(2);
    await expect(read('ranking', '7\t2\ta\tb\tc\n')).rejects.toMatchObject({ code: 'task.record' });
  });

  it('are read as cMedQA, by ids of the tables beside them', async () => {
    const home = join(folder, 'cmedqa');
    mkdirSync(home);
    const put = (name: string, text: string) => writeFileSync(join(home, name), text);
    put('question.csv', 'question_id,content\n1,头痛怎么办\n2,"发热，咳嗽"\n');
    put('answer.csv', 'ans_id,question_id,content\n10,1,多休息\n11,2,"喝水，""退热"""\n12,9,换轮胎\n');
    put('train_candidates.txt', 'question_id,pos_ans_id,neg_ans_id\n1,10,12\n1,10,11\n2,11,12\n');
    put('dev_candidates.txt', 'question_id,ans_id,num,label\n1,10,1,1\n1,12,1,0\n2,99,1,0\n');
    const train = join(home, 'train_candidates.txt');
    const options = { negatives: 1, use: 'training' } as const;
    const examples = await readExamples(train, TASKS.ranking, options);
    expect(examples.map(({ group, pair, label }) => [group, pair, label])).toEqual([
      ['1', '多休息', '1'],
      ['1', '换轮胎', '0'],
      ['2', '喝水，"退热"', '1'],
      ['2', '换轮胎', '0'],
    ]);
    expect(filesOfExamples(train)).toEqual([train, join(home, 'question.csv'), join(home, 'answer.csv')]);
    await expect(readExamples(join(home, 'dev_candidates.txt'), TASKS.ranking, options)).rejects.toMatchObject({
      code: 'task.record',
      details: { place: expect.stringMatching(/dev_candidates\.txt:4$/), got: '"99"' },
    });
  });

  it('are read in the shape of the project', async () => {
    const own = line({ question: '头痛怎么办', answer: '多休息', label: 1 });
    expect(await read('ranking', own)).toMatchObject([{ group: '头痛怎么办', label: '1' }]);
    await expect(read('ranking', line({ question: 'a', answer: 'b', label: 'yes' }))).rejects.toMatchObject({
      details: { expected: '1 or 0' },
    });
  });
});

describe('labels that the training file does not have', () => {
  it('are told with their place', () => {
    const example = { id: '1', place: 'dev.jsonl:3', text: 'a', label: 'z' };
    expect(() => TASKS.classification.targetsOf(example, undefined as never, ['a', 'b'])).toThrow(
      expect.objectContaining({
        code: 'task.label-unknown',
        details: expect.objectContaining({ place: 'dev.jsonl:3', expected: 'a, b' }),
      }),
    );
  });
});
