/** Graphs of records in a workspace, as an import leaves them, ranked when asked for. */
import { createHash } from 'node:crypto';
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import { writeGraphFiles } from '../../src/graph/graph-files.store.js';
import type { EntityRecord, TripleRecord } from '../../src/graph/graph-store.js';
import { rankGraph } from '../../src/graph/rank-graph.stage.js';
import type { Stage } from '../../src/runs/stage.js';
import { runStage } from '../../src/runs/stage-runner.js';
import type { Workspace } from '../../src/runs/workspace.js';
import { Setting } from '../../src/settings/setting.js';

export interface MadeGraph {
  entities: readonly EntityRecord[];
  triples: readonly TripleRecord[];
}

class MakeSettings {
  @Setting({ meaning: 'Name of the graph.', type: 'string', required: true })
  kg!: string;

  @Setting({ meaning: 'SHA-256 of the graph itself.', type: 'string', required: true })
  content!: string;
}

export async function makeGraph(workspace: Workspace, kg: string, graph: MadeGraph, ranked = true): Promise<void> {
  const content = createHash('sha256').update(JSON.stringify(graph)).digest('hex');
  await runToEnd(makeStage(graph), { kg, content }, workspace);
  if (ranked) await runToEnd(rankGraph, { kg }, workspace);
}

export async function runToEnd<S extends object>(
  stage: Stage<S>,
  settings: Partial<S>,
  workspace: Workspace,
): Promise<void> {
  const options = { workspace, environment: { threads: 1 }, signal: new AbortController().signal };
  const steps = runStage(stage, Object.assign(new stage.settings(), settings), options);
  while (!(await steps.next()).done);
}

function makeStage({ entities, triples }: MadeGraph): Stage<MakeSettings> {
  return {
    name: 'kg.import',
    summary: 'Makes a graph of records.',
    version: 1,
    kind: 'artefact',
    settings: MakeSettings,
    labels: ['kg'],
    needs: {},
    async *run(_settings, _inputs, context) {
      const builder = new GraphBuilder();
      builder.beginSource({ name: 'records' });
      for (const entity of entities) builder.addEntity(entity);
      for (const triple of triples) builder.addTriple(triple);
      return yield* writeGraphFiles(builder.finish(), context);
    },
  };
}
