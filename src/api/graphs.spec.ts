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
