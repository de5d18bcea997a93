import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import { listArtefacts } from '../../src/runs/list-artefacts.js';
import { listRunNames, readRun } from '../../src/runs/run-record.js';
import { type Verification, verifyArtefact, verifyRun } from '../../src/runs/verify-result.js';
import { Workspace } from '../../src/runs/workspace.js';
import { openService, type TestService } from '../support/service.js';
import { prepareToyChain, runToyStage, SMALL_MODEL } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

/** R15: a flipped bit in any file of any result of the chain is told, with the file. */
const random = new CounterRandom(15, 'flipped bit');
let service: TestService;
let workspace: Workspace;
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'medgraft-verify-'));
  workspace = new Workspace(home);
  await prepareToyChain(home);
  await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 4, saveEvery: 2 });
  service = await openService({ home });
});
afterAll(() => service?.close());

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => statSync(join(folder, path)).isFile() && path !== '.lock',
  );
}

/** Flips one bit, looks, and flips it back. */
async function withFlippedBit<T>(path: string, draw: number, look: () => Promise<T>): Promise<T> {
  const content = readFileSync(path);
  const bit = random.below(content.length * 8, draw, 0);
  content[bit >> 3] ^= 1 << (bit & 7);
  writeFileSync(path, content);
  try {
    return await look();
  } finally {
    content[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(path, content);
  }
}

/** @returns how many flips there were */
async function flipEach(folder: string, verify: (folder: string) => Promise<Verification>): Promise<number> {
  const files = filesOf(folder);
  let flips = 0;
  for (const file of files) {
    if (statSync(join(folder, file)).size === 0) continue;
    const { intact, problems } = await withFlippedBit(join(folder, file), flips++, () => verify(folder));
    expect(intact, file).toBe(false);
    expect(problems.map((problem) => problem.file)).toEqual([file]);
  }
  expect(await verify(folder)).toMatchObject({ intact: true, files: files.length, problems: [] });
  return flips;
}

describe('a flipped bit', () => {
  it('is noticed in every file of every artefact and run, and told with the file', async () => {
    const artefacts = await listArtefacts(workspace);
    const runs = await listRunNames(workspace);
    expect(artefacts.length).toBeGreaterThan(4);
    expect(runs.length).toBeGreaterThan(0);
    let flips = 0;
    for (const { folder } of artefacts) flips += await flipEach(folder, verifyArtefact);
    for (const id of runs) flips += await flipEach(workspace.runFolder(id), verifyRun);
    process.stdout.write(`R15: ${flips} of ${flips} flipped bits noticed, one in each file\n`);
  });

  it('is noticed in the checkpoints and the record of a run that is not finished', async () => {
    const id = (await listRunNames(workspace)).find((name) => name.startsWith('smedbert.pretrain')) ?? '';
    const folder = workspace.runFolder(id);
    const manifest = readFileSync(join(folder, 'manifest.json'));
    rmSync(join(folder, 'manifest.json'));
    expect(await readRun(workspace, id)).toMatchObject({ state: 'interrupted' });
    const promised = filesOf(folder).filter((file) => file.startsWith('checkpoint-') || file === 'run.json');
    expect(promised.length).toBeGreaterThan(4);
    for (const [i, file] of promised.entries()) {
      const { problems } = await withFlippedBit(join(folder, file), i, () => verifyRun(folder));
      expect(problems.map((problem) => problem.file)).toEqual([file]);
    }
    expect(await verifyRun(folder)).toMatchObject({ intact: true });
    writeFileSync(join(folder, 'manifest.json'), manifest);
  });

  it('is told by the command line, which ends with 4, and by the service alike', async () => {
    const [{ stage, hash, folder }] = await listArtefacts(workspace);
    const name = `${stage}/${hash}`;
    const url = `/v1/artefacts/${name}/verification`;
    const file = filesOf(folder).find((path) => path !== 'manifest.json') ?? '';
    const ask = async () => (await service.app.inject({ method: 'GET', url })).json();
    const { told, answer } = await withFlippedBit(join(folder, file), 99, async () => ({
      told: await medgraft(service.home, '--json', 'artefacts', 'verify'),
      answer: await ask(),
    }));
    expect(told.code).toBe(4);
    expect(told.err).toContain(`got: ${name}`);
    const lines = told.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { id, ...damaged } = lines.find((line) => line.intact === false);
    expect([id, damaged]).toEqual([name, answer]);
    expect(answer).toMatchObject({ intact: false, problems: [{ file }] });
    const good = await medgraft(service.home, 'artefacts', 'verify', name);
    expect([good.code, good.out]).toEqual([0, expect.stringContaining(`intact   ${name}`)]);
    expect(await ask()).toMatchObject({ intact: true });
  });
});

describe('a run', () => {
  it('is verified by its id over both doors', async () => {
    const [id] = await listRunNames(workspace);
    const told = await medgraft(service.home, '--json', 'runs', 'verify', id);
    const answer = await service.app.inject({ method: 'GET', url: `/v1/runs/${id}/verification` });
    expect(JSON.parse(told.out)).toEqual({ id, ...answer.json() });
    expect(answer.json()).toMatchObject({ intact: true, problems: [] });
  });

  it.each([
    '/v1/runs/nothing/verification',
    '/v1/artefacts/kg.rank/0123456789abcdef/verification',
    '/v1/artefacts/..%2f/x/verification',
  ])('that is not there is no answer: %s', async (url) => {
    expect((await service.app.inject({ method: 'GET', url })).statusCode).toBe(404);
  });
});
