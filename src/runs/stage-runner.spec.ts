import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwIfCancelled } from '../base/errors.js';
import { parseSettings } from '../settings/parse-settings.js';
import { Setting } from '../settings/setting.js';
import type { Artefact } from './artefact.js';
import { isLocked } from './run-lock.js';
import { LOCK_FILE, listRuns } from './run-record.js';
import type { Stage, StageEvent } from './stage.js';
import { runStage } from './stage-runner.js';
import { MANIFEST_FILE, Workspace } from './workspace.js';

class CountSettings {
  @Setting({ meaning: 'Name of the graph.', type: 'string', required: true })
  kg = 'toy';
  @Setting({ meaning: 'How far to count.', type: 'integer', minimum: 1 })
  limit = 3;
  @Setting({ meaning: 'Threads.', type: 'integer', cosmetic: true })
  workers = 1;
  @Setting({ meaning: 'Pass word of the store.', type: 'string', secret: true, optional: true })
  password?: string;
  @Setting({ meaning: 'A file to read.', type: 'string', optional: true })
  file?: string;
}

let home: string;
let workspace: Workspace;
let calls: number;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'medgraft-runner-'));
  workspace = new Workspace(home);
  calls = 0;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const count: Stage<CountSettings> = {
  name: 'kg.count',
  summary: 'Counts.',
  version: 1,
  kind: 'artefact',
  settings: CountSettings,
  labels: ['kg'],
  needs: {},
  sources: ({ file }) => (file ? [file] : []),
  async *run({ limit }, _inputs, { folder, signal }) {
    calls++;
    for (let done = 1; done <= limit; done++) {
      throwIfCancelled(signal);
      await writeFile(join(folder, `${done}.txt`), String(done));
      yield { kind: 'progress', phase: 'count', done, total: limit, unit: 'numbers' };
    }
    return { limit };
  },
};

const train: Stage<CountSettings> = {
  ...count,
  name: 'kg.train',
  kind: 'run',
  needs: { counted: 'kg.count', ranks: 'kg.rank?' },
  async *run({ limit }, inputs, { folder, signal }) {
    calls++;
    const before = (await readdir(folder)).filter((name) => name.startsWith('step-')).length;
    for (let done = before + 1; done <= limit; done++) {
      throwIfCancelled(signal);
      await writeFile(join(folder, `step-${done}`), String(inputs['counted'].hash));
      yield { kind: 'progress', phase: 'train', done, total: limit, unit: 'steps' };
    }
    return { stepsBefore: before };
  },
};

function settingsFrom(values: Record<string, unknown> = {}): CountSettings {
  return parseSettings(CountSettings, { kg: 'toy', ...values }, 'test');
}

async function finish(stage: Stage<CountSettings>, settings = settingsFrom(), signal = new AbortController().signal) {
  const events: StageEvent[] = [];
  const steps = runStage(stage, settings, {
    workspace,
    environment: { threads: 1 },
    signal,
    loadStage: async (name) => ({ ...count, name }) as unknown as Stage,
  });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { artefact: value as Artefact, events };
    events.push(value as StageEvent);
  }
}

