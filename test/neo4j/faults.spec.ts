import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../../src/base/errors.js';
import { hashContent } from '../../src/graph/store/graph-hash.js';
import { migrateSchema } from '../../src/graph/store/neo4j/migrate-schema.js';
import type { Neo4jConnection } from '../../src/graph/store/neo4j/neo4j-connection.js';
import { uidOf, uidRange } from '../../src/graph/store/neo4j/uid.js';
import { type LaneBatch, WriteLane } from '../../src/graph/store/neo4j/write-lane.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { contentOf, fresh, NEVER, storedHash, testConnection, testSettings, writeGraph } from '../support/neo4j.js';

const LANES = 16;
const BATCHES = 63;
const ROWS = 4;

async function withFaults(
  share: number,
  use: (connection: Neo4jConnection, proxy: FaultProxy) => Promise<void>,
  seed?: number,
): Promise<void> {
  const target = Number(new URL(testSettings().uri ?? '').port);
  const proxy = await startFaultProxy({ target, share, seed });
  try {
    const connection = await testConnection({ uri: `bolt://127.0.0.1:${proxy.port}` });
    await use(connection, proxy).finally(() => connection.close());
  } finally {
    await proxy.close();
  }
}

describe('with a fifth of all exchanges broken', () => {
  it('1,000 transactions lose nothing and double nothing', async () => {
    const direct = await testConnection();
    await migrateSchema(direct);
    const begin = { kg: fresh('faults'), contentId: 'x', lanes: LANES };
    const [[number]] = (await direct.write('import/begin-graph', begin)) as [[number]];
    const entity = (id: number) => [['t'], uidOf(number, id), `k${id}`, 'n', ['t'], [], 0, 0, null, null, null, {}];
    const hubs: LaneBatch = {
      statement: 'import/write-entities',
      size: LANES,
      rows: () => Array.from({ length: LANES }, (_, id) => entity(id)),
    };
    await new WriteLane(direct, 'faults', `${number}/0`, 0).send([hubs], 0, NEVER, async () => undefined);
    await withFaults(0.2, async (connection, proxy) => {
      const started = performance.now();
      let longest = 0;
      // Edges of few entities: nothing but the lanes' counts keeps them from being doubled.
      const batch = (lane: number): LaneBatch => ({
        statement: 'import/write-edges',
        size: ROWS,
        rows: () =>
          Array.from({ length: ROWS }, () => [uidOf(number, lane), uidOf(number, lane), 'r', null, null, null]),
      });
      await Promise.all(
        Array.from({ length: LANES }, async (_, n) => {
          const lane = new WriteLane(connection, 'faults', `${number}/${n}`, n === 0 ? 1 : 0);
          const first = n === 0 ? 1 : 0;
          let last = performance.now();
          await lane.send(
            Array.from({ length: BATCHES }, () => batch(n)),
            first,
            NEVER,
            async () => {
              longest = Math.max(longest, performance.now() - last);
              last = performance.now();
            },
          );
        }),
      );
      expect(proxy.lostCommits).toBeGreaterThan(50);
      expect(proxy.lostRequests).toBeGreaterThan(50);
      const { exchanges, lostRequests, lostAnswers, lostCommits } = proxy;
      const seconds = Math.round(performance.now() - started) / 1000;
      process.stdout.write(
        `${JSON.stringify({ exchanges, lostRequests, lostAnswers, lostCommits, seconds, longest: Math.round(longest) })}\n`,
      );
      expect(longest).toBeLessThan(30_000);
    });
    const [[edges]] = await direct.read('read/count-edges', uidRange(number));
    expect(edges).toBe(LANES * BATCHES * ROWS);
    await direct.close();
  });

  it('a graph is written whole and read as it is, and its predecessor deleted', async () => {
    const ring = (size: number) =>
      contentOf(
        Array.from({ length: size }, (_, i) => ({ key: `k${i}`, name: `n${i}`, types: ['t'], aliases: [] })),
        Array.from({ length: size }, (_, i) => ({ head: `k${i}`, relation: 'r', tail: `k${(i + 1) % size}` })),
      );
    for (const [n, size] of [6_000, 3_000].entries()) {
      const content = ring(size);
      await withFaults(
        0.2,
        async (connection) => {
          await writeGraph(connection, content, { kg: fresh('faulty'), contentId: `c${n}` });
          expect(await storedHash(connection, fresh('faulty'))).toBe(hashContent(content));
        },
        n + 2,
      );
    }
    const direct = await testConnection();
    expect(await direct.read('import/find-replaced', { kg: fresh('faulty'), except: -1 })).toHaveLength(1);
    await direct.close();
  });
});

describe('a permanent error', () => {
  it('is not tried again', () =>
    withFaults(0, async (connection, proxy) => {
      const before = proxy.exchanges;
      const rows = [[['t'], 1, {}, 'n', ['t'], [], 0, 0, null, null, null, {}]];
      await connection.write('import/begin-graph', { kg: fresh('permanent'), contentId: 'x', lanes: 1 });
      const [[number]] = await connection.read('import/find-replaced', { kg: fresh('permanent'), except: -1 });
      const parameters = { kg: fresh('permanent'), lane: `${number}/0`, done: 0, rows };
      const error = await connection.write('import/write-entities', parameters).catch((reason) => reason);
      expect(error).toBeInstanceOf(MedgraftError);
      expect(error.code).toBe('graph.neo4j-refused');
      expect(error.details.got).toMatch(/^Neo\.ClientError\.Statement/);
      expect(proxy.exchanges - before).toBeLessThan(12);
    }));
});
