/**
 * PEPR of one entity, milliseconds: exactly (L1 tolerance 1e-9, one and two threads; peer: scipy, one thread) and by push for
 * three thresholds, in turn with the exact one, with the mean L1 error against the exact one, the largest bound stated, and in how many of the entities
 * the order of the best ten is the same, among all entities and among neighbours. Graphs: FB15k-237 and 1 M edges
 * (support/power-law.mjs), edges counted both ways. Entities: twenty from the most frequent to the rarest.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { loadRankSweep } from '../dist/engine/kernels/rank-sweep.js';
import { Pepr } from '../dist/graph/pepr.js';
import { PeprPush, sharedParts } from '../dist/graph/pepr-push.js';
import { pushRows } from '../dist/graph/push-rows.js';
import { startLinePeer } from './peers/line-peer.mjs';
import { bothWays, powerLawEdges } from './support/power-law.mjs';

const FB15K = fileURLToPath(new URL('../../shared/data/kge/fb15k-237/', import.meta.url));
const JUMP = 0.15;
const TOLERANCE = 1e-9;
const EPSILONS = [1e-5, 1e-6, 1e-7];
const ENTITIES = 20;
const BEST = 10;
/** Both stop at the tolerance. */
const AGREEMENT = 2e-8;

export async function run({ python, emit }) {
  const graphs = { 'FB15k-237': freebase(), g1: powerLawEdges('g1') };
  for (const [name, directed] of Object.entries(graphs)) {
    if (directed === undefined) continue;
    const edges = bothWays(directed);
    const entities = spreadEntities(edges);
    const common = { bench: 'pepr', unit: 'ms/entity', edges: edges.heads.length };
    for (const threads of [1, 2]) {
      const result = await exactly(python, edges, entities, threads);
      emit({ ...common, case: `${name} exact`, threads, ...result });
    }
    for (const epsilon of EPSILONS) {
      emit({ ...common, case: `${name} push ${epsilon}`, threads: 1, ...pushed(edges, entities, epsilon) });
    }
  }
}

async function exactly(python, edges, entities, threads) {
  const pepr = new Pepr(edges, { jump: JUMP, tolerance: TOLERANCE }, loadRankSweep(threads));
  const ranks = new Float64Array(edges.entityCount);
  const ours = (entity) => timed(() => pepr.of(entity, ranks));
  ours(entities[0]);
  try {
    if (!python) {
      const runs = entities.map(ours);
      return { value: median(runs.map((one) => one.milliseconds)), cpu: median(runs.map((one) => one.cpu)) };
    }
    return await againstScipy(python, edges, entities, ours);
  } finally {
    pepr.close();
  }
}

async function againstScipy(python, { entityCount, heads, tails }, entities, ours) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const files = { edges: join(folder, 'edges'), ranks: join(folder, 'ranks') };
  writeFileSync(files.edges, Buffer.concat([Buffer.from(heads.buffer), Buffer.from(tails.buffer)]));
  const peer = startLinePeer(python, 'pepr.py', { nodes: entityCount, jump: JUMP, tolerance: TOLERANCE, ...files });
  const times = { ours: [], theirs: [], cpu: [] };
  try {
    const version = JSON.parse(await peer.ask('version'));
    for (const entity of entities) {
      const { result, milliseconds, cpu } = ours(entity);
      times.ours.push(milliseconds);
      times.cpu.push(cpu);
      times.theirs.push(JSON.parse(await peer.ask(String(entity))).ms);
      const bytes = readFileSync(files.ranks);
      const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, entityCount);
      const distance = l1Distance(result.ranks, theirs);
      if (!(distance < AGREEMENT)) throw new Error(`our PEPR and scipy's differ by ${distance}`);
    }
    const [value, peerValue] = [median(times.ours), median(times.theirs)];
    return { value, cpu: median(times.cpu), peer: `scipy ${version}`, peerValue, ratio: value / peerValue };
  } finally {
    peer.stop();
    rmSync(folder, { recursive: true });
  }
}

function pushed(edges, entities, epsilon) {
  const truth = new Pepr(edges, { jump: JUMP, tolerance: 1e-12 }, loadRankSweep(1));
  const exact = new Pepr(edges, { jump: JUMP, tolerance: TOLERANCE }, loadRankSweep(1));
  const rows = pushRows(edges);
  const push = new PeprPush(rows, sharedParts(truth, rows, JUMP), { jump: JUMP, epsilon });
  push.of(entities[0]);
  const figures = { errors: [], bounds: [], times: [], cpu: [], exactTimes: [], sameBest: 0, sameNeighbours: 0 };
  for (const entity of entities) {
    const { result, milliseconds, cpu } = timed(() => push.of(entity));
    figures.times.push(milliseconds);
    figures.cpu.push(cpu);
    figures.bounds.push(result.error);
    figures.exactTimes.push(timed(() => exact.of(entity)).milliseconds);
    const { ranks } = truth.of(entity);
    const estimate = Float64Array.from({ length: edges.entityCount }, (_, other) => push.at(other));
    figures.errors.push(l1Distance(ranks, estimate));
    const all = Uint32Array.from({ length: edges.entityCount }, (_, other) => other);
    const neighbours = Uint32Array.from(new Set(rows.targets.subarray(rows.offsets[entity], rows.offsets[entity + 1])));
    if (best(all, ranks) === best(all, estimate)) figures.sameBest++;
    if (best(neighbours, ranks) === best(neighbours, estimate)) figures.sameNeighbours++;
  }
  truth.close();
  exact.close();
  const [value, peerValue] = [median(figures.times), median(figures.exactTimes)];
  return {
    value,
    cpu: median(figures.cpu),
    peer: 'our exact PEPR',
    peerValue,
    ratio: value / peerValue,
    meanError: figures.errors.reduce((sum, error) => sum + error, 0) / entities.length,
    largestBound: Math.max(...figures.bounds),
    sameBest: `${figures.sameBest} of ${entities.length}`,
    sameNeighbours: `${figures.sameNeighbours} of ${entities.length}`,
  };
}

/** The best ten in their order; ties by id. */
function best(candidates, scores) {
  return candidates
    .slice()
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, BEST)
    .join();
}

/** Entities with edges, at equal steps of the order of degree. */
function spreadEntities({ entityCount, heads }) {
  const degrees = new Uint32Array(entityCount);
  for (const head of heads) degrees[head]++;
  const order = Uint32Array.from({ length: entityCount }, (_, e) => e).sort((a, b) => degrees[b] - degrees[a] || a - b);
  const connected = order.filter((e) => degrees[e] > 0);
  return Array.from({ length: ENTITIES }, (_, i) => connected[Math.floor((i * connected.length) / ENTITIES)]);
}

/** The training triples; undefined when the data is not there. */
function freebase() {
  const file = ['train.txt', 'train.txt.gz'].map((name) => join(FB15K, name)).find((path) => existsSync(path));
  if (file === undefined) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return undefined;
  }
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const ids = new Map();
  const idOf = (key) => {
    if (!ids.has(key)) ids.set(key, ids.size);
    return ids.get(key);
  };
  const triples = text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const heads = Uint32Array.from(triples, ([head]) => idOf(head));
  const tails = Uint32Array.from(triples, ([, , tail]) => idOf(tail.trim()));
  return { entityCount: ids.size, heads, tails };
}

function l1Distance(a, b) {
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += Math.abs(a[i] - b[i]);
  return distance;
}

/** `cpu`: milliseconds of this process, which say something on a busy machine too. */
function timed(action) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = action();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: performance.now() - start, cpu: (user + system) / 1000 };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