describe('runStage, artefacts', () => {
  it('passes events on and leaves a folder with its manifest', async () => {
    const { artefact, events } = await finish(count, settingsFrom({ password: 'open sesame' }));
    expect(events.map((event) => event.kind === 'progress' && event.done)).toEqual([1, 2, 3]);
    expect(artefact.folder).toBe(join(home, 'artifacts', 'kg.count', artefact.hash));
    expect(artefact.manifest).toMatchObject({ stage: 'kg.count', labels: { kg: 'toy' }, figures: { limit: 3 } });
    expect(artefact.manifest.settings).toEqual({ kg: 'toy', limit: 3, workers: 1, password: '***' });
    expect(artefact.manifest.files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['1.txt', 1],
      ['2.txt', 1],
      ['3.txt', 1],
    ]);
    expect(await readFile(join(artefact.folder, MANIFEST_FILE), 'utf8')).not.toContain('sesame');
  });

  it('skips what exists, also with other cosmetic settings, and makes anew what is damaged', async () => {
    const first = await finish(count);
    const second = await finish(count, settingsFrom({ workers: 7 }));
    expect(second.artefact.hash).toBe(first.artefact.hash);
    expect(calls).toBe(1);
    await truncate(join(first.artefact.folder, '2.txt'));
    const third = await finish(count);
    expect(third.events[0]).toMatchObject({ kind: 'warning', message: expect.stringContaining('2.txt') });
    expect(await readFile(join(third.artefact.folder, '2.txt'), 'utf8')).toBe('2');
  });

  it('hashes settings, version and the contents of source files', async () => {
    const file = join(home, 'source.txt');
    const hashes: string[] = [];
    for (const text of ['a', 'b']) {
      await writeFile(file, text);
      hashes.push((await finish(count, settingsFrom({ file }))).artefact.hash);
    }
    hashes.push((await finish(count)).artefact.hash);
    hashes.push((await finish(count, settingsFrom({ limit: 4 }))).artefact.hash);
    hashes.push((await finish({ ...count, version: 2 })).artefact.hash);
    expect(new Set(hashes).size).toBe(5);
  });

  it('keeps nothing when the stage fails, is cancelled, or its reader leaves', async () => {
    const failing: Stage<CountSettings> = {
      ...count,
      async *run(settings, inputs, context) {
        yield* count.run(settings, inputs, context);
        throw new Error('broken');
      },
    };
    await expect(finish(failing)).rejects.toThrow('broken');
    const options = { workspace, environment: { threads: 1 }, signal: new AbortController().signal };
    for await (const event of runStage(count, settingsFrom(), options)) if (event.kind === 'progress') break;
    const abort = new AbortController();
    const steps = runStage(count, settingsFrom(), { ...options, signal: abort.signal });
    await steps.next();
    abort.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await readdir(join(home, 'artifacts', 'kg.count'))).toEqual([]);
    expect(await workspace.newest('kg.count', { kg: 'toy' })).toBeUndefined();
  });

  it('says which command makes a missing input', async () => {
    await expect(finish(train)).rejects.toMatchObject({
      code: 'artefact.missing',
      details: { hint: expect.stringContaining('medgraft kg count --kg toy') },
    });
  });

  it('refuses inputs that were made from different results', async () => {
    const rank: Stage<CountSettings> = { ...count, name: 'kg.rank', needs: { counted: 'kg.count' } };
    await finish(count);
    await finish(rank);
    await finish(count, settingsFrom({ limit: 9 }));
    await expect(finish(train)).rejects.toMatchObject({
      code: 'artefact.stale',
      details: { hint: expect.stringContaining('medgraft kg rank --kg toy') },
    });
    await finish(rank);
    await finish(train);
  });

  it.each(['../x', 'a/b', '.hidden', 'a..b', 'con', 'x\0', 'a\\b', 'x'.repeat(65)])(
    'refuses the name %j',
    async (kg) => {
      await expect(finish(count, settingsFrom({ kg }))).rejects.toMatchObject({ code: 'workspace.name' });
    },
  );

  it('accepts names of other scripts', async () => {
    await finish(count, settingsFrom({ kg: '中成药-2026' }));
    expect((await workspace.newest('kg.count', { kg: '中成药-2026', corpus: 'c' }))?.stage).toBe('kg.count');
  });
});

describe('runStage, runs', () => {
  it('goes on where an interrupted run stopped', async () => {
    await finish(count);
    const abort = new AbortController();
    const options = { workspace, environment: { threads: 1 }, signal: abort.signal };
    const steps = runStage(train, settingsFrom(), options);
    await steps.next();
    abort.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'run.cancelled' });
    expect((await listRuns(workspace)).map(({ state }) => state)).toEqual(['interrupted']);
    const { artefact, events } = await finish(train);
    expect(artefact.manifest.figures).toEqual({ stepsBefore: 1 });
    expect(events[0]).toMatchObject({ kind: 'note', message: expect.stringContaining('going on') });
    const [run] = await listRuns(workspace);
    expect(run).toMatchObject({ state: 'finished', record: { sessions: 2 } });
    expect(run.id).toBe(`kg.train-toy-${artefact.hash.slice(0, 8)}`);
    await finish(train);
    expect(calls).toBe(3);
  });

  it('refuses a second writer and takes over the lock of a dead one', async () => {
    await finish(count);
    const options = { workspace, environment: { threads: 1 }, signal: new AbortController().signal };
    const steps = runStage(train, settingsFrom(), options);
    await steps.next();
    await expect(finish(train)).rejects.toMatchObject({ code: 'run.locked' });
    const [run] = await listRuns(workspace);
    expect(run.state).toBe('running');
    await steps.return(undefined as never);
    const lock = join(run.folder, LOCK_FILE);
    expect(await isLocked(lock)).toBe(false);
    await writeFile(lock, JSON.stringify({ pid: 2 ** 30, start: '', host: hostname(), since: 'long ago' }));
    await finish(train);
    expect((await listRuns(workspace))[0].state).toBe('finished');
  });

  it('starts afresh when told not to resume, but not over a living writer', async () => {
    await finish(count);
    const options = { workspace, environment: { threads: 1 }, signal: new AbortController().signal, resume: false };
    const steps = runStage(train, settingsFrom(), options);
    await steps.next();
    await expect(runStage(train, settingsFrom(), options).next()).rejects.toMatchObject({ code: 'run.locked' });
    await steps.return(undefined as never);
    const [first] = await collect(runStage(train, settingsFrom(), options));
    expect(first).toMatchObject({ kind: 'progress', done: 1 });
    expect((await listRuns(workspace))[0]).toMatchObject({ state: 'finished', record: { sessions: 1 } });
  });
});

async function collect(steps: AsyncGenerator<StageEvent, Artefact>): Promise<StageEvent[]> {
  const events: StageEvent[] = [];
  for await (const event of steps) events.push(event);
  return events;
}
