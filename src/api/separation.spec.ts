import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeGraph, makeGraph } from '../../test/support/made-graph.js';
import { openService, type TestService } from '../../test/support/service.js';
import { CounterRandom } from '../base/random.js';
import { Workspace } from '../runs/workspace.js';

/**
 * S19: two graphs whose words and keys bear a sign of their own (甲 and ka, 乙 and kb), beside names that both have. Whatever
 * is asked of one, the other's sign stands in no answer, but where the question had it.
 */
const REQUESTS = 10_000;
const ENTITIES = 60;
const SHARED = ['感冒', '头痛', '发热', '咳嗽'];
const SIGNS = { one: { word: '甲', key: 'ka' }, two: { word: '乙', key: 'kb' } } as const;
type Kg = keyof typeof SIGNS;

const random = new CounterRandom(19, 'test.separation');

function graphOf(kg: Kg): MadeGraph {
  const { word, key } = SIGNS[kg];
  const step = kg === 'one' ? 1 : 2;
  const keyOf = (i: number) => `${key}${i}`;
  return {
    entities: Array.from({ length: ENTITIES }, (_, i) => ({
      key: keyOf(i),
      name: i < SHARED.length ? SHARED[i] : `${word}病${i}`,
      types: [`${word}类${i % 3}`],
      aliases: [`${word}名${i}`, SHARED[i % SHARED.length]],
      properties: { [`${word}性`]: `${word}值${i}` },
    })),
    triples: Array.from({ length: 300 }, (_, i) => ({
      head: keyOf(random.below(ENTITIES, step, 2 * i)),
      relation: `${word}系${i % 4}`,
      tail: keyOf(random.below(ENTITIES, step, 2 * i + 1)),
    })),
  };
}

function textOf(kg: Kg, i: number): string {
  const { word, key } = SIGNS[kg];
  const at = random.below(ENTITIES, 4, i);
  const texts = [`${key}${at}`, `${word}病${at}`, `${word}名${at}`, SHARED[at % SHARED.length]];
  return texts[random.below(texts.length, 5, i)];
}

interface Request {
  method: 'GET' | 'POST';
  url: string;
  payload?: object;
}

/** @param texts what is asked about @param cursor of an answer that some graph gave */
function requestOf(kg: Kg, kind: number, [first, second]: readonly string[], cursor: string): Request {
  const base = `/v1/kgs/${kg}`;
  const [one, two] = [encodeURIComponent(first), encodeURIComponent(second)];
  const get = (url: string): Request => ({ method: 'GET', url: `${base}${url}` });
  const post = (url: string, payload: object): Request => ({ method: 'POST', url: `${base}${url}`, payload });
  const all = [
    () => get(`/entities/${one}`),
    () => get(`/entities/${one}/neighbours?limit=3`),
    () => get(`/entities/${one}/neighbours?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`),
    () => get(`/entities/${one}/neighbourhood?nodes=8`),
    () => get(`/entities/${one}/neighbourhood?nodes=8&sort=relevance`),
    () => get(`/search?q=${encodeURIComponent(first.slice(0, 2))}&limit=5`),
    () => get(`/paths?from=${one}&to=${two}&limit=2`),
    () => get(`/entities/${one}/neighbours?relation=${two}`),
    () => post('/subgraph', { entities: [first, second] }),
    () => post('/link', { text: `${first}，${second}`, neighbours: 3 }),
    () => get('/statistics'),
    () => get('/schema'),
    () => get(''),
  ];
  return all[kind % all.length]();
}

const KINDS = 13;
let service: TestService;
beforeAll(async () => {
  service = await openService({ settings: { requestsPerMinute: 0 } });
  for (const kg of ['one', 'two'] as const) await makeGraph(new Workspace(service.home), kg, graphOf(kg));
});
afterAll(() => service.close());

describe('two graphs', () => {
  it('never answer with words or keys of each other', async () => {
    const states = new Map<number, number>();
    let cursor = '';
    for (let i = 0; i < REQUESTS; i++) {
      const kg: Kg = random.below(2, 6, i) === 0 ? 'one' : 'two';
      const other = kg === 'one' ? 'two' : 'one';
      // A quarter of the questions are about what only the other has.
      const asked = [0, 1].map((k) => textOf(random.below(4, 7 + k, i) === 0 ? other : kg, 2 * i + k));
      const request = requestOf(kg, random.below(KINDS, 9, i), asked, cursor);
      const { statusCode, body } = await service.app.inject(request);
      states.set(statusCode, (states.get(statusCode) ?? 0) + 1);
      cursor = /"next":"([^"]+)"/.exec(body)?.[1] ?? cursor;
      // Searches say what was asked, and refusals what was given.
      let told = body.replace(/"query":"[^"]*"/, '');
      if (statusCode !== 200) for (const text of asked) told = told.replaceAll(text, '');
      const { word, key } = SIGNS[other];
      if (told.includes(word) || told.includes(key)) throw new Error(`${request.url} of ${kg} told ${body}`);
    }
    expect([...states.keys()].every((state) => [200, 400, 404].includes(state))).toBe(true);
    expect(states.get(200)).toBeGreaterThan(REQUESTS / 2);
    process.stdout.write(`S19: ${REQUESTS} requests (${[...states].map(([state, n]) => `${state}: ${n}`)}), 0 leaks\n`);
  }, 240_000);
});
