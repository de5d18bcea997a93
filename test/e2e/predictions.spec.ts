/** What a trained model expects, asked by both doors; and that its file gives the model back. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openService, type TestService } from '../support/service.js';
import { runToyStage } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

let home: string;
let service: TestService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-predict-'));
  await runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' });
  service = await openService({ home });
});
afterAll(() => service?.close());

async function get(path: string) {
  const answer = await service.app.inject({ method: 'GET', url: `/v1/kgs/toy/${path}` });
  return answer.json();
}

const question = `predictions?head=${encodeURIComponent('高血压')}&relation=${encodeURIComponent('并发症')}`;

it('asks for vectors before it predicts', async () => {
  expect(await get(question)).toMatchObject({ code: 'embedding.missing', hint: 'medgraft kg embed --kg toy' });
});

it.each(['complex', 'transh'] as const)(
  'predicts by %s what training taught it, the same over both doors',
  async (model) => {
    const settings = { dimension: 32, epochs: 60, warmStartEpochs: 20, validationShare: 0, testShare: 0, seed: 2 };
    await runToyStage(home, 'kg.embed', { kg: 'toy', model, reciprocal: model === 'complex', ...settings });
    const flags = ['--kg', 'toy', '--head', '高血压', '--relation', '并发症', '--limit', '5'];
    const known = await get(`${question}&limit=5&known=true`);
    expect(known.predictions).toHaveLength(5);
    expect(known.predictions.filter((one: { known: boolean }) => one.known).length).toBeGreaterThan(1);
    const unknown = await get(`${question}&limit=5`);
    expect(unknown.predictions.every((one: { known: boolean }) => !one.known)).toBe(true);
    const twin = await medgraft(home, '--json', 'kg', 'predict', ...flags);
    expect(JSON.parse(twin.out)).toEqual(unknown);
    const tail = encodeURIComponent(known.predictions.find((one: { known: boolean }) => one.known).entity.key);
    const relations = await get(`predictions?head=${encodeURIComponent('高血压')}&tail=${tail}&known=true&limit=1`);
    expect(relations.predictions).toMatchObject([{ relation: '并发症', known: true }]);
    const similar = await get(`entities/${encodeURIComponent('高血压')}/similar?limit=4`);
    expect(similar.similar).toHaveLength(4);
    const similarTwin = await medgraft(home, '--json', 'kg', 'similar', '--kg', 'toy', '--limit', '4', '高血压');
    expect(JSON.parse(similarTwin.out)).toEqual(similar);
    const asked = ['高血压', '脑梗死', '2型糖尿病'];
    const [first, second, of] = asked.map(encodeURIComponent);
    const analogies = await get(`analogies?first=${first}&second=${second}&of=${of}&limit=3`);
    expect(analogies).toMatchObject({ entities: asked.map((name) => ({ name })) });
    const analogyTwin = await medgraft(home, '--json', 'kg', 'analogy', '--kg', 'toy', '--limit', '3', ...asked);
    expect(JSON.parse(analogyTwin.out)).toEqual(analogies);
  },
);

it('suggests new edges of a whole relation, the same over both doors, and as CSV', async () => {
  const relation = encodeURIComponent('用药治疗');
  const all = await get(`suggestions?relation=${relation}&limit=10000`);
  expect(all).toMatchObject({ headTypes: ['疾病'], tailTypes: ['药物'], truncated: false });
  const { suggestions, heads, tails, pairs } = all;
  expect(pairs).toBe(heads * tails);
  const schema = await get('schema');
  const known = schema.patterns.find((pattern: { relation: string }) => pattern.relation === '用药治疗').triples;
  expect(suggestions).toHaveLength(pairs - known);
  // What one question gives first is the best of its head.
  const [{ head, tail, score }] = suggestions;
  const one = await get(`predictions?head=${encodeURIComponent(head.key)}&relation=${relation}&limit=1000`);
  const same = one.predictions.find(({ entity }: { entity: { key: string } }) => entity.key === tail.key);
  expect(same.score).toBeCloseTo(score, 4);
  const flags = ['--kg', 'toy', '--relation', '用药治疗', '--per-head', '1', '--limit', '8'];
  const few = await get(`suggestions?relation=${relation}&perHead=1&limit=8`);
  expect(new Set(few.suggestions.map((edge: { head: { key: string } }) => edge.head.key)).size).toBe(8);
  expect(few.suggestions[0]).toMatchObject({ head: suggestions[0].head, tail: suggestions[0].tail });
  const twin = await medgraft(home, '--json', 'kg', 'suggest', ...flags);
  expect(JSON.parse(twin.out)).toEqual(few);
  const csv = (await medgraft(home, 'kg', 'suggest', ...flags, '--csv')).out.trim().split('\n');
  expect(csv[0]).toBe('head_key,head,head_type,relation,tail_key,tail,tail_type,score');
  expect(csv.slice(1)).toEqual(
    few.suggestions.map((edge: (typeof few.suggestions)[0]) =>
      [edge.head.key, edge.head.name, '疾病', '用药治疗', edge.tail.key, edge.tail.name, '药物', edge.score].join(),
    ),
  );
  const others = `suggestions?relation=${encodeURIComponent('并发症')}`;
  const [every, ends] = [await get(others), await get(`${others}&knownEnds=true`)];
  expect(every.heads).toBe(every.tails);
  expect(ends.heads).toBeLessThan(every.heads);
  expect(ends.tails).toBeLessThan(every.tails);
  const typed = await get(`suggestions?relation=${relation}&tailType=${encodeURIComponent('食物')}&limit=3`);
  expect(typed).toMatchObject({ tailTypes: ['食物'], suggestions: [{}, {}, {}] });
});

it('refuses questions with one or three parts, unknown names, and a file that is no model', async () => {
  expect(await get('predictions?head=x')).toMatchObject({ status: 400, code: 'query.prediction' });
  expect(await get(`${question}x`)).toMatchObject({ code: 'graph.relation-unknown' });
  expect(await get('suggestions?relation=x')).toMatchObject({ code: 'graph.relation-unknown' });
  expect(await get('suggestions?limit=0')).toMatchObject({ status: 400 });
  expect(await get(`suggestions?relation=${encodeURIComponent('并发症')}&headType=x`)).toMatchObject({
    code: 'graph.type-unknown',
  });
  expect(await get(question.replace('head=', 'head=no'))).toMatchObject({
    code: 'graph.entity-unknown',
  });
  const folder = join(home, 'artifacts', 'kg.embed');
  for (const name of readdirSync(folder).filter((entry) => !entry.startsWith('.'))) {
    const path = join(folder, name, 'model.safetensors');
    writeFileSync(path, readFileSync(path, 'latin1').replace('"transh"', '"nobody"'), 'latin1');
  }
  const fresh = await openService({ home });
  const answer = await fresh.app.inject({ method: 'GET', url: `/v1/kgs/toy/${question}` });
  expect(answer.json()).toMatchObject({ code: 'embedding.model-file' });
  await fresh.app.close();
});
