/**
 * `kg.copy`: a graph from the workspace into Neo4j, with ranks where there are any, or from Neo4j into the workspace, where
 * it takes the place of the graph of that name. An earlier copy is taken as done only when the server still holds it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import type { Artefact } from '../runs/artefact.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { neo4jSettings } from '../settings/neo4j-settings.js';
import { Setting } from '../settings/setting.js';
import { GraphBuilder } from './graph-builder.js';
import { readGraphFiles, readStore, writeGraphFiles } from './graph-files.store.js';
import { loadRanks } from './load-ranks.js';
import { hashGraph } from './store/graph-hash.js';
import { connectNeo4j, type Neo4jConnection } from './store/neo4j/neo4j-connection.js';
import { Neo4jGraphStore } from './store/neo4j/neo4j-graph.store.js';
import { lostOf, putGraph } from './store/neo4j/put-graph.js';

const STORES = ['embedded', 'neo4j'] as const;
type Store = (typeof STORES)[number];

export class CopyGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'The store that has it: the workspace, or the server of MEDGRAFT_NEO4J_URI.',
    choices: STORES,
  })
  from: Store = 'embedded';

  @Setting({ type: 'string', meaning: 'The store that gets it.', choices: STORES })
  to: Store = 'neo4j';
}

/** Name of the file that says where a graph was copied to. */
const COPY_FILE = 'copy.json';

async function* run(
  { kg, from, to }: CopyGraphSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  if (from === to) throw sameStore(from);
  if (from === 'embedded' && inputs['graph'] === undefined) throw noGraph(kg);
  const connection = await connectNeo4j(neo4jSettings());
  try {
    return to === 'neo4j' ? yield* toNeo4j(connection, kg, inputs, context) : yield* fromNeo4j(connection, kg, context);
  } finally {
    await connection.close();
  }
}

async function* toNeo4j(
  connection: Neo4jConnection,
  kg: string,
  { graph, ranks }: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const builder = new GraphBuilder();
  await readGraphFiles(graph.folder, builder);
  const ranking = ranks && { name: ranks.hash, ranks: await loadRanks(ranks.folder) };
  const put = { kg, artefact: graph.hash, ranking, signal };
  const { number, ...figures } = yield* putGraph(connection, builder.finish(), put);
  const record = { kg, server: connection.place, number, ...figures };
  await writeFile(join(folder, COPY_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
  return figures;
}

async function* fromNeo4j(
  connection: Neo4jConnection,
  kg: string,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  yield { kind: 'note', message: `reading ${kg} from ${connection.place}` };
  const builder = new GraphBuilder();
  await readStore(await Neo4jGraphStore.open(connection, kg), builder);
  return yield* writeGraphFiles(builder.finish(), context);
}

/** The content that the server has now: whatever changed it, a result of other content is not taken for it. */
async function outside({ kg, from, to }: CopyGraphSettings): Promise<Record<string, string>> {
  if (from === to) throw sameStore(from);
  if (from !== 'neo4j') return {};
  const connection = await connectNeo4j(neo4jSettings());
  try {
    const store = await Neo4jGraphStore.open(connection, kg);
    return { contentId: await store.contentId(), hash: await hashGraph(store.entities(), store.triples()) };
  } finally {
    await connection.close();
  }
}

async function lost({ kg, to }: CopyGraphSettings, { manifest }: Artefact): Promise<string | undefined> {
  if (to !== 'neo4j') return undefined;
  const connection = await connectNeo4j(neo4jSettings());
  try {
    return await lostOf(connection, kg, manifest.figures);
  } finally {
    await connection.close();
  }
}

function sameStore(store: Store): MedgraftError {
  return new MedgraftError('input', 'graph.copy-same', 'a graph is copied from one store to the other', {
    place: 'from, to',
    got: `${store}, ${store}`,
    hint: '--from embedded --to neo4j, or --from neo4j --to embedded',
  });
}

function noGraph(kg: string): MedgraftError {
  return new MedgraftError('missing', 'artefact.missing', `the workspace has no graph ${kg}`, {
    hint: `run first: medgraft kg import --kg ${kg} (--help shows its settings)`,
  });
}

export const copyGraph: Stage<CopyGraphSettings> = {
  name: 'kg.copy',
  summary: 'Copy a graph into Neo4j, or from there into the workspace.',
  version: 1,
  kind: 'artefact',
  resultOf: ({ to }) => (to === 'embedded' ? 'kg.import' : undefined),
  settings: CopyGraphSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import?', ranks: 'kg.rank?' },
  uses: ({ from }) => (from === 'embedded' ? ['graph', 'ranks'] : []),
  outside,
  lost,
  run,
};
