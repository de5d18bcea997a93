import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../../src/base/errors.js';
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import { hashContent } from '../../src/graph/store/graph-hash.js';
import { deleteGraphs } from '../../src/graph/store/neo4j/delete-graphs.js';
import { migrateSchema } from '../../src/graph/store/neo4j/migrate-schema.js';
import type { Neo4jConnection } from '../../src/graph/store/neo4j/neo4j-connection.js';
import { Neo4jGraphStore } from '../../src/graph/store/neo4j/neo4j-graph.store.js';
import { findGraph } from '../../src/graph/store/neo4j/stored-graph.js';
import { writeNeo4jGraph } from '../../src/graph/store/neo4j/write-neo4j-graph.store.js';
import { contentOf, fresh, NEVER, storedHash, testConnection, testVariables, writeGraph } from '../support/neo4j.js';
import { ringContent } from '../support/ring-graph.js';

/** Two batches of entities and two of edges. */
const SIZE = 12_000;

let connection: Neo4jConnection;
beforeAll(async () => {
  connection = await testConnection();
});
afterAll(() => connection.close());

const small = (name: string) =>
  contentOf([{ key: 'a', name, types: ['t'], aliases: [] }], [{ head: 'a', relation: 'r', tail: 'a' }]);

const graphsOf = (kg: string) => connection.read('import/find-replaced', { kg, except: -1 });

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.catch((reason) => reason);
  return error instanceof MedgraftError ? error.code : String(error);
}

describe('writeNeo4jGraph', () => {
  it('puts a graph in place of the one of that name, and leaves other names alone', async () => {
    await writeGraph(connection, small('other'), { kg: fresh('beside') });
    await writeGraph(connection, small('first'), { kg: fresh('replaced'), contentId: '1' });
    const store = await Neo4jGraphStore.open(connection, fresh('replaced'));
    expect((await store.entity('a'))?.name).toBe('first');
    await writeGraph(connection, small('second'), { kg: fresh('replaced'), contentId: '2' });
    expect((await store.entity('a'))?.name).toBe('second');
    expect(await graphsOf(fresh('replaced'))).toHaveLength(1);
    expect(await storedHash(connection, fresh('beside'))).toBe(hashContent(small('other')));
  });

  it('shows the old graph until the new one is whole', async () => {
    await writeGraph(connection, small('old'), { kg: fresh('hidden'), contentId: 'old' });
    const content = ringContent(new GraphBuilder(), SIZE);
    const writing = writeNeo4jGraph(connection, content, { kg: fresh('hidden'), contentId: 'ring', signal: NEVER });
    await writing.next();
    await writing.return();
    expect(await storedHash(connection, fresh('hidden'))).toBe(hashContent(small('old')));
    await writeGraph(connection, content, { kg: fresh('hidden'), contentId: 'ring' });
    expect(await storedHash(connection, fresh('hidden'))).toBe(hashContent(content));
    expect(await graphsOf(fresh('hidden'))).toHaveLength(1);
  });

  it('does nothing for a content that is there', async () => {
    await writeGraph(connection, small('same'), { kg: fresh('same') });
    const { number } = (await findGraph(connection, fresh('same')))!;
    expect(await writeGraph(connection, small('same'), { kg: fresh('same') })).toEqual([]);
    expect((await findGraph(connection, fresh('same')))?.number).toBe(number);
  });

  it('lets two writers of one content help each other', async () => {
    const content = ringContent(new GraphBuilder(), SIZE);
    const second = await testConnection();
    const options = { kg: fresh('twins'), contentId: 'twins' };
    await Promise.all([writeGraph(connection, content, options), writeGraph(second, content, options)]);
    await second.close();
    expect(await storedHash(connection, fresh('twins'))).toBe(hashContent(content));
    expect(await graphsOf(fresh('twins'))).toHaveLength(1);
  });

  it('stops when another content has taken the place meanwhile', async () => {
    const content = ringContent(new GraphBuilder(), SIZE);
    const writing = writeNeo4jGraph(connection, content, { kg: fresh('overtaken'), contentId: 'slow', signal: NEVER });
    await writing.next();
    await writeGraph(connection, small('fast'), { kg: fresh('overtaken'), contentId: 'fast' });
    const rest = async () => {
      for await (const _ of writing);
    };
    expect(await codeOf(rest())).toBe('graph.neo4j-changed');
    expect(await storedHash(connection, fresh('overtaken'))).toBe(hashContent(small('fast')));
  });

  it('stops on request, and says when a graph is replaced while it is read', async () => {
    const stop = AbortSignal.abort();
    expect(await codeOf(writeGraph(connection, small('x'), { kg: fresh('stopped'), signal: stop }))).toBe(
      'run.cancelled',
    );
    await writeGraph(connection, ringContent(new GraphBuilder(), SIZE), { kg: fresh('read'), contentId: '1' });
    const blocks = (await Neo4jGraphStore.open(connection, fresh('read'))).entities();
    await blocks.next();
    await writeGraph(connection, small('x'), { kg: fresh('read'), contentId: '2' });
    expect(await codeOf(blocks.next())).toBe('graph.neo4j-replaced');
  });

  it('refuses a key that the index cannot hold before it writes', async () => {
    const key = '键'.repeat(3000);
    const content = contentOf([{ key, name: 'n', types: [], aliases: [] }], [{ head: key, relation: 'r', tail: key }]);
    expect(await codeOf(writeGraph(connection, content, { kg: fresh('long') }))).toBe('graph.neo4j-key-length');
    expect(await graphsOf(fresh('long'))).toEqual([]);
  });
});

describe('deleteGraphs', () => {
  it('leaves nothing of the name', async () => {
    await writeGraph(connection, ringContent(new GraphBuilder(), SIZE), { kg: fresh('gone') });
    for await (const _ of deleteGraphs(connection, fresh('gone'), NEVER));
    expect(await graphsOf(fresh('gone'))).toEqual([]);
    expect(await codeOf(Neo4jGraphStore.open(connection, fresh('gone')))).toBe('graph.neo4j-missing');
  });
});

describe('migrateSchema', () => {
  it('refuses the schema of a newer version, and may be done twice', async () => {
    await migrateSchema(connection);
    await migrateSchema(connection);
    const newer: Neo4jConnection = { ...connection, read: async () => [[99]] };
    expect(await codeOf(migrateSchema(newer))).toBe('graph.neo4j-schema');
  });
});

describe('after kill -9', () => {
  it('goes on with what is not in yet, and holds the same graph', async () => {
    const content = ringContent(new GraphBuilder(), 30_000);
    const hash = hashContent(content);
    for (const [n, kills] of [1, 4].entries()) {
      const kg = fresh(`killed-${n}`);
      const told = await writeUntilKilled(kg, kills);
      const rest = await writeGraph(connection, content, { kg, contentId: 'ring' });
      expect(rest.length).toBeLessThanOrEqual(6 - told);
      expect(await storedHash(connection, kg)).toBe(hash);
      expect(await graphsOf(kg)).toHaveLength(1);
    }
  });
});

/** A child writes batch after batch and tells each; it is killed when it has told `kills`. @returns batches told */
async function writeUntilKilled(kg: string, kills: number): Promise<number> {
  const loader = new URL('../support/typescript-loader.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('../support/neo4j-write-loop.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, script, kg], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...testVariables() },
  });
  const closed = once(child, 'close');
  let told = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString().split('\n').length - 1;
    if (told >= kills) child.kill('SIGKILL');
  });
  await closed;
  expect(told).toBeGreaterThanOrEqual(kills);
  return told;
}
