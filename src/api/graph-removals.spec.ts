import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeGraph, runToEnd } from '../../test/support/made-graph.js';
import { openService, type TestService } from '../../test/support/service.js';
import type { JobQueue } from '../runs/job-queue.js';
import type { Stage } from '../runs/stage.js';
import { Workspace } from '../runs/workspace.js';
import { Setting } from '../settings/setting.js';
import { JOB_QUEUE } from './job-submissions.js';

const GRAPH = {
  entities: ['a', 'b'].map((key) => ({ key, name: key, types: ['t'], aliases: [] })),
  triples: [{ head: 'a', relation: 'r', tail: 'b' }],
};

class TrainSettings {
  @Setting({ meaning: 'Name of the graph.', type: 'string', required: true })
  kg!: string;
}

/** Stands in for a training. */
const train: Stage<TrainSettings> = {
  name: 'kg.embed',
  summary: 'Trains.',
  version: 1,
  kind: 'artefact',
  settings: TrainSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  async *run() {
    yield { kind: 'note', message: 'trained' };
    return {};
  },
};

let service: TestService;
let workspace: Workspace;
beforeEach(async () => {
  service = await openService({ scopes: ['read', 'jobs'] });
  workspace = new Workspace(service.home);
  for (const kg of ['one', 'two']) await makeGraph(workspace, kg, GRAPH);
  await runToEnd(train, { kg: 'one' }, workspace);
});
afterEach(() => service.close());

async function call(
  method: 'GET' | 'DELETE',
  path: string,
  scope: 'read' | 'jobs' = method === 'GET' ? 'read' : 'jobs',
) {
  const headers = { authorization: `Bearer ${service.keyOf(scope)}` };
  const answer = await service.app.inject({ method, url: `/v1/kgs${path}`, headers });
  return answer.json() as Record<string, unknown>;
}

const stages = (list: unknown) => (list as { stage: string }[]).map(({ stage }) => stage);

describe('deleting a graph', () => {
  it('takes every version and what is computed from it, and leaves what was trained and other graphs', async () => {
    await makeGraph(workspace, 'one', { ...GRAPH, triples: [{ head: 'b', relation: 'r', tail: 'a' }] });
    expect(await call('GET', '/one/entities/a')).toMatchObject({ entity: { degrees: { in: 1 } } });
    const answer = await call('DELETE', '/one');
    expect(stages(answer['removed'])).toEqual(['kg.import', 'kg.import', 'kg.rank', 'kg.rank']);
    expect(stages(answer['kept'])).toEqual(['kg.embed']);
    for (const { folder } of answer['removed'] as { folder: string }[]) {
      expect(existsSync(join(service.home, folder))).toBe(false);
    }
    expect(await call('GET', '/one/entities/a')).toMatchObject({ code: 'graph.unknown' });
    expect(await call('GET', '/two/entities/a')).toMatchObject({ entity: { key: 'a' } });
    expect(await call('GET', '')).toMatchObject({ graphs: [{ kg: 'two' }] });
    expect(stages((await call('DELETE', '/one?derived=true'))['removed'])).toEqual(['kg.embed']);
    expect(await call('DELETE', '/one')).toMatchObject({ status: 404, code: 'graph.unknown' });
  });

  it('only says what would go in a dry run', async () => {
    const answer = await call('DELETE', '/one?dryRun=true&derived=true');
    expect(stages(answer['removed'])).toEqual(['kg.embed', 'kg.import', 'kg.rank']);
    expect(await call('GET', '/one')).toMatchObject({ kg: 'one' });
  });

  it('is refused while a job of the graph waits, and to a key that may only read', async () => {
    const queue = service.app.get<JobQueue>(JOB_QUEUE);
    const { id } = await queue.add({ stage: 'kg.rank', settings: { kg: 'one' } });
    expect(await call('DELETE', '/one')).toMatchObject({ status: 409, code: 'graph.busy' });
    expect(await call('DELETE', '/two')).toMatchObject({ dryRun: false });
    await queue.requestCancel(id);
    expect(await call('DELETE', '/one', 'read')).toMatchObject({ status: 403 });
    expect(await call('DELETE', '/one?derived=yes')).toMatchObject({ status: 400 });
    expect(await call('DELETE', '/..%2fone')).toMatchObject({ status: 400, code: 'workspace.name' });
    expect(await call('GET', '/one')).toMatchObject({ kg: 'one' });
  });
});
