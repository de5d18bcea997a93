import { join } from 'node:path';
import { throwIfCancelled } from '../../../base/errors.js';
import { createEngine } from '../../../engine/create-engine.js';
import type { Engine } from '../../../engine/engine.js';
import { writeJsonLines } from '../../../formats/json-lines.js';
import type { GraphSnapshot } from '../../../graph/graph-snapshot.js';
import { loadSnapshot } from '../../../graph/snapshot-file.js';
import { readPretrainedEncoder } from '../../../nn/model-weights.store.js';
import { ParameterStore } from '../../../nn/parameter-store.js';
import { writeFileAtomically } from '../../../runs/atomic-file.js';
import type { StageContext, StageEvent, StageFigures, StageInputs } from '../../../runs/stage.js';
import { openLinkedCorpus } from '../../../text/linked-corpus-file.js';
import type { EvaluateSettings } from '../../evaluate-settings.js';
import { readKnowledge } from '../../model/model-folder.store.js';
import { taskParameterSpecs } from '../../model/task-program.js';
import { encodeExample } from '../encode-example.js';
import { openEncoderModel } from '../encoder-model.store.js';
import { openStart, type StartModel } from '../start-model.store.js';
import { type EncoderModel, exampleEncoderOf } from '../task-model.store.js';
import { TaskScorer } from '../task-scorer.js';
import { cosine, meanOfTokens } from './mean-pooling.js';
import { type SimilarityQuestion, type SimilaritySet, similarityQuestions } from './similarity-sets.js';
import { type SimilarityRow, similarityCsv, similarityMarkdown } from './similarity-table.js';

/**
 * Unsupervised semantic similarity: each name is the mean of its tokens' last hidden states, and the candidate of the largest
 * cosine is the answer. With the graph on, the mention that a name is gets its neighbours infused.
 */
const SETS: readonly SimilaritySet[] = ['D1', 'D2', 'D3'];
const BATCHES = { batchSize: 32, bucketTokens: 16, maximumTokens: 64 };

export async function* evaluateSimilarity(
  settings: EvaluateSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const start = await openStart(settings.model, inputs, context.home);
  const questions = yield* makeQuestions(settings, inputs, context.signal);
  const lines = SETS.flatMap((set) => questions[set].map((question) => ({ set, ...question })));
  await writeFileAtomically(join(context.folder, 'questions.jsonl'), (sink) => writeJsonLines(sink, lines));
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const graphs = start.pretraining.graph === 'off' ? ['off'] : ['on', 'shuffled', 'off'];
  const rows: SimilarityRow[] = [];
  for (const [i, graph] of graphs.entries()) {
    yield { kind: 'progress', phase: `similarity, graph ${graph}`, done: i, total: graphs.length, unit: 'graphs' };
    const vectors = await vectorsOf(lines, start, graph, engine, context.signal);
    const row = { graph, ...Object.fromEntries(SETS.map((set) => [set, accuracyOf(questions[set], vectors)])) };
    rows.push(row as SimilarityRow);
  }
  const counts = Object.fromEntries(SETS.map((set) => [set, questions[set].length])) as Record<SimilaritySet, number>;
  const results = {
    kg: settings.kg,
    corpus: settings.corpus,
    model: start.folder,
    candidates: settings.candidates,
    counts,
    rows,
  };
  await writeFileAtomically(join(context.folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFileAtomically(join(context.folder, 'results.md'), similarityMarkdown(results));
  await writeFileAtomically(join(context.folder, 'results.csv'), similarityCsv(results));
  const figures = rows.flatMap((row) => SETS.map((set): [string, number] => [`${row.graph}.${set}`, row[set]]));
  const known = figures.filter(([, value]) => Number.isFinite(value));
  return { ...Object.fromEntries(SETS.map((set) => [`questions.${set}`, counts[set]])), ...Object.fromEntries(known) };
}

async function* makeQuestions(
  { questions, candidates }: EvaluateSettings,
  inputs: StageInputs,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, Record<SimilaritySet, SimilarityQuestion[]>> {
  const snapshot: GraphSnapshot = loadSnapshot(inputs['graph'].folder);
  const corpus = openLinkedCorpus(inputs['corpus'].folder, inputs['corpus'].manifest.files);
  const options = { questions, negatives: candidates - 1, mentionFrequency: corpus.mentionFrequency };
  corpus.close();
  const made: Partial<Record<SimilaritySet, SimilarityQuestion[]>> = {};
  for (const [i, set] of SETS.entries()) {
    yield { kind: 'progress', phase: 'questions', done: i, total: SETS.length, unit: 'sets' };
    const work = similarityQuestions(snapshot, set, options);
    let step = work.next();
    for (; !step.done; step = work.next()) throwIfCancelled(signal);
    made[set] = step.value;
    if (step.value.length === 0) yield { kind: 'warning', message: `the graph gives no question of ${set}` };
  }
  return made as Record<SimilaritySet, SimilarityQuestion[]>;
}

async function vectorsOf(
  questions: readonly SimilarityQuestion[],
  start: StartModel,
  graph: string,
  engine: Engine,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Float32Array>> {
  const texts = [...new Set(questions.flatMap(({ query, candidates }) => [query, ...candidates]))];
  const { model, vectors } = await openEncoderModel(start, { ...BATCHES, graph });
  const store = new ParameterStore(taskParameterSpecs(model.config, undefined, vectors), start.pretraining.seed);
  await readPretrainedEncoder(start.folder, store);
  await readKnowledge(start.folder, store);
  const scorer = scorerOf(model, store, engine);
  try {
    const encoder = exampleEncoderOf(model);
    const states = await scorer.rows(
      texts.map((text) => encodeExample({ text }, encoder)),
      signal,
    );
    const width = model.config.encoder.hiddenSize;
    return new Map(texts.map((text, i) => [text, meanOfTokens(states[i], width)]));
  } finally {
    await scorer.dispose();
  }
}

function scorerOf(model: EncoderModel, store: ParameterStore, engine: Engine): TaskScorer {
  const { config, graph, tokenizer, batches } = model;
  const padId = tokenizer.tokenizer.special.pad;
  return new TaskScorer({ store, config, head: undefined, knowledge: graph?.knowledge, padId }, engine, batches);
}

/** Share of the questions whose right candidate is nearer than every wrong one; NaN without questions. */
function accuracyOf(questions: readonly SimilarityQuestion[], vectors: ReadonlyMap<string, Float32Array>): number {
  const vectorOf = (text: string) => vectors.get(text) as Float32Array;
  const right = questions.filter(({ query, candidates }) => {
    const [best, ...others] = candidates.map((text) => cosine(vectorOf(query), vectorOf(text)));
    return others.every((other) => other < best);
  });
  return right.length / questions.length;
}
