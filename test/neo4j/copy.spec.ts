/** `kg.copy` between the workspace and a real server. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRanks } from '../../src/graph/load-ranks.js';
import { deleteFromServer, deleteGraphs } from '../../src/graph/store/neo4j/delete-graphs.js';
import type { Neo4jConnection } from '../../src/graph/store/neo4j/neo4j-connection.js';
import { findGraph } from '../../src/graph/store/neo4j/stored-graph.js';
import { uidRange } from '../../src/graph/store/neo4j/uid.js';
import type { Artefact } from '../../src/runs/artefact.js';
import type { StageEvent } from '../../src/runs/stage.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { fresh, NEVER, storedHash, testConnection, testVariables } from '../support/neo4j.js';
import { RunningService } from '../support/running-service.js';

const DATA = '../shared/data';
const home = mkdtempSync(join(tmpdir(), 'medgraft-copy-'));
const workspace = new Workspace(home);

let connection: Neo4jConnection;
beforeAll(async () => {
  Object.assign(process.env, testVariables());
  connection = await testConnection();
});
afterAll(async () => {
  await connection.close();
  rmSync(home, { recursive: true });
});

async function run(name: string, values: Record<string, unknown>): Promise<Artefact & { events: StageEvent[] }> {
  const stage = await loadStage(name);
  const settings = parseSettings(stage.settings, values, 'test');
  const steps = runStage(stage, settings, { workspace, environment: { threads: 1 }, signal: NEVER, loadStage });
  const events: StageEvent[] = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { ...value, events };
    events.push(value);
  }
}

const texts = (events: StageEvent[]) => events.map((event) => ('message' in event ? event.message : '')).join('\n');
const toNeo4j = (kg: string) => run('kg.copy', { kg });
const fromNeo4j = (kg: string) => run('kg.copy', { kg, from: 'neo4j', to: 'embedded' });
const hashOf = ({ manifest }: Artefact) => manifest.figures['contentHash'];

/** An import, the copy in Neo4j and the copy back have one hash. @returns figures of the import */
async function copyBothWays(kg: string, mapping: string, files?: readonly string[]): Promise<Record<string, unknown>> {
  const imported = await run('kg.import', { kg, mapping, files });
  await toNeo4j(kg);
  expect(await storedHash(connection, kg)).toBe(hashOf(imported));
  const back = await fromNeo4j(kg);
  expect(back.stage).toBe('kg.import');
  expect(hashOf(back)).toBe(hashOf(imported));
  expect((await workspace.newest('kg.import', { kg }))?.hash).toBe(back.hash);
  const sizes = { entities: imported.manifest.figures['entities'], triples: imported.manifest.figures['triples'] };
  expect(await deleteFromServer(kg, true)).toMatchObject({ kg, ...sizes, dryRun: true });
  expect(await storedHash(connection, kg)).toBe(hashOf(imported));
  expect(await deleteFromServer(kg, false)).toMatchObject({ kg, ...sizes, dryRun: false });
  expect(await findGraph(connection, kg)).toBeUndefined();
  return imported.manifest.figures;
}

