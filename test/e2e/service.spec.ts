import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longImport } from '../support/long-import.js';
import { ended, medgraft, start } from './medgraft.js';

interface Message {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

let home: string;
let service: ChildProcessWithoutNullStreams;
let stopped: ReturnType<typeof ended>;
let base: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-e2e-'));
  await startService();
});
afterEach(async () => {
  service.kill('SIGKILL');
  await stopped;
  rmSync(home, { recursive: true, force: true });
});

async function startService(): Promise<void> {
  service = start('main', [], { MEDGRAFT_HOME: home, MEDGRAFT_PORT: '0' });
  stopped = ended(service);
  base = await new Promise((resolve, reject) => {
    service.stderr.on('data', (chunk: Buffer) => {
      const url = /listening on (http:[^"]+)/.exec(chunk.toString())?.[1];
      if (url) resolve(url);
    });
    service.on('close', (code) => reject(new Error(`the service ended with ${code}`)));
  });
}

async function call(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = body === undefined ? undefined : { 'content-type': 'application/json' };
  const answer = await fetch(`${base}${path}`, { method, headers, body: body && JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

const newJob = (stage: string, settings: object) => call('POST', '/v1/jobs', { stage, settings });

/** The messages of a job's stream, to its end. */
async function* messages(id: number, lastEventId?: string): AsyncGenerator<Message> {
  const headers = lastEventId === undefined ? undefined : { 'last-event-id': lastEventId };
  const answer = await fetch(`${base}/v1/jobs/${id}/events`, { headers });
  let rest = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks.filter((text) => !text.startsWith(':'))) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      yield { id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']) };
    }
  }
}

async function all(id: number, lastEventId?: string): Promise<Message[]> {
  const list: Message[] = [];
  for await (const message of messages(id, lastEventId)) list.push(message);
  return list;
}

async function firstProgress(id: number): Promise<void> {
  for await (const { event } of messages(id)) if (event === 'progress') return;
  throw new Error('the job ended without progress');
}

describe('the service', () => {
  it('runs the same stages as the command line, and streams their events', async () => {
    const { id } = (await newJob('kg.import', { kg: 'toy', mapping: 'toy' })) as { id: number };
    const seen = await all(id);
    expect(seen.at(-1)).toMatchObject({ event: 'end', data: { state: 'succeeded', result: { stage: 'kg.import' } } });
    const ids = seen.slice(0, -1).map((message) => Number(message.id));
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    expect((await all(id, '1')).map((message) => message.id)).toEqual(seen.slice(1).map((message) => message.id));
    const again = await medgraft(home, '--json', 'kg', 'import', '--kg', 'toy', '--mapping', 'toy');
    const { result } = seen[seen.length - 1].data as { result: { hash: string } };
    expect(JSON.parse(again.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ kind: 'result', hash: result.hash });
    const path = `/v1/kgs/toy/entities/${encodeURIComponent('高血压')}/neighbours?limit=3`;
    const twin = await medgraft(
      home,
      '--json',
      'kg',
      'neighbours',
      '--kg',
      'toy',
      '--entity',
      '高血压',
      '--limit',
      '3',
    );
    expect(JSON.parse(twin.out)).toEqual(await call('GET', path));
  });

  it('cancels a running job at its next safe point, and keeps nothing half-written', async () => {
    const { id } = (await newJob('kg.import', longImport(home))) as { id: number };
    const waiting = (await newJob('kg.rank', { kg: 'long' })) as { id: number };
    await firstProgress(id);
    expect(await call('POST', `/v1/jobs/${waiting.id}/cancel`)).toMatchObject({ state: 'cancelled' });
    expect(await call('POST', `/v1/jobs/${id}/cancel`)).toMatchObject({ cancelRequested: true });
    expect((await all(id)).at(-1)).toMatchObject({ event: 'end', data: { state: 'cancelled' } });
    expect(readdirSync(join(home, 'artifacts', 'kg.import'))).toEqual([]);
    const page = '/v1/jobs?state=cancelled&limit=1';
    expect(await call('GET', page)).toMatchObject({ jobs: [{ id: waiting.id }], next: waiting.id });
    expect(await call('GET', `${page}&before=${waiting.id}`)).toEqual({ jobs: [await call('GET', `/v1/jobs/${id}`)] });
    expect(await call('GET', '/v1/jobs?stage=kg.embed')).toEqual({ jobs: [] });
    const before = ['--before', String(waiting.id)];
    const twin = await medgraft(home, '--json', 'jobs', 'list', '--state', 'cancelled', '--limit', '1', ...before);
    expect(JSON.parse(twin.out)).toEqual(await call('GET', `/v1/jobs/${id}`));
  });

  it('answers while a job computes, and on SIGTERM gives it back, tells its clients and ends with 0', async () => {
    const { id } = (await newJob('kg.import', longImport(home))) as { id: number };
    await firstProgress(id);
    expect(await call('GET', '/health/ready')).toMatchObject({ status: 'ok' });
    const follower = all(id);
    service.kill('SIGTERM');
    expect(await stopped).toMatchObject({ code: 0 });
    const before = await follower;
    expect(before.at(-1)).toMatchObject({ event: 'closing' });
    await startService();
    const after = await all(id, before.at(-2)?.id);
    expect(after.at(-1)).toMatchObject({ event: 'end', data: { state: 'succeeded' } });
    // The next service goes on where the client was: nothing twice, nothing lost.
    const ids = [...before.slice(0, -1), ...after.slice(0, -1)].map((message) => Number(message.id));
    expect(ids).toEqual(ids.map((_, i) => i + 1));
  });

  it('marks a job whose process was killed as interrupted, and goes on with it when asked by the command line', async () => {
    const { id } = (await newJob('kg.import', longImport(home))) as { id: number };
    await firstProgress(id);
    const { pid } = (await call('GET', `/v1/jobs/${id}`)) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const last = (await all(id)).at(-1);
    expect(last).toMatchObject({ data: { state: 'interrupted', error: { code: 'job.died', got: 'signal SIGKILL' } } });
    const resumed = await medgraft(home, '--json', 'jobs', 'resume', String(id));
    expect(JSON.parse(resumed.out)).toMatchObject({ id, state: 'queued' });
    expect((await all(id)).at(-1)).toMatchObject({ data: { state: 'succeeded', attempt: 2 } });
    const followed = await medgraft(home, '--json', 'jobs', 'follow', String(id));
    expect([followed.code, JSON.parse(followed.out.trim().split('\n').at(-1) ?? '')]).toMatchObject([
      0,
      { state: 'succeeded' },
    ]);
  });
});

describe('a public address', () => {
  it('is refused by the process while there is no key, and told how to make one (S15)', async () => {
    const { code, err } = await medgraft(home, 'serve', '--host', '0.0.0.0', '--port', '0');
    expect([code, err]).toEqual([2, expect.stringContaining('medgraft keys create')]);
  });
});

describe('Ctrl-C on the command line', () => {
  it('stops at the next safe point with 130 and says how to go on', async () => {
    const { mapping, files } = longImport(home);
    const child = start('cli', ['--json', 'kg', 'import', '--kg', 'k', '--mapping', mapping, '--files', ...files], {
      MEDGRAFT_HOME: home,
    });
    const result = ended(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    const { code, err } = await result;
    expect(code).toBe(130);
    expect(err).toContain('the same command starts it again');
    expect(readdirSync(join(home, 'artifacts', 'kg.import'))).toEqual([]);
  });
});
