/**
 * How often an ambiguous surface is given to the right entity. The graph (7,545 entities) shares no surface, so pairs of
 * entities of one type that the corpus mentions are made to share one, and every mention of either has to be told apart
 * again: by rank alone, as exact matching does, and by the mentions around it. Three documents of four count how often each
 * entity is mentioned, as its other names would; the fourth is asked. Means over DRAWS draws of the pairs; chance is 0.5.
 * `byEntity` gives every entity the same weight, not every mention.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { CounterRandom } from '../dist/base/random.js';
import { loadRanks } from '../dist/graph/load-ranks.js';
import { RankedAdjacency } from '../dist/graph/ranked-adjacency.js';
import { loadSnapshot } from '../dist/graph/snapshot-file.js';
import { runStage } from '../dist/runs/stage-runner.js';
import { Workspace } from '../dist/runs/workspace.js';
import { parseSettings } from '../dist/settings/parse-settings.js';
import { loadStage } from '../dist/stages.js';
import { AutomatonLinker } from '../dist/text/automaton-linker.js';
import { AMBIGUITY_DEFAULTS, AmbiguityResolver } from '../dist/text/resolve-ambiguity.js';
import { buildSurfaceLexicon } from '../dist/text/surface-lexicon.js';

const data = (path) => fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
const GRAPH = data('kg/chinese-patent-medicines/medicals.ttl');
const CORPUS = data('text/chineseblue/corpus.txt.gz');
const PAIRS = 200;
const DRAWS = 8;
const LEAST_MENTIONS = 5;
const COUNTED = 4;
/** A weight against which no context counts. */
const PRIOR_ONLY = 1e9;