describe('kg.copy', () => {
  it('copies the toy world there and back', () => copyBothWays(fresh('toy'), 'toy'));

  it('is taken from an earlier run only while the server holds it', async () => {
    const kg = fresh('held');
    await run('kg.import', { kg, mapping: 'toy' });
    await toNeo4j(kg);
    expect(texts((await toNeo4j(kg)).events)).toContain('taken from an earlier run');
    const { number } = (await findGraph(connection, kg))!;
    await connection.write('import/delete-edges', { ...uidRange(number), limit: 1 });
    const repaired = await toNeo4j(kg);
    expect(texts(repaired.events)).toContain('no longer has all of');
    expect(await storedHash(connection, kg)).toBe(hashOf(repaired));
    for await (const _ of deleteGraphs(connection, kg, NEVER));
    const again = await toNeo4j(kg);
    expect(texts(again.events)).toContain(`no longer has ${kg}`);
    expect(await storedHash(connection, kg)).toBe(hashOf(again));
  });

  it('notices what people changed on the server when it copies back', async () => {
    const kg = fresh('edited');
    await run('kg.import', { kg, mapping: 'toy' });
    await toNeo4j(kg);
    const first = await fromNeo4j(kg);
    expect(texts((await fromNeo4j(kg)).events)).toContain('taken from an earlier run');
    const { number } = (await findGraph(connection, kg))!;
    await connection.write('import/delete-edges', { ...uidRange(number), limit: 1 });
    const second = await fromNeo4j(kg);
    expect(second.hash).not.toBe(first.hash);
    expect(second.manifest.figures['triples']).toBe(Number(first.manifest.figures['triples']) - 1);
  });

  it('writes the newest ranks and the degrees to the entities, also to a graph that is there', async () => {
    const kg = fresh('ranked');
    const graph = await run('kg.import', { kg, mapping: 'toy' });
    await toNeo4j(kg);
    const { number } = (await findGraph(connection, kg))!;
    const ranked = await run('kg.rank', { kg });
    const copied = await toNeo4j(kg);
    expect(copied.manifest.figures['ranking']).toBe(ranked.hash);
    expect((await findGraph(connection, kg))?.number).toBe(number);
    const ranks = await loadRanks(ranked.folder);
    const rows = await connection.read('read/entity-block', uidRange(number));
    const nodes = rows.map(([pairs]) => Object.fromEntries(pairs as [string, unknown][]));
    expect(nodes.map(({ rank }) => rank)).toEqual([...ranks]);
    const sum = (name: string) => nodes.reduce((total, node) => total + Number(node[name]), 0);
    expect(sum('inDegree')).toBe(graph.manifest.figures['triples']);
    expect(sum('outDegree')).toBe(graph.manifest.figures['triples']);
  });

  it('keeps what each source tells: one can be taken out after the journey', async () => {
    const kg = fresh('sources');
    await run('kg.import', { kg, mapping: 'node-edge-tables' });
    const merged = await run('kg.merge', { kg, mapping: 'disease-records' });
    const names = String(merged.manifest.figures['sources']).split(', ');
    const without = await run('kg.remove', { kg, source: names[1] });
    await run('kg.import', { kg, mapping: 'node-edge-tables' });
    await run('kg.merge', { kg, mapping: 'disease-records' });
    await toNeo4j(kg);
    const back = await fromNeo4j(kg);
    expect(hashOf(back)).toBe(hashOf(merged));
    expect(back.manifest.figures['sources']).toBe(merged.manifest.figures['sources']);
    expect(hashOf(await run('kg.remove', { kg, source: names[1] }))).toBe(hashOf(without));
  });

  it('runs as a job of the service, which shows no password', async () => {
    const kg = fresh('job');
    const jobsHome = join(home, 'jobs');
    const service = await RunningService.start(jobsHome, testVariables());
    try {
      const done = await service.all(await service.submit('kg.import', { kg, mapping: 'toy' }));
      expect(done.at(-1)?.data).toMatchObject({ state: 'succeeded' });
      const messages = await service.all(await service.submit('kg.copy', { kg }));
      expect(messages.at(-1)?.data).toMatchObject({ state: 'succeeded' });
      expect(JSON.stringify(messages)).not.toContain(testVariables()['MEDGRAFT_NEO4J_PASSWORD']);
    } finally {
      await service.kill();
    }
    expect((await findGraph(connection, kg))?.triples).toBeGreaterThan(0);
  });

  it('says what is missing', async () => {
    const kg = fresh('nobody');
    await expect(toNeo4j(kg)).rejects.toMatchObject({ code: 'artefact.missing' });
    await expect(fromNeo4j(kg)).rejects.toMatchObject({ code: 'graph.neo4j-missing' });
    await expect(run('kg.copy', { kg, to: 'embedded' })).rejects.toMatchObject({ code: 'graph.copy-same' });
  });
});

const present = existsSync(DATA);
/** The larger ones take minutes on a busy machine. */
const long = process.env['MEDGRAFT_TEST_LONG'] !== undefined;
if (!long) process.stdout.write('skipped: WN18RR and FB15k-237, MEDGRAFT_TEST_LONG is not set\n');
if (!present) process.stdout.write('skipped: ../shared/data not present\n');

const benchmark = (name: string) => ['train', 'valid', 'test'].map((part) => join(DATA, 'kge', name, `${part}.txt`));
const LARGE = [
  ['link-prediction', benchmark('wn18rr'), 40_943, 93_003],
  ['link-prediction', benchmark('fb15k-237'), 14_541, 310_116],
] as const;

describe.skipIf(!present)('real graphs are equal in both stores', () => {
  it.each([
    ['chinese-patent-medicines', [join(DATA, 'kg/chinese-patent-medicines/medicals.ttl')], 7545, 23_815] as const,
    ...(long ? LARGE : []),
  ])('%s %#', { timeout: 300_000 }, async (mapping, files, entities, triples) => {
    const start = performance.now();
    const figures = await copyBothWays(fresh(`real-${triples}`), mapping, files);
    expect(figures).toMatchObject({ entities, triples });
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    process.stdout.write(`${JSON.stringify({ entities, triples, contentHash: figures['contentHash'], seconds })}\n`);
  });
});
