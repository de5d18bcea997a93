/**
 * A workspace with the graph of S12 of the service's figures, imported and ranked: 200,000 entities with Chinese names,
 * 2,000,000 triples drawn with the density of a power law, and one hub of degree 93,923. Made once a folder.
 */
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CounterRandom } from '../../dist/base/random.js';
import { importGraph } from '../../dist/graph/import-graph.stage.js';
import { rankGraph } from '../../dist/graph/rank-graph.stage.js';
import { runStage } from '../../dist/runs/stage-runner.js';
import { Workspace } from '../../dist/runs/workspace.js';

export const KG = 'hub';
export const HUB = 'e0';
export const ENTITIES = 200_000;
const TRIPLES = 2_000_000;
const HUB_DEGREE = 93_923;
const RELATIONS = ['治疗', '并发症', '症状', '检查', '药物', '科室', '病因', '部位'];
const SYLLABLES = [...'高低血压糖尿病心肝肺肾胃肠炎癌症热痛咳嗽头晕骨折感染综合征慢性急性先天原发继发'];

/** @param home folder of the workspace; an import that it has is kept */
export async function makeHubGraph(home) {
  const workspace = new Workspace(home);
  if (existsSync(workspace.referencesFolder('kg.rank'))) return workspace;
  mkdirSync(home, { recursive: true });
  const mapping = join(home, 'mapping.yaml');
  writeFileSync(mapping, MAPPING);
  await pipeline(Readable.from(entityRows()), createWriteStream(join(home, 'entities.csv')));
  await pipeline(Readable.from(tripleRows()), createWriteStream(join(home, 'triples.csv')));
  await runToEnd(importGraph, { kg: KG, mapping }, workspace);
  await runToEnd(rankGraph, { kg: KG }, workspace);
  return workspace;
}

/** One stage, its events unheard. */
export async function runToEnd(stage, settings, workspace) {
  const options = { workspace, environment: { threads: 2 }, signal: new AbortController().signal };
  const steps = runStage(stage, Object.assign(new stage.settings(), settings), options);
  while (!(await steps.next()).done);
}

const MAPPING = `title: Hub
licence: none
format: table
entities:
  - file: entities.csv
    columns: { id: id, name: name, type: type }
triples:
  - file: triples.csv
    columns: { head: head, relation: relation, tail: tail }
`;

function* entityRows() {
  const random = new CounterRandom(1, 'bench.hub-graph.names');
  yield 'id,name,type\n';
  for (let i = 0; i < ENTITIES; i++) {
    const length = 2 + random.below(5, 0, i);
    const name = Array.from({ length }, (_, k) => SYLLABLES[random.below(SYLLABLES.length, 1 + k, i)]).join('');
    yield `e${i},${name},类${i % 8}\n`;
  }
}

/** The hub beside 93,923 entities; other ends lean to low numbers. */
function* tripleRows() {
  const random = new CounterRandom(1, 'bench.hub-graph.triples');
  const relation = (i) => RELATIONS[random.below(RELATIONS.length, 0, i)];
  yield 'head,relation,tail\n';
  for (let i = 0; i < HUB_DEGREE; i++) {
    const other = `e${1 + 2 * i}`;
    yield i % 2 === 0 ? `e0,${relation(i)},${other}\n` : `${other},${relation(i)},e0\n`;
  }
  const end = (step, i) => `e${1 + Math.floor((ENTITIES - 1) * random.uniform(step, i) ** 3)}`;
  for (let i = HUB_DEGREE; i < TRIPLES; i++) yield `${end(1, i)},${relation(i)},${end(2, i)}\n`;
}
