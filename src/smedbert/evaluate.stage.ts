import { join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { readWeights } from '../nn/model-weights.store.js';
import type { Artefact } from '../runs/artefact.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { parseSettings } from '../settings/parse-settings.js';
import { EvaluateSettings, MASKED, SIMILARITY } from './evaluate-settings.js';
import { withTableOfRun } from './instances/mention-neighbours.store.js';
import type { SmedbertConfig } from './model/smedbert-model.js';
import { PretrainSettings } from './pretrain-settings.js';
import { type AttentionExample, attentionExamples } from './pretraining/attention-examples.js';
import { type Experiment, openExperiment } from './pretraining/experiment.store.js';
import { MaskedEvaluation } from './pretraining/masked-evaluation.js';
import { evaluateTask } from './tasks/evaluate-task.store.js';
import { filesOfExamples } from './tasks/readers/read-examples.store.js';
import { evaluateSimilarity } from './tasks/similarity/evaluate-similarity.store.js';
import { filesOfStart } from './tasks/start-model.store.js';

/** How good a model is: on held-out text, at a task that it was fine-tuned for, or at telling names apart. */
export const evaluate: Stage<EvaluateSettings> = {
  name: 'smedbert.evaluate',
  summary:
    'Score a model: held-out text with the graph on, shuffled and off, a fine-tuned task, or similarity of names.',
  version: 1,
  kind: 'artefact',
  settings: EvaluateSettings,
  labels: ['kg', 'corpus', 'task'],
  needs: {
    graph: 'kg.import',
    ranks: 'kg.rank',
    vectors: 'kg.embed',
    corpus: 'corpus.link',
    model: 'smedbert.pretrain',
    finetuned: 'smedbert.finetune',
  },
  uses({ task, model }) {
    if (task === MASKED) return [...GRAPH_ROLES, 'model'];
    if (task === SIMILARITY) return model === undefined ? [...GRAPH_ROLES, 'model'] : GRAPH_ROLES;
    return model === undefined ? ['finetuned'] : [];
  },
  sources: sourcesOf,
  async *run(settings, inputs, context) {
    if (settings.task === MASKED) return yield* evaluateMasked(settings, inputs, context);
    if (settings.task === SIMILARITY) return yield* evaluateSimilarity(settings, inputs, context);
    return yield* evaluateTask(settings, inputs, context);
  },
};

const GRAPH_ROLES = ['graph', 'ranks', 'vectors', 'corpus'];

function sourcesOf({ task, file, model }: EvaluateSettings): string[] {
  if (task === SIMILARITY) return model === undefined ? [] : filesOfStart(model);
  if (task === MASKED) return [];
  const files = file === undefined ? [] : filesOfExamples(file);
  return model === undefined ? files : [...files, model];
}

type Graph = 'on' | 'shuffled' | 'off';

/** The same held-out masks with the graph as it is, with the neighbours of other entities, and with none. */
async function* evaluateMasked(
  settings: EvaluateSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const pretraining = settingsOfRun(inputs['model']);
  const experiment = await openExperiment(await withTableOfRun(inputs, inputs['model'], context.home), pretraining);
  try {
    await readWeights(inputs['model'].folder, experiment.store);
    const engine = await createEngine(settings.engine as Engine['name'], context.threads);
    const scores: Record<string, Record<string, number>> = {};
    let examples: AttentionExample[] = [];
    const graphs: Graph[] = pretraining.graph === 'off' ? ['off'] : ['on', 'shuffled', 'off'];
    for (const [i, graph] of graphs.entries()) {
      yield { kind: 'progress', phase: `evaluate, graph ${graph}`, done: i, total: graphs.length, unit: 'runs' };
      const evaluation = evaluationOf(experiment, engine, graph, settings.evaluationBatches);
      scores[graph] = (await evaluation.run()).figures;
      if (graph === 'on') examples = await exampleOf(experiment, evaluation, settings.examples);
      await evaluation.dispose();
      yield { kind: 'metric', phase: `graph ${graph}`, step: i, values: scores[graph] };
    }
    await writeFileAtomically(join(context.folder, 'evaluation.json'), `${JSON.stringify(scores, null, 2)}\n`);
    await writeFileAtomically(join(context.folder, 'attention.json'), `${JSON.stringify(examples, null, 2)}\n`);
    return flatten(scores);
  } finally {
    experiment.close();
  }
}

function evaluationOf(experiment: Experiment, engine: Engine, graph: Graph, batches: number): MaskedEvaluation {
  const { store, held } = experiment;
  const config = graph === 'off' ? withoutGraph(experiment.config) : experiment.config;
  return new MaskedEvaluation(store, config, engine, experiment.batches(graph), held, batches);
}

function withoutGraph(config: SmedbertConfig): SmedbertConfig {
  return {
    ...config,
    knowledge: { ...config.knowledge, hybridAttention: false, knowledgeLosses: false, oneHopMixer: false },
  };
}

async function exampleOf(
  experiment: Experiment,
  evaluation: MaskedEvaluation,
  limit: number,
): Promise<AttentionExample[]> {
  const { held, config, vocabulary, snapshot } = experiment;
  if (!config.knowledge.hybridAttention || limit === 0) return [];
  const batches = experiment.batches('on');
  const place = held.at(0);
  const batch = batches.collate(place, 0);
  const outputs = await evaluation.outputs(place, batch);
  const { neighbours } = batches.options;
  const names = { snapshot, neighbours, piece: (id: number) => vocabulary.tokens[id] };
  return attentionExamples(batch, outputs, place.bucket.tokens, config.knowledge.heads, names, limit);
}

/** The settings that the run was made with. */
function settingsOfRun(model: Artefact): PretrainSettings {
  return parseSettings(PretrainSettings, model.manifest.settings, join(model.folder, 'manifest.json'));
}

function flatten(scores: Readonly<Record<string, Record<string, number>>>): StageFigures {
  return Object.fromEntries(
    Object.entries(scores).flatMap(([graph, figures]) =>
      Object.entries(figures).map(([name, value]) => [`${graph}.${name}`, value]),
    ),
  );
}
