import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGraph } from '../../test/support/made-graph.js';
import { openService, type TestService } from '../../test/support/service.js';
import { CounterRandom } from '../base/random.js';
import { Workspace } from '../runs/workspace.js';

/** S12: 100 parallel questions around a hub keep to their budgets; `npm run bench -- hub` measures them at full size. */
const ENTITIES = 10_000;
const TRIPLES = 50_000;
const HUB_DEGREE = 4700;
const PARALLEL = 100;
const BUDGETS = { nodes: 40, edges: 60 };

let service: TestService;
beforeAll(async () => {
  const random = new CounterRandom(12, 'test.hub');
  const end = (step: number, i: number) => `e${1 + Math.floor((ENTITIES - 1) * random.uniform(step, i) ** 3)}`;
  const entities = Array.from({ length: ENTITIES }, (_, i) => ({
    key: `e${i}`,
    name: `病${i}`,
    types: [`t${i % 3}`],
    aliases: [],
  }));
  const triples = Array.from({ length: TRIPLES }, (_, i) =>
    i < HUB_DEGREE
      ? { head: 'e0', relation: `r${i % 4}`, tail: `e${1 + 2 * i}` }
      : { head: end(1, i), relation: `r${i % 4}`, tail: end(2, i) },
  );
  service = await openService({ settings: { requestsPerMinute: 0 } });
  await makeGraph(new Workspace(service.home), 'hub', { entities, triples });
}, 120_000);
afterAll(() => service.close());

interface Answer {
  shown: { entities: number; edges: number };
  total: { entities: number; edges: number; exact: boolean };
  truncated: boolean;
  endedBy: string[];
  entities: { key: string }[];
  edges: { head: string; tail: string }[];
}

async function ask(more: string): Promise<Answer> {
  const { nodes, edges } = BUDGETS;
  const url = `/v1/kgs/hub/entities/e0/neighbourhood?hops=3&nodes=${nodes}&edges=${edges}${more}`;
  const answer = await service.app.inject({ method: 'GET', url });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

describe('a hub', () => {
  it.each(['', '&milliseconds=1', '&sort=relevance', '&direction=in&relation=r1'])(
    'is answered within budgets by 100 questions at a time (%s), and says what is missing',
    async (more) => {
      const answers = await Promise.all(Array.from({ length: PARALLEL }, () => ask(more)));
      for (const { shown, total, truncated, endedBy, entities, edges } of answers) {
        expect(shown).toEqual({ entities: entities.length, edges: edges.length });
        expect(shown.entities).toBeLessThanOrEqual(BUDGETS.nodes);
        expect(shown.edges).toBeLessThanOrEqual(BUDGETS.edges);
        expect(truncated).toBe(shown.entities < total.entities || shown.edges < total.edges || !total.exact);
        expect(endedBy.length > 0).toBe(truncated);
        const keys = new Set(entities.map(({ key }) => key));
        expect(edges.every(({ head, tail }) => keys.has(head) && keys.has(tail))).toBe(true);
      }
    },
  );

  it('counts all within three edges when it has the time', async () => {
    const { total, endedBy } = await ask('&milliseconds=10000');
    expect(total.exact).toBe(true);
    expect(total.entities).toBeGreaterThan(0.9 * ENTITIES);
    expect(endedBy).toContain('nodes');
  });

  it('leaves room for health checks', async () => {
    const order: string[] = [];
    const questions = Array.from({ length: PARALLEL }, (_, i) =>
      ask(`&milliseconds=10000&relation=r${i % 4}`).then(() => order.push('answer')),
    );
    const health = service.app.inject({ method: 'GET', url: '/health/live' }).then(() => order.push('health'));
    await Promise.all([...questions, health]);
    expect(order.indexOf('health')).toBeLessThan(PARALLEL / 2);
  });
});
