/**
 * Neighbours of entities of a graph of 200,000 entities and 2,000,000 triples (support/hub-graph.mjs), drawn evenly: the 20
 * most important with names (`1-hop`), and the 50 entities and 200 edges nearest (`2-hop`; of the store, the neighbours of 20
 * neighbours). From memory as the command line asks, from the embedded store by its statements, and over HTTP at 16
 * connections. Peer of the last: the same 20 from a Neo4j server by its driver, 16 at a time, in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { GraphQueries } from '../dist/api/graph-queries.js';
import { GraphShelf } from '../dist/api/graph-shelf.store.js';
import { NeighbourhoodQueries } from '../dist/api/neighbourhood-queries.js';
import { CounterRandom } from '../dist/base/random.js';
import { ENTITIES, KG, makeHubGraph } from './support/hub-graph.mjs';
import { openNeo4jPeer } from './support/neo4j-peer.mjs';
import { startService } from './support/running-service.mjs';

const KEYS = 2000;
const LIMIT = 20;
const CONNECTIONS = 16;
const ROUNDS = 5;
const SECONDS = 3;
/** Until the compiler has seen enough of the requests. */
const WARM_UP_SECONDS = 10;
const AROUND = { hops: 2, sort: 'rank', nodes: 50, edges: 200, milliseconds: 1000 };

export async function run({ hub, emit }) {
  const home = hub ?? mkdtempSync(join(tmpdir(), 'medgraft-neighbours-'));
  try {
    const workspace = await makeHubGraph(home);
    await inProcess(workspace, emit);
    await overHttp(workspace, home, emit);
  } finally {
    if (hub === undefined) rmSync(home, { recursive: true });
  }
}

const random = new CounterRandom(1, 'bench.neighbours');
const KEYS_DRAWN = Array.from({ length: KEYS }, (_, i) => `e${1 + random.below(ENTITIES - 1, 0, i)}`);

async function inProcess(workspace, emit) {
  const shelf = new GraphShelf(workspace);
  const queries = new GraphQueries(shelf);
  const around = new NeighbourhoodQueries(shelf);
  const { store } = await shelf.graph(KG);
  const cases = {
    'snapshot 1-hop': (key) => queries.neighbours(KG, key, { limit: LIMIT }),
    'snapshot 2-hop': (key) => around.subgraph(KG, [key], AROUND),
    'embedded store 1-hop': (key) => store.neighbours(key, LIMIT),
    'embedded store 2-hop': async (key) => {
      for (const other of await store.neighbours(key, LIMIT)) await store.neighbours(other.key, LIMIT);
    },
  };
  for (const [name, ask] of Object.entries(cases)) {
    const rates = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(await askAll(ask));
    emit({ bench: 'neighbours', case: name, value: median(rates), unit: 'answers/CPU s', threads: 1 });
  }
  shelf.onModuleDestroy();
}

/** @returns answers a second of processor time, which other programs on the machine hardly touch */
async function askAll(ask) {
  const start = process.cpuUsage();
  for (const key of KEYS_DRAWN) await ask(key);
  const { user, system } = process.cpuUsage(start);
  return KEYS / ((user + system) / 1e6);
}

async function overHttp(workspace, home, emit) {
  const service = await startService(home);
  const peer = await openNeo4jPeer(workspace, KG);
  try {
    const { hops, nodes, edges } = AROUND;
    const paths = {
      'HTTP 1-hop': () => `neighbours?limit=${LIMIT}`,
      'HTTP 2-hop': () => `neighbourhood?hops=${hops}&nodes=${nodes}&edges=${edges}`,
    };
    for (const [name, pathOf] of Object.entries(paths)) {
      const requests = KEYS_DRAWN.map((key) => ({ path: `/v1/kgs/${KG}/entities/${key}/${pathOf()}` }));
      const asked = name === 'HTTP 1-hop' ? peer : undefined;
      emit({
        bench: 'neighbours',
        case: name,
        unit: 'answers/s',
        threads: 1,
        ...(await inTurn(service, requests, asked)),
      });
    }
  } finally {
    await peer?.close();
    await service.stop();
  }
}

async function inTurn(service, requests, peer) {
  const ours = [];
  const theirs = [];
  await load(service, requests, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await load(service, requests, SECONDS));
    if (peer) theirs.push(await peerRate(peer));
  }
  const value = median(ours.map(({ rate }) => rate));
  const times = { p50: median(ours.map(({ p50 }) => p50)), p99: median(ours.map(({ p99 }) => p99)) };
  const record = { value, p50Milliseconds: times.p50, p99Milliseconds: times.p99, connections: CONNECTIONS };
  if (!peer) return record;
  const peerValue = median(theirs);
  return { ...record, peer: peer.name, peerValue, ratio: peerValue / value };
}

async function load(service, requests, duration) {
  const result = await autocannon({ url: service.base, connections: CONNECTIONS, duration, requests, workers: 1 });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/** As many at a time as there are connections, for as long. @returns answers a second */
async function peerRate(peer) {
  const start = performance.now();
  const end = start + SECONDS * 1000;
  let asked = 0;
  const askOn = async () => {
    while (performance.now() < end) await peer.neighbours(KEYS_DRAWN[asked++ % KEYS], LIMIT);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, askOn));
  return asked / ((performance.now() - start) / 1000);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
