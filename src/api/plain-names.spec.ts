import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGraph } from '../../test/support/made-graph.js';
import { openService, type TestService } from '../../test/support/service.js';
import { Workspace } from '../runs/workspace.js';

/** S7: names that mean something to JavaScript are plain data as keys, names, types, relations and properties. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

let service: TestService;
beforeAll(async () => {
  service = await openService();
  const entities = NAMES.map((name, i) => ({
    key: name,
    name,
    types: [NAMES[(i + 1) % NAMES.length]],
    aliases: [`${name} alias`],
    properties: JSON.parse('{"__proto__": "plain", "constructor": ["a", "b"]}'),
  }));
  const triples = NAMES.map((relation, i) => ({ head: relation, relation, tail: NAMES[(i + 1) % NAMES.length] }));
  await makeGraph(new Workspace(service.home), 'names', { entities, triples });
});
afterAll(() => service.close());

async function ask(path: string, payload?: object): Promise<Record<string, unknown>> {
  const method = payload === undefined ? 'GET' : 'POST';
  const answer = await service.app.inject({ method, url: `/v1/kgs/names${path}`, payload });
  expect(answer.statusCode, answer.body).toBe(200);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return answer.json();
}

describe('names that mean something to JavaScript', () => {
  it.each(NAMES)('%s is an entity, a type and a relation like any other', async (name) => {
    const next = NAMES[(NAMES.indexOf(name) + 1) % NAMES.length];
    const { entity } = await ask(`/entities/${name}`);
    expect(entity).toMatchObject({ key: name, types: [next] });
    expect(JSON.stringify((entity as { properties: object }).properties)).toBe(
      '{"__proto__":"plain","constructor":["a","b"]}',
    );
    const byRelation = await ask(`/entities/${name}/neighbours?relation=${name}&direction=out`);
    expect(byRelation['neighbours']).toMatchObject([{ key: next, relation: name }]);
    expect(await ask(`/search?q=${name}`)).toMatchObject({ hits: [{ key: name, match: 'exact' }] });
    expect(await ask(`/search?q=${name}&type=${next}`)).toMatchObject({ total: 1 });
    expect(await ask(`/entities/${name}/neighbourhood?type=${name}&hops=3`)).toMatchObject({ truncated: false });
    expect(await ask('/link', { text: `the ${name} of` })).toMatchObject({ mentions: [{ text: name, entity: name }] });
    expect(await ask('/subgraph', { entities: [name, next] })).toMatchObject({
      edges: [{ head: name, relation: name, tail: next }],
    });
    expect(await ask(`/paths?from=${name}&to=${next}`)).toMatchObject({ length: 1 });
  });

  it('are counted', async () => {
    const { types, relations } = await ask('/statistics');
    expect((types as { type: string }[]).map(({ type }) => type).sort()).toEqual([...NAMES].sort());
    expect((relations as { relation: string }[]).map(({ relation }) => relation).sort()).toEqual([...NAMES].sort());
    expect(await ask('/schema')).toMatchObject({ total: NAMES.length });
  });
});
