/**
 * A graph into Neo4j, by the writer of kg.copy and by a plain script over the same driver: two sessions, UNWIND batches of
 * 10,000 rows, a unique constraint, the same properties, labels and types. Rounds alternate; both graphs are deleted between
 * them, untimed. `edges` is the time from the last entity to the last edge, `whole` that of everything, our record of batches
 * and the switch to the new graph among it. Needs MEDGRAFT_NEO4J_URI (scripts/neo4j-server.sh start FOLDER).
 */
import neo4j from 'neo4j-driver';
import { GraphBuilder } from '../dist/graph/graph-builder.js';
import { deleteGraphs } from '../dist/graph/store/neo4j/delete-graphs.js';
import { connectNeo4j } from '../dist/graph/store/neo4j/neo4j-connection.js';
import { writeNeo4jGraph } from '../dist/graph/store/neo4j/write-neo4j-graph.store.js';
import { neo4jSettings } from '../dist/settings/neo4j-settings.js';
import { powerLawEdges } from './support/power-law.mjs';

const CASES = [
  { name: '100 k edges', edges: 100_000, rounds: 5 },
  { name: '1 M edges', edges: 1_000_000, rounds: 3 },
];
const KG = 'bench-import';
const RELATIONS = 20;
const BATCH = 10_000;
const SESSIONS = 2;

const PEER = {
  constraint: 'CREATE CONSTRAINT bench_peer_uid IF NOT EXISTS FOR (n:BenchPeer) REQUIRE n.uid IS UNIQUE',
  key: 'CREATE INDEX bench_peer_key IF NOT EXISTS FOR (n:BenchPeer) ON (n.key)',
  nodes: 'UNWIND $rows AS row CREATE (n:BenchPeer:$(row.types)) SET n = row',
  edges: `UNWIND $rows AS row MATCH (a:BenchPeer {uid: row.head}) MATCH (b:BenchPeer {uid: row.tail})
    CREATE (a)-[:$(row.relation)]->(b)`,
  delete: [
    'MATCH (:BenchPeer)-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 20000 ROWS',
    'MATCH (n:BenchPeer) CALL (n) { DELETE n } IN TRANSACTIONS OF 20000 ROWS',
  ],
};

export async function run({ emit }) {
  const settings = neo4jSettings();
  if (settings.uri === undefined) {
    process.stderr.write('skipped: MEDGRAFT_NEO4J_URI is not set; scripts/neo4j-server.sh start FOLDER prints one\n');
    return;
  }
  const connection = await connectNeo4j(settings);
  const driver = neo4j.driver(settings.uri, neo4j.auth.basic(settings.user, settings.password ?? ''));
  try {
    for (const text of [PEER.constraint, PEER.key]) await driver.executeQuery(text);
    // The server's first plans and compiled code are nobody's merit.
    const small = graphOf(30_000);
    await ourRound(connection, small, 'warm-up');
    await peerRound(driver, small);
    for (const { name, edges, rounds } of CASES) emitAll(emit, name, await inTurn(connection, driver, edges, rounds));
  } finally {
    await connection.close();
    await driver.close();
  }
}

function emitAll(emit, name, { ours, theirs, content }) {
  const { entityCount, tripleCount } = content.snapshot;
  const sizes = { entities: entityCount, edges: tripleCount };
  for (const part of ['edges', 'whole']) {
    const [value, peerValue] = [ours, theirs].map((rounds) => median(rounds.map((round) => round[part])));
    const rate = Math.round(tripleCount / (value / 1000));
    const peer = `UNWIND, ${SESSIONS} sessions`;
    const record = { bench: 'import-neo4j', case: `${name}, ${part}`, unit: 'ms', threads: SESSIONS, ...sizes };
    emit({ ...record, value, edgesPerSecond: rate, peer, peerValue, ratio: value / peerValue });
  }
}

async function inTurn(connection, driver, edges, rounds) {
  const content = graphOf(edges);
  const times = { ours: [], theirs: [], content };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ourRound(connection, content, `${edges}/${round}`));
    times.theirs.push(await peerRound(driver, content));
  }
  return times;
}

function graphOf(count) {
  const { entityCount, heads, tails } = powerLawEdges('g1');
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'bench' });
  const keyOf = (node) => `C${String(node).padStart(7, '0')}`;
  const share = Math.ceil((entityCount * count) / heads.length);
  for (let node = 0; node < share; node++) {
    builder.addEntity({
      key: keyOf(node),
      name: `疾病名称${node}`,
      types: [`类型${node % 8}`],
      aliases: [`别名${node}`],
    });
  }
  for (let i = 0; i < Math.min(count, heads.length); i++) {
    builder.addTriple({
      head: keyOf(heads[i] % share),
      relation: `关系${(heads[i] + tails[i]) % RELATIONS}`,
      tail: keyOf(tails[i] % share),
    });
  }
  return builder.finish();
}

async function ourRound(connection, content, contentId) {
  const { signal } = new AbortController();
  const start = performance.now();
  let edgesBegin = start;
  let edgesEnd = start;
  for await (const { done } of writeNeo4jGraph(connection, content, { kg: KG, contentId, signal })) {
    edgesEnd = performance.now();
    if (done <= content.snapshot.entityCount) edgesBegin = edgesEnd;
  }
  const whole = performance.now() - start;
  for await (const _ of deleteGraphs(connection, KG, signal));
  return { edges: edgesEnd - edgesBegin, whole };
}

async function peerRound(driver, content) {
  const { entityCount, tripleCount } = content.snapshot;
  const start = performance.now();
  await sendAll(driver, PEER.nodes, entityCount, (id) => peerNode(content, id));
  const edgesBegin = performance.now();
  const heads = headsOf(content.snapshot.outgoing.offsets, tripleCount);
  await sendAll(driver, PEER.edges, tripleCount, (i) => peerEdge(content, heads, i));
  const end = performance.now();
  const session = driver.session();
  for (const text of PEER.delete) await session.run(text);
  await session.close();
  return { edges: end - edgesBegin, whole: end - start };
}

function peerNode(content, id) {
  const { key, name, types, aliases } = content.entity(id);
  const { incoming, outgoing } = content.snapshot;
  const degree = ({ offsets }) => neo4j.int(offsets[id + 1] - offsets[id]);
  return {
    uid: neo4j.int(id),
    kg: KG,
    key,
    name,
    types,
    aliases,
    inDegree: degree(incoming),
    outDegree: degree(outgoing),
  };
}

function peerEdge({ snapshot }, heads, i) {
  const { outgoing, relationNames } = snapshot;
  return { head: heads[i], tail: outgoing.entities[i], relation: relationNames.at(outgoing.relations[i]) };
}

function headsOf(offsets, count) {
  const heads = new Uint32Array(count);
  for (let head = 0; head + 1 < offsets.length; head++) heads.fill(head, offsets[head], offsets[head + 1]);
  return heads;
}

async function sendAll(driver, text, count, rowOf) {
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, lane) => {
      const session = driver.session();
      for (let from = lane * BATCH; from < count; from += SESSIONS * BATCH) {
        const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_row, i) => rowOf(from + i));
        await session.executeWrite((transaction) => transaction.run(text, { rows }));
      }
      await session.close();
    }),
  );
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