export async function run({ emit }) {
  if (!existsSync(GRAPH) || !existsSync(CORPUS)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const { snapshot, ranks } = await importGraph();
  const lexicon = buildSurfaceLexicon(snapshot, ranks, true);
  const linker = new AutomatonLinker(lexicon);
  const documents = gunzipSync(readFileSync(CORPUS)).toString('utf8').split(/\r?\n/).filter(Boolean);
  const linked = documents.map((text) => ({ text, mentions: linker.link(text) }));
  const world = { snapshot, ranks, linked, adjacency: RankedAdjacency.build(snapshot, ranks) };
  for (const record of measure(world)) emit(record);
}

async function importGraph() {
  const home = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    await stage(home, 'kg.import', { kg: 'g', mapping: 'chinese-patent-medicines', files: [GRAPH] });
    await stage(home, 'kg.rank', { kg: 'g' });
    const newest = (name) => new Workspace(home).newest(name, { kg: 'g' });
    const snapshot = loadSnapshot((await newest('kg.import')).folder);
    return { snapshot, ranks: await loadRanks((await newest('kg.rank')).folder) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function stage(home, name, values) {
  const loaded = await loadStage(name);
  const options = { workspace: new Workspace(home), environment: { threads: 1 }, signal: new AbortController().signal };
  const steps = runStage(loaded, parseSettings(loaded.settings, values, name), options);
  while (!(await steps.next()).done);
}

function measure(world) {
  const draws = Array.from({ length: DRAWS }, (_, draw) => measureDraw(world, draw));
  return draws[0].map(({ name }, c) => {
    const figures = draws.map((records) => records[c].figures);
    const mean = (figure) => figures.reduce((sum, each) => sum + each[figure], 0) / DRAWS;
    const means = Object.fromEntries(Object.keys(figures[0]).map((figure) => [figure, mean(figure)]));
    return { bench: 'ambiguity', case: name, unit: 'right', draws: DRAWS, pairs: PAIRS, ...means };
  });
}

function measureDraw({ snapshot, ranks, linked, adjacency }, draw) {
  const partners = drawPairs(snapshot, adjacency, mentionsOf(linked, snapshot.entityCount), draw);
  const counted = linked.filter((_, d) => d % COUNTED !== 0);
  const frequency = mentionsOf(counted, snapshot.entityCount);
  const ambiguous = new Map();
  for (const [entity, partner] of partners) {
    ambiguous.set(surfaceOf(entity, partner), candidatesOf(entity, partner, ranks));
  }
  const asked = linked.filter((_, d) => d % COUNTED === 0).map((document) => merged(document, partners));
  const cases = [
    ['rank (exact)', { ranks }, PRIOR_ONLY],
    ['rank and context', { ranks }, AMBIGUITY_DEFAULTS.priorWeight],
    ['rank and frequency', { ranks, frequency }, PRIOR_ONLY],
    ['rank, frequency and context', { ranks, frequency }, AMBIGUITY_DEFAULTS.priorWeight],
  ];
  return cases.map(([name, known, priorWeight]) => {
    const resolver = new AmbiguityResolver({ ambiguous, ignoreCase: true }, adjacency, known, {
      priorWeight,
      threshold: 0,
    });
    return { name, figures: accuracy(resolver, asked) };
  });
}

function accuracy(resolver, asked) {
  let [mentions, right, told, rightOfTold] = [0, 0, 0, 0];
  const entities = new Map();
  const start = performance.now();
  for (const { text, found, truths } of asked) {
    resolver.resolve(text, found).forEach(({ ambiguous, entity, candidates }, m) => {
      if (!ambiguous) return;
      const isRight = entity === truths[m] ? 1 : 0;
      const [rightOf, of] = entities.get(truths[m]) ?? [0, 0];
      entities.set(truths[m], [rightOf + isRight, of + 1]);
      mentions++;
      right += isRight;
      if (!candidates.some(({ context }) => context > 0)) return;
      told++;
      rightOfTold += isRight;
    });
  }
  const microseconds = (1000 * (performance.now() - start)) / mentions;
  const byEntity = [...entities.values()].reduce((sum, [rightOf, of]) => sum + rightOf / of, 0) / entities.size;
  return {
    value: right / mentions,
    byEntity,
    mentions,
    withContext: told / mentions,
    rightWithContext: rightOfTold / told,
    microseconds,
  };
}

function mentionsOf(linked, entityCount) {
  const counts = new Int32Array(entityCount);
  for (const { mentions } of linked) for (const { entity } of mentions) counts[entity]++;
  return counts;
}

/** Entities of one type that are no neighbours, both ways. */
function drawPairs(snapshot, adjacency, counts, draw) {
  const random = new CounterRandom(1, 'bench.ambiguity');
  const known = [...counts.keys()].filter((e) => counts[e] >= LEAST_MENTIONS && adjacency.degree(e) > 0);
  const drawn = known.map((e) => ({ e, order: random.uint32(draw, e) })).sort((a, b) => a.order - b.order || a.e - b.e);
  const waiting = new Map();
  const partners = new Map();
  for (const { e } of drawn) {
    if (partners.size === 2 * PAIRS) break;
    const type = snapshot.entityTypes[e];
    const other = waiting.get(type);
    if (other === undefined || adjacency.find(e, other) !== undefined) {
      waiting.set(type, e);
      continue;
    }
    waiting.delete(type);
    partners.set(e, other).set(other, e);
  }
  return partners;
}

function surfaceOf(a, b) {
  return `surface ${Math.min(a, b)}`;
}

function candidatesOf(a, b, ranks) {
  const [first, second] = a < b ? [a, b] : [b, a];
  return ranks[second] > ranks[first] ? [second, first] : [first, second];
}

/** The document with one surface for both entities of a pair. */
function merged({ text, mentions }, partners) {
  let rewritten = '';
  let at = 0;
  const found = mentions.map(({ start, end, entity }) => {
    const partner = partners.get(entity);
    rewritten += text.slice(at, start);
    const from = rewritten.length;
    rewritten += partner === undefined ? text.slice(start, end) : surfaceOf(entity, partner);
    at = end;
    return { start: from, end: rewritten.length, entity, ambiguous: partner !== undefined };
  });
  return { text: rewritten + text.slice(at), found, truths: mentions.map(({ entity }) => entity) };
}
