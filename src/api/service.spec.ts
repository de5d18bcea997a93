import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSnapshot } from '../graph/build-snapshot.js';
import { writeSnapshot } from '../graph/snapshot-file.js';
import type { Stage } from '../runs/stage.js';
import { runStage } from '../runs/stage-runner.js';
import { Workspace } from '../runs/workspace.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { Setting } from '../settings/setting.js';
import { STAGES } from '../stages.js';
import { createService } from './start-service.js';

class ImportSettings {
  @Setting({ meaning: 'Name of the graph.', type: 'string', required: true })
  kg = '小世界';
}

const DISEASES = ['高血压', '糖尿病', '头痛'];

/** Stands in for an import: a graph of three diseases around one drug. */
const importSmall: Stage<ImportSettings> = {
  name: 'kg.import',
  summary: 'Imports.',
  version: 1,
  kind: 'artefact',
  settings: ImportSettings,
  labels: ['kg'],
  needs: {},
  async *run(_settings, _inputs, { folder }) {
    const entity = (name: string, type: string, aliases: string[]) => ({
      key: `k:${name}`,
      name,
      types: [type],
      aliases,
    });
    const entities = [...DISEASES.map((name) => entity(name, '疾病', [])), entity('氨氯地平', '药品', ['络活喜'])];
    const triples = DISEASES.map((name) => ({ head: 'k:氨氯地平', relation: '治疗', tail: `k:${name}` }));
    await writeSnapshot(folder, buildSnapshot(entities, triples));
    return { entities: entities.length };
  },
};

let home: string;
let app: NestFastifyApplication;
const settings = Object.assign(new ServiceSettings(), { logLevel: 'silent', port: 0 });
const environment = () => ({ home, threads: 1, benchPython: undefined, noColor: true, service: {}, neo4j: {} });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'medgraft-service-'));
  const options = { workspace: new Workspace(home), environment: { threads: 1 }, signal: new AbortController().signal };
  const steps = runStage(importSmall, new ImportSettings(), options);
  while (!(await steps.next()).done);
  app = await createService(environment(), settings);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app.close();
  await rm(home, { recursive: true, force: true });
});

async function get(url: string, expected = 200): Promise<Record<string, unknown>> {
  const answer = await app.inject({ method: 'GET', url });
  expect(answer.statusCode, answer.body).toBe(expected);
  if (expected >= 400) expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.headers['x-request-id']).toBeTruthy();
  return answer.json();
}

function post(url: string, payload: object | string) {
  return app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
}

const neighboursOf = (entity: string) =>
  `/v1/kgs/${encodeURIComponent('小世界')}/entities/${encodeURIComponent(entity)}/neighbours`;

describe('health', () => {
  it('is live and ready', async () => {
    expect(await get('/health/live')).toEqual({ status: 'ok' });
    expect(await get('/health/ready')).toMatchObject({ checks: { queue: 'ok', supervisor: 'ok', disk: 'ok' } });
  });
});

describe('a workspace that cannot be read', () => {
  it('makes the service not ready, with the reason, and leaves it alive; once it is back all is well', async () => {
    await rename(home, `${home}.away`);
    const problem = await get('/health/ready', 503);
    const alive = await get('/health/live');
    await rename(`${home}.away`, home);
    expect(problem).toMatchObject({
      status: 503,
      detail: expect.stringContaining('disk: the workspace cannot be read'),
    });
    expect(alive).toEqual({ status: 'ok' });
    expect(await get('/health/ready')).toMatchObject({ status: 'ok' });
  });
});

