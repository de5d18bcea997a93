import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGraph } from '../../test/support/made-graph.js';
import { openService, type TestService } from '../../test/support/service.js';
import { Workspace } from '../runs/workspace.js';

/** A hospital of five: 高血压 in the middle, 孤岛 alone. */
const SMALL = {
  entities: [
    {
      key: 'd1',
      name: '高血压',
      types: ['疾病', '慢性病'],
      aliases: ['HTN'],
      properties: { icd: 'I10', 发病率: 0.25 },
    },
    { key: 'd2', name: '糖尿病', types: ['疾病'], aliases: [] },
    { key: 'm1', name: '氨氯地平', types: ['药品'], aliases: ['络活喜'] },
    { key: 's1', name: '头痛', types: ['症状'], aliases: [] },
    { key: 'x1', name: '孤岛', types: ['症状'], aliases: [] },
  ],
  triples: [
    { head: 'm1', relation: '治疗', tail: 'd1' },
    { head: 'd1', relation: '症状', tail: 's1' },
    { head: 'd1', relation: '并发症', tail: 'd2' },
    { head: 'd2', relation: '并发症', tail: 'd1' },
    { head: 'd1', relation: '亚型', tail: 'd1' },
  ],
};

let service: TestService;
beforeAll(async () => {
  service = await openService();
  await makeGraph(new Workspace(service.home), 'small', SMALL);
});
afterAll(() => service.close());

async function get(path: string, expected = 200): Promise<Record<string, unknown>> {
  const answer = await service.app.inject({ method: 'GET', url: `/v1/kgs/small${path}` });
  expect(answer.statusCode, answer.body).toBe(expected);
  return answer.json();
}

const entityPath = (text: string) => `/entities/${encodeURIComponent(text)}`;

describe('an entity', () => {
  it.each(['d1', '高血压', 'HTN'])('is found by %s, with what the store and the graph know of it', async (text) => {
    expect(await get(entityPath(text))).toEqual({
      kg: 'small',
      entity: {
        key: 'd1',
        name: '高血压',
        type: '疾病',
        sameName: 1,
        types: ['疾病', '慢性病'],
        aliases: ['HTN'],
        properties: { icd: 'I10', 发病率: 0.25 },
        sources: ['records'],
        degrees: { out: 3, in: 3, neighbours: 3 },
        rank: expect.any(Number),
        place: 1,
      },
    });
  });

  it('has no neighbours and the last place when it stands alone', async () => {
    const { entity } = await get(entityPath('孤岛'));
    expect(entity).toMatchObject({ degrees: { out: 0, in: 0, neighbours: 0 }, place: 5, properties: {} });
  });

  it('is refused when nobody has the name', async () => {
    expect(await get(entityPath('感冒'), 404)).toMatchObject({ code: 'graph.entity-unknown' });
  });
});

async function post(path: string, payload: object, expected = 200): Promise<Record<string, unknown>> {
  const answer = await service.app.inject({ method: 'POST', url: `/v1/kgs/small${path}`, payload });
  expect(answer.statusCode, answer.body).toBe(expected);
  return answer.json();
}

const keysOf = (answer: Record<string, unknown>) => (answer['entities'] as { key: string }[]).map(({ key }) => key);

