import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningService } from '../support/running-service.js';
import { ended, medgraft, start } from './medgraft.js';

/** Every question of the command line has the answer of its twin among the routes. */
const TEXT = '患者有高血压和糖尿病，服用氨氯地平。';
const BODY = { entities: ['高血压', '冠心病', '头痛'], hops: 1, nodes: 10, milliseconds: 10_000 };
const one = encodeURIComponent('高血压');
const two = encodeURIComponent('2型糖尿病');

interface Twin {
  command: string[];
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

const TWINS: Twin[] = [
  { command: ['kg', 'show'], method: 'GET', path: '' },
  { command: ['kg', 'statistics'], method: 'GET', path: '/statistics' },
  { command: ['kg', 'schema'], method: 'GET', path: '/schema' },
  {
    command: ['kg', 'search', '糖尿', '--limit', '3'],
    method: 'GET',
    path: `/search?q=${encodeURIComponent('糖尿')}&limit=3`,
  },
  { command: ['kg', 'entity', '高血压'], method: 'GET', path: `/entities/${one}` },
  {
    command: [
      'kg',
      'neighbourhood',
      '--entity',
      '高血压',
      '--nodes',
      '9',
      '--sort',
      'relevance',
      '--milliseconds',
      '10000',
    ],
    method: 'GET',
    path: `/entities/${one}/neighbourhood?nodes=9&sort=relevance&milliseconds=10000`,
  },
  {
    command: ['kg', 'subgraph', ...BODY.entities, '--hops', '1', '--nodes', '10', '--milliseconds', '10000'],
    method: 'POST',
    path: '/subgraph',
    body: BODY,
  },
  {
    command: ['kg', 'paths', '--from', '高血压', '--to', '2型糖尿病', '--type', '检查', '--milliseconds', '10000'],
    method: 'GET',
    path: `/paths?from=${one}&to=${two}&type=${encodeURIComponent('检查')}&milliseconds=10000`,
  },
  { command: ['link', TEXT, '--neighbours', '2'], method: 'POST', path: '/link', body: { text: TEXT, neighbours: 2 } },
  {
    command: ['link', TEXT, '--ambiguity', 'context', '--ambiguity-threshold', '0.3', '--prior-weight', '0.2'],
    method: 'POST',
    path: '/link',
    body: { text: TEXT, ambiguity: 'context', ambiguityThreshold: 0.3, priorWeight: 0.2 },
  },
];

let home: string;
let service: RunningService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-twins-'));
  await medgraft(home, 'kg', 'import', '--kg', 'toy', '--mapping', 'toy');
  await medgraft(home, 'kg', 'rank', '--kg', 'toy');
  service = await RunningService.start(home);
}, 120_000);
afterAll(async () => {
  await service.kill();
  rmSync(home, { recursive: true, force: true });
});

it.each(TWINS)(
  '$command.0 $command.1 answers as its route',
  { timeout: 60_000 },
  async ({ command, method, path, body }) => {
    const { code, out, err } = await medgraft(home, '--json', ...command, '--kg', 'toy');
    expect(code, err).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toEqual(await service.call(method, `/v1/kgs/toy${path}`, body));
    expect(answer).toMatchObject({ kg: 'toy' });
  },
);

it('links what comes on standard input, and shows answers to people', { timeout: 60_000 }, async () => {
  const child = start('cli', ['link', '--kg', 'toy'], { MEDGRAFT_HOME: home });
  child.stdin.end(TEXT);
  const { code, out } = await ended(child);
  expect(code).toBe(0);
  expect(out).toContain('氨氯地平');
  expect(out).toContain('3 of 3 mentions');
});

it('deletes a graph only with --yes', { timeout: 60_000 }, async () => {
  expect((await medgraft(home, 'kg', 'delete', '--kg', 'toy')).out).toContain('nothing was removed');
  expect(await service.call('GET', '/v1/kgs/toy')).toMatchObject({ kg: 'toy' });
  const { out } = await medgraft(home, 'kg', 'delete', '--kg', 'toy', '--yes');
  expect(out).toMatch(/gone +kg.import/);
  expect(await service.call('GET', '/v1/kgs/toy')).toMatchObject({ code: 'graph.unknown' });
});
