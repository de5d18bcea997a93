/** Fine-tuned models asked by both doors and scored on files; similarity without fine-tuning. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRunNames } from '../../src/runs/run-record.js';
import { Workspace } from '../../src/runs/workspace.js';
import { ROOT } from '../house/source-files.js';
import { openService, type TestService } from '../support/service.js';
import { prepareToyChain, runToyStage, SMALL_MODEL } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

const SMALL = { kg: 'toy', corpus: 'toy', epochs: 1, batchSize: 8, maximumTokens: 64, bucketTokens: 64 };
const file = (task: string, set: string) => join(ROOT, 'toy_kg/tasks', `${task}-${set}.jsonl`);
const filesOf = (task: string) => ({
  task,
  train: file(task, 'train'),
  dev: file(task, 'dev'),
  test: file(task, 'test'),
});

let home: string;
let service: TestService;
const runs: Record<string, string> = {};
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-tasks-'));
  await prepareToyChain(home);
  await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 4 });
  for (const task of ['ner', 'relation', 'matching', 'ranking']) {
    const seeds = task === 'matching' ? ['1', '2'] : ['1'];
    await runToyStage(home, 'smedbert.finetune', { ...SMALL, ...filesOf(task), seeds });
  }
  for (const name of await listRunNames(new Workspace(home))) runs[name.split('-')[3]] = name;
  service = await openService({ home });
});
afterAll(() => service?.close());

async function ask(run: string, examples: unknown[]) {
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v1/runs/${run}/predictions`,
    payload: { examples },
  });
  return { status: answer.statusCode, body: answer.json() };
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('predictions of fine-tuned models', () => {
  it('are the same over both doors', async () => {
    const text = '怀疑高血压时应当做心电图。';
    const { status, body } = await ask(runs['ner'], [{ text }]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ run: runs['ner'], task: 'ner', predictions: [{ id: '1', mentions: 2 }] });
    expect(body.predictions[0].entities).toBeInstanceOf(Array);
    const twin = await medgraft(home, '--json', 'smedbert', 'predict', '--model', runs['ner'], '--text', text);
    expect(JSON.parse(twin.out)).toEqual({ predictions: body.predictions });
  });

  it('are labels, relations and scores by the task', async () => {
    const pair = await ask(runs['matching'], [{ text: '高血压吃什么药好？', pair: '治高血压的药有哪些？' }]);
    const { label, probabilities } = pair.body.predictions[0];
    expect(Object.keys(probabilities)).toEqual(['0', '1']);
    expect(probabilities['0'] + probabilities['1']).toBeCloseTo(1, 6);
    expect(probabilities[label]).toBeGreaterThanOrEqual(0.5);
    const relation = { text: '高血压用氨氯地平。', subject: { start: 0, end: 3 }, object: { start: 4, end: 8 } };
    expect((await ask(runs['relation'], [relation])).body.predictions[0].label).toEqual(expect.any(String));
    const flags = ['--text', relation.text, '--subject', '高血压', '--object', '氨氯地平'];
    const typed = await medgraft(home, '--json', 'smedbert', 'predict', '--model', runs['relation'], ...flags);
    expect(JSON.parse(typed.out).predictions).toEqual((await ask(runs['relation'], [relation])).body.predictions);
    const scored = await ask(runs['ranking'], [{ text: '高血压吃什么药好？', pair: '高血压一般用氨氯地平治疗。' }]);
    expect(scored.body.predictions[0].score).toBeGreaterThan(0);
  });

  it('are written for whole files, as the test predictions of the training are', async () => {
    const out = join(home, 'answers.jsonl');
    const folder = join(home, 'runs', runs['ner'], 'seed-1');
    await medgraft(home, 'smedbert', 'predict', '--model', folder, '--file', file('ner', 'test'), '--out', out);
    const lines = (path: string) =>
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const expected = lines(join(folder, 'test-predictions.jsonl'));
    const answers = lines(out);
    expect(answers).toHaveLength(expected.length);
    answers.forEach((answer, i) => {
      const spans = answer.entities.map(({ start, end, type }: Record<string, unknown>) => ({
        start,
        end,
        label: type,
      }));
      expect(spans).toEqual(expected[i].prediction.entities);
    });
  });

  it('are refused with the reason', async () => {
    expect(await ask(runs['matching'], [{ text: '甲' }])).toMatchObject({
      status: 400,
      body: { code: 'task.record', place: 'examples[0], pair' },
    });
    expect((await ask(runs['ner'], [])).status).toBe(400);
    expect(
      (
        await ask(
          runs['ner'],
          Array.from({ length: 65 }, () => ({ text: '甲' })),
        )
      ).status,
    ).toBe(400);
    expect((await ask(runs['ner'], [{ text: 'x'.repeat(10_001) }])).status).toBe(400);
    expect(await ask('nothing', [{ text: '甲' }])).toMatchObject({ status: 404, body: { code: 'run.unknown' } });
    const pretrained = (await listRunNames(new Workspace(home))).find((name) => name.startsWith('smedbert.pretrain'));
    expect(await ask(pretrained ?? '', [{ text: '甲' }])).toMatchObject({
      status: 404,
      body: { code: 'task.no-model' },
    });
    const neither = await medgraft(home, 'smedbert', 'predict', '--model', runs['ner']);
    expect(neither.err).toContain('predict.question');
  });

  it('leave the service free to answer', async () => {
    const long = Array.from({ length: 64 }, (_, i) => ({
      text: `第${i}位患者有高血压和糖尿病，服用氨氯地平。`.repeat(20),
    }));
    let over = false;
    const predicted = ask(runs['ner'], long).finally(() => {
      over = true;
    });
    const health = await service.app.inject({ method: 'GET', url: '/health/live' });
    expect(health.statusCode).toBe(200);
    expect(over).toBe(false);
    expect((await predicted).body.predictions).toHaveLength(64);
  });

  it('are not made by a model that was altered', async () => {
    const path = join(home, 'runs', runs['ranking'], 'seed-1', 'task.json');
    const content = readFileSync(path, 'utf8');
    writeFileSync(path, content.replace('"on"', '"no"'));
    const twin = await medgraft(
      home,
      'smedbert',
      'predict',
      '--model',
      runs['ranking'],
      '--text',
      '甲',
      '--pair',
      '乙',
    );
    expect(twin.err).toContain('artefact.altered');
    writeFileSync(path, content);
  });
});

describe('smedbert.evaluate', () => {
  const evaluate = async (...flags: string[]) => {
    const done = await medgraft(home, '--json', 'smedbert', 'evaluate', '--kg', 'toy', '--corpus', 'toy', ...flags);
    return { ...done, result: done.code === 0 ? JSON.parse(done.out.trim().split('\n').at(-1) ?? '') : undefined };
  };

  it('gives the test figures of the training for the same file, and the same table', async () => {
    await evaluate('--task', 'matching', '--file', file('matching', 'test'));
    const found = await new Workspace(home).newest('smedbert.evaluate', { kg: 'toy', corpus: 'toy', task: 'matching' });
    const trained = json(join(home, 'runs', runs['matching'], 'results.json'));
    const scored = json(join(found?.folder ?? '', 'results.json'));
    expect(scored.summary.test).toEqual(trained.summary.test);
    expect(scored.seeds).toHaveLength(2);
    expect(readFileSync(join(found?.folder ?? '', 'results.md'), 'utf8')).toContain('| deviation |');
  });

  it('refuses a missing file, and the model of another task', async () => {
    expect((await evaluate('--task', 'ner')).err).toContain('a file of the task ner');
    const model = join(home, 'runs', runs['ner']);
    const other = await evaluate('--task', 'matching', '--model', model, '--file', file('matching', 'test'));
    expect(other.err).toContain('task.other');
  });

  it('tells names apart without fine-tuning', async () => {
    await evaluate('--task', 'similarity', '--candidates', '3', '--questions', '20');
    const labels = { kg: 'toy', corpus: 'toy', task: 'similarity' };
    const found = await new Workspace(home).newest('smedbert.evaluate', labels);
    const { counts, rows } = json(join(found?.folder ?? '', 'results.json'));
    expect(counts.D1).toBeGreaterThan(5);
    expect(rows.map(({ graph }: { graph: string }) => graph)).toEqual(['on', 'shuffled', 'off']);
    for (const row of rows) expect(row.D1).toBeGreaterThan(0);
    const [first] = readFileSync(join(found?.folder ?? '', 'questions.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first).candidates).toHaveLength(3);
  });
});