describe('the neighbourhood of an entity', () => {
  it('has what lies within two edges, and the edges between', async () => {
    const answer = await get(`${entityPath('氨氯地平')}/neighbourhood`);
    expect(answer).toMatchObject({
      asked: [{ key: 'm1', sameName: 1 }],
      ranked: true,
      shown: { entities: 4, edges: 4 },
      total: { entities: 4, edges: 4, exact: true },
      truncated: false,
      endedBy: [],
    });
    expect(keysOf(answer).slice(0, 2)).toEqual(['m1', 'd1']);
    expect(answer['entities']).toContainEqual(expect.objectContaining({ key: 's1', type: '症状', hops: 2 }));
    expect(answer['edges']).toContainEqual({ head: 'm1', relation: '治疗', tail: 'd1' });
  });

  it('walks in a direction, by relations and types, and keeps to its budgets', async () => {
    expect(keysOf(await get(`${entityPath('d1')}/neighbourhood?hops=3&direction=in&relation=治疗`))).toEqual([
      'd1',
      'm1',
    ]);
    expect(keysOf(await get(`${entityPath('d1')}/neighbourhood?type=疾病`))).toEqual(['d1', 'd2']);
    const cut = await get(`${entityPath('d1')}/neighbourhood?nodes=2&edges=0&sort=relevance`);
    expect(cut).toMatchObject({ shown: { entities: 2, edges: 0 }, total: { entities: 4 }, truncated: true });
    expect(cut['endedBy']).toContain('nodes');
    expect(cut['entities']).toEqual([
      expect.objectContaining({ relevance: expect.any(Number) }),
      expect.not.objectContaining({ hops: expect.any(Number) }),
    ]);
    const again = await get(`${entityPath('d1')}/neighbourhood?nodes=2&edges=0&sort=relevance`);
    expect(again).toEqual(cut);
  });

  it.each(['hops=0', 'hops=4', 'nodes=0', 'nodes=1001', 'edges=-1', 'milliseconds=0', 'sort=name', 'direction=up'])(
    'refuses %s',
    async (query) => {
      expect(await get(`${entityPath('d1')}/neighbourhood?${query}`, 400)).toMatchObject({ code: 'request.invalid' });
    },
  );
});

describe('a subgraph', () => {
  it('has the edges among the asked entities, and what lies around when asked for', async () => {
    const among = await post('/subgraph', { entities: ['高血压', 'd2', '孤岛', 'HTN'] });
    expect(keysOf(among)).toEqual(['d1', 'd2', 'x1']);
    expect(among['edges']).toHaveLength(2);
    expect(among['asked']).toHaveLength(4);
    expect(keysOf(await post('/subgraph', { entities: ['d2'], hops: 1 }))).toEqual(['d2', 'd1']);
  });

  it('refuses what is no list of known entities', async () => {
    expect(await post('/subgraph', { entities: [] }, 400)).toMatchObject({ code: 'request.invalid' });
    expect(await post('/subgraph', { entities: [1] }, 400)).toMatchObject({ code: 'request.invalid' });
    expect(await post('/subgraph', { entities: ['d1', '感冒'] }, 404)).toMatchObject({ code: 'graph.entity-unknown' });
  });
});

describe('a graph as a whole', () => {
  it('has an import, sources and a ranking', async () => {
    expect(await get('')).toMatchObject({
      kg: 'small',
      figures: { entities: 5, triples: 5 },
      sources: [{ name: 'records' }],
      ranking: { figures: { converged: true } },
    });
  });

  it('is counted', async () => {
    expect(await get('/statistics')).toMatchObject({
      counts: { entities: 5, triples: 5, relations: 4, types: 3, aliases: 2, selfLoops: 1 },
      types: [
        { type: '疾病', entities: 2 },
        { type: '症状', entities: 2 },
        { type: '药品', entities: 1 },
      ],
      relations: [{ relation: '并发症', triples: 2 }, {}, {}, {}],
      degrees: { isolated: 1, largest: 6 },
      hubs: [{ key: 'd1', degree: 6 }, {}, {}, {}],
      components: { count: 2, largest: 4 },
    });
    expect(await get('/schema')).toMatchObject({
      shown: 4,
      total: 4,
      patterns: [{ headType: '疾病', relation: '并发症', tailType: '疾病', triples: 2 }, {}, {}, {}],
    });
  });

  it.each(['', '/statistics', '/schema', '/entities/x'])('says that there is none of a name (%s)', async (path) => {
    const answer = await service.app.inject({ method: 'GET', url: `/v1/kgs/none${path}` });
    expect(answer.json()).toMatchObject({ status: 404, code: 'graph.unknown' });
  });
});