describe('neighbours', () => {
  it.each(['k:氨氯地平', '氨氯地平', '络活喜'])('finds %s by key, name or alias', async (text) => {
    const answer = await get(neighboursOf(text));
    expect(answer).toMatchObject({ total: 3, ranked: false, entity: { key: 'k:氨氯地平', type: '药品', sameName: 1 } });
    expect(answer['neighbours']).toHaveLength(3);
    expect(answer).not.toHaveProperty('next');
  });

  it('shows an incoming edge from its other end', async () => {
    const answer = await get(neighboursOf('头痛'));
    expect(answer['neighbours']).toEqual([
      { key: 'k:氨氯地平', name: '氨氯地平', type: '药品', relation: '治疗', direction: 'in' },
    ]);
  });

  it('pages through all, each once', async () => {
    const names: string[] = [];
    let url = `${neighboursOf('氨氯地平')}?limit=2`;
    for (;;) {
      const page = (await get(url)) as { neighbours: { name: string }[]; next?: string };
      names.push(...page.neighbours.map(({ name }) => name));
      if (page.next === undefined) break;
      url = `${neighboursOf('氨氯地平')}?limit=2&cursor=${page.next}`;
    }
    expect(names.sort()).toEqual([...DISEASES].sort());
  });

  it.each([
    ['?limit=0', 'request.invalid'],
    ['?limit=1001', 'request.invalid'],
    ['?limit=x', 'request.invalid'],
    ['?nothing=1', 'request.invalid'],
    ['?cursor=xyz', 'query.cursor'],
  ])('refuses %s', async (query, code) => {
    expect(await get(`${neighboursOf('头痛')}${query}`, 400)).toMatchObject({ status: 400, code });
  });

  it('says what is not there', async () => {
    expect(await get(neighboursOf('感冒'), 404)).toMatchObject({ code: 'graph.entity-unknown', place: 'entity' });
    expect(await get('/v1/kgs/other/entities/x/neighbours', 404)).toMatchObject({ code: 'graph.unknown' });
    expect(await get('/v1/kgs/..%2f..%2fetc/entities/x/neighbours', 400)).toMatchObject({ code: 'workspace.name' });
    expect(await get('/nothing', 404)).toMatchObject({ code: 'http.404' });
  });

  it('lists the graphs', async () => {
    expect(await get('/v1/kgs')).toMatchObject({ graphs: [{ kg: '小世界', figures: { entities: 4 } }] });
  });
});

describe('jobs', () => {
  it.each([
    [{ stage: 'kg.rank', settings: { kg: 'a' }, more: 1 }, 'request.invalid'],
    [{ stage: 'kg.rank' }, 'request.invalid'],
    [{ stage: 'kg.rank', settings: [] }, 'request.invalid'],
    [{ stage: 'kg.dream', settings: {} }, 'stage.unknown'],
    [{ stage: 'kg.rank', settings: { kg: 'a', damp: 1 } }, 'settings.invalid'],
    ['{"stage":', 'request.invalid'],
    ['{"__proto__":{"a":1},"stage":"kg.rank","settings":{}}', 'request.invalid'],
  ])('refuses %j', async (body, code) => {
    const answer = await post('/v1/jobs', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code });
    expect(await get('/v1/jobs')).toEqual({ jobs: [] });
  });

  it('refuses a body over the limit', async () => {
    const answer = await post('/v1/jobs', JSON.stringify({ stage: 'x'.repeat(1 << 20), settings: {} }));
    expect(answer.json()).toMatchObject({ status: 413 });
  });
});

describe('the OpenAPI document', () => {
  it('has every route and a schema for the settings of each stage', async () => {
    const document = (await get('/openapi.json')) as { paths: object; components: { schemas: Record<string, object> } };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health/ready',
        '/v1/jobs',
        '/v1/jobs/{id}/events',
        '/v1/kgs/{kg}/entities/{entity}/neighbours',
      ]),
    );
    for (const { name } of STAGES) expect(document.components.schemas).toHaveProperty([`settings.${name}`]);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    for (const name of references) expect(document.components.schemas).toHaveProperty([name]);
  });
});

describe('a workspace', () => {
  it('says that the disk of the workspace is no folder', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    await expect(createService({ ...environment(), home: file }, settings)).rejects.toThrow();
  });
});