describe('paths', () => {
  const pathsOf = (from: string, to: string, more = '') =>
    `/paths?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}${more}`;

  it('lead from one entity to another, by the fewest edges', async () => {
    expect(await get(pathsOf('络活喜', '糖尿病'))).toEqual({
      kg: 'small',
      from: { key: 'm1', name: '氨氯地平', type: '药品', sameName: 1 },
      to: { key: 'd2', name: '糖尿病', type: '疾病', sameName: 1 },
      length: 2,
      shown: 2,
      total: 2,
      truncated: false,
      endedBy: [],
      paths: [
        {
          steps: [
            { relation: '治疗', direction: 'out', entity: { key: 'd1', name: '高血压', type: '疾病' } },
            { relation: '并发症', direction: 'out', entity: { key: 'd2', name: '糖尿病', type: '疾病' } },
          ],
        },
        { steps: [expect.anything(), expect.objectContaining({ direction: 'in' })] },
      ],
    });
    expect(await get(pathsOf('m1', 'd2', '&limit=1'))).toMatchObject({ shown: 1, total: 2, endedBy: ['limit'] });
    expect(await get(pathsOf('d1', 'HTN'))).toMatchObject({ length: 0, total: 1, paths: [{ steps: [] }] });
  });

  it('obey a direction and types, and may not be there', async () => {
    expect(await get(pathsOf('s1', 'm1', '&direction=in'))).toMatchObject({ length: 2 });
    for (const more of ['&direction=out', '&type=症状', '&longest=1', '&relation=治疗']) {
      const answer = await get(pathsOf('s1', 'm1', more));
      expect(answer, more).toMatchObject({ shown: 0, total: 0, truncated: false, paths: [] });
      expect(answer).not.toHaveProperty('length');
    }
    expect(await get(pathsOf('d1', '孤岛', '&longest=8'))).toMatchObject({ total: 0 });
  });

  it.each(['&longest=0', '&longest=9', '&limit=101', '&relation=没有'])('refuse %s', async (more) => {
    expect(await get(pathsOf('d1', 'd2', more), 400)).toMatchObject({ code: expect.stringMatching(/invalid|unknown/) });
  });
});

describe('linking a text', () => {
  it('shows mentions with their places, the chosen entities, why these, and their neighbours', async () => {
    const answer = await post('/link', { text: '患者有HTN，服用络活喜；高血压控制。', neighbours: 1 });
    expect(answer).toMatchObject({
      kg: 'small',
      ranked: true,
      shown: 3,
      total: 3,
      mentions: [
        { start: 3, end: 6, text: 'HTN', entity: 'd1', matched: 'alias', rule: 'only', candidateCount: 1 },
        { start: 9, end: 12, text: '络活喜', entity: 'm1', matched: 'alias' },
        { start: 13, end: 16, text: '高血压', entity: 'd1', matched: 'name', candidates: [{ key: 'd1' }] },
      ],
      entities: [
        { key: 'd1', mentions: 2, degree: 4, neighbours: [{ relation: expect.any(String) }] },
        { key: 'm1', mentions: 1, degree: 1, neighbours: [{ key: 'd1', relation: '治疗', direction: 'out' }] },
      ],
    });
    expect(await post('/link', { text: '高血压高血压', mentions: 1 })).toMatchObject({ shown: 1, total: 2 });
    expect(await post('/link', { text: '无' })).toMatchObject({ total: 0, entities: [] });
  });

  it('takes a hundred thousand characters and no more', async () => {
    expect(await post('/link', { text: '头痛'.repeat(50_000) })).toMatchObject({ shown: 1000, total: 50_000 });
    expect(await post('/link', { text: '痛'.repeat(100_001) }, 400)).toMatchObject({ code: 'request.invalid' });
    expect(await post('/link', { text: '' }, 400)).toMatchObject({ code: 'request.invalid' });
  });
});
