import { dirname } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { Engine } from '../../engine/engine.js';
import { loadRanks } from '../../graph/load-ranks.js';
import { loadSnapshot } from '../../graph/snapshot-file.js';
import { readEncoderConfig, readWeights } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { Artefact } from '../../runs/artefact.js';
import { readArtefact, type Workspace } from '../../runs/workspace.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { continuationTable } from '../../text/align-mentions.js';
import { contextResolvers, exactLinker } from '../../text/corpus-linking.js';
import { LinkCorpusSettings } from '../../text/link-corpus.stage.js';
import { readMentionFrequency } from '../../text/mention-frequency.store.js';
import { readTokenizer } from '../../text/prepared-corpus.store.js';
import type { AmbiguityRule } from '../../text/resolve-ambiguity.js';
import { buildSurfaceLexicon } from '../../text/surface-lexicon.js';
import { mentionNeighbours, withTableOfRun } from '../instances/mention-neighbours.store.js';
import { shuffleNeighbours } from '../instances/shuffle-neighbours.js';
import { readKnowledgeConfig } from '../model/model-folder.store.js';
import { sentenceLookups, sentenceParameters } from '../model/sentence-inputs.js';
import { type SmedbertConfig, smedbertParameterSpecs } from '../model/smedbert-model.js';
import { PretrainSettings } from '../pretrain-settings.js';
import type { TextReader } from './read-text.js';
import { type ExplainedModel, TextExplainer } from './text-explainer.js';

/** How texts are linked where it is not as the corpus was. */
export interface LinkingChanges {
  readonly ambiguity?: AmbiguityRule;
  readonly ambiguityThreshold?: number;
  readonly priorWeight?: number;
}

export interface OpenedExplainer {
  /** For people: the folder of the model. */
  readonly folder: string;
  readonly explainer: TextExplainer;
  readerFor(changes: LinkingChanges): TextReader;
  dispose(): Promise<void>;
}

export interface ExplainedSource {
  readonly kg: string;
  readonly corpus: string;
  /** A model folder; without, the newest pre-training of graph and corpus. */
  readonly model?: string;
}

/**
 * The folder of the model that is asked, and what it was made of, as far as that is still there.
 * @throws MedgraftError `artefact.missing`, `artefact.stale`
 */
export async function findModel(workspace: Workspace, { kg, corpus, model }: ExplainedSource) {
  const labels = { kg, corpus };
  const run = model === undefined ? await workspace.newest('smedbert.pretrain', labels) : await runOf(model);
  if (model === undefined && run === undefined) throw untrained(kg, corpus);
  const folder = model ?? (run as Artefact).folder;
  const input = async (role: string, stage: string) => {
    const newest = await workspace.newest(stage, labels);
    const wanted = run?.manifest.inputs[role];
    if (newest === undefined) throw missing(stage, labels);
    if (wanted === undefined || newest.hash === wanted) return newest;
    const earlier = await readArtefact(workspace.artefactFolder(newest.stage, wanted));
    if (earlier) return earlier;
    throw stale(folder, role, wanted, newest.hash);
  };
  const inputs = {
    graph: await input('graph', 'kg.import'),
    ranks: await input('ranks', 'kg.rank'),
    corpus: await input('corpus', 'corpus.link'),
  };
  return { folder, run, inputs };
}

/**
 * Opens a model to be asked.
 * @throws MedgraftError `explain.no-graph` for a model that infuses none; `checkpoint.missing`, `checkpoint.mismatch`, and as
 *   `findModel`
 */
export async function openExplainer(
  workspace: Workspace,
  source: ExplainedSource,
  engine: Engine,
): Promise<OpenedExplainer> {
  const { folder, run, inputs } = await findModel(workspace, source);
  const config = { encoder: await readEncoderConfig(folder), knowledge: await readKnowledgeConfig(folder) };
  if (!config.knowledge.hybridAttention) throw noGraph(folder, run);
  const settings = run
    ? parseSettings(PretrainSettings, run.manifest.settings, folder)
    : Object.assign(new PretrainSettings(), { kg: source.kg, corpus: source.corpus });
  const snapshot = loadSnapshot(inputs.graph.folder);
  const ranks = await loadRanks(inputs.ranks.folder);
  const { neighbours: k } = config.knowledge;
  const made = run ? await withTableOfRun(inputs, run, workspace.home) : inputs;
  const neighbours = await mentionNeighbours({ ...settings, neighbours: k }, snapshot, made);
  const model: ExplainedModel = {
    config,
    store: await storeOf(folder, config, snapshot),
    snapshot,
    ranks,
    neighbours: settings.graph === 'shuffled' ? shuffleNeighbours(neighbours, settings.seed) : neighbours,
  };
  const explainer = new TextExplainer(model, engine);
  const readerFor = await readersOf(inputs.corpus, model, settings.maximumMentionTokens);
  return { folder, explainer, readerFor, dispose: () => explainer.dispose() };
}

/** Weights of the encoder, the infusion and the masked-token head; nothing is trained, so there is no room for gradients. */
async function storeOf(
  folder: string,
  config: SmedbertConfig,
  { entityCount, relationCount, entityTypes, typeCount }: ExplainedModel['snapshot'],
): Promise<ParameterStore> {
  const none = new Float32Array(0);
  const vectors = { entity: none, relation: none, transfer: none, entityCount, relationCount, entityTypes, typeCount };
  const knowledge = { ...config.knowledge, knowledgeLosses: false };
  const all = smedbertParameterSpecs({ ...config, knowledge }, vectors, false);
  const asked = new Set([
    ...sentenceParameters({ names: () => all.map(({ name }) => name) }, config),
    ...Object.values(sentenceLookups(config)).map(({ table }) => table),
    WORD_TABLE,
  ]);
  const specs = all.filter(({ name }) => asked.has(name) || name.startsWith('cls.predictions.'));
  const store = new ParameterStore(
    specs.map((spec) => ({ ...spec, trainable: false, initial: { kind: 'zeros' as const } })),
    0,
  );
  await readWeights(folder, store);
  return store;
}

async function readersOf(
  corpus: Artefact,
  { snapshot, ranks }: ExplainedModel,
  maximumMentionTokens: number,
): Promise<OpenedExplainer['readerFor']> {
  const settings = parseSettings(LinkCorpusSettings, corpus.manifest.settings, corpus.folder);
  const lexicon = buildSurfaceLexicon(snapshot, ranks, settings.ignoreCase);
  const { tokenizer, pieces } = await readTokenizer(corpus.folder);
  const linker = exactLinker(lexicon, settings);
  const frequency = await readMentionFrequency(corpus.folder, snapshot.entityCount);
  const resolverOf = contextResolvers(lexicon, snapshot, ranks, frequency);
  const common = { tokenizer, linker, continues: continuationTable(pieces), maximumMentionTokens };
  return (changes) => {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const linking = { ...settings, ...given };
    return { ...common, resolver: resolverOf(linking), ambiguity: linking.ambiguity as AmbiguityRule };
  };
}

/** The run that a folder is, or whose checkpoint it is. */
async function runOf(folder: string): Promise<Artefact | undefined> {
  for (const place of [folder, dirname(folder)]) {
    const found = await readArtefact(place);
    if (found?.stage === 'smedbert.pretrain') return found;
  }
  return undefined;
}

function untrained(kg: string, corpus: string): MedgraftError {
  return new MedgraftError('missing', 'artefact.missing', `no model was pre-trained on ${corpus} with ${kg}`, {
    place: 'corpus',
    expected: 'a finished smedbert.pretrain',
    got: 'none in this workspace',
    hint: `medgraft smedbert pretrain --kg ${kg} --corpus ${corpus}`,
  });
}

function missing(stage: string, { kg, corpus }: { kg: string; corpus: string }): MedgraftError {
  return new MedgraftError('missing', 'artefact.missing', `an explanation needs the result of ${stage}`, {
    expected: `a finished ${stage}`,
    got: 'none in this workspace',
    hint: `run first: medgraft ${stage.replace('.', ' ')} --kg ${kg}${stage === 'corpus.link' ? ` --corpus ${corpus}` : ''}`,
  });
}

function stale(place: string, role: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('conflict', 'artefact.stale', `what the model was trained with is gone: ${role}`, {
    place,
    expected: `${role} ${expected}`,
    got: `${role} ${got}`,
    hint: 'run medgraft smedbert pretrain again',
  });
}

function noGraph(place: string, run: Artefact | undefined): MedgraftError {
  const off = run?.manifest.settings['graph'] === 'off' ? '--graph off' : '--no-hybrid-attention';
  return new MedgraftError(
    'conflict',
    'explain.no-graph',
    'this model infuses no graph: there is no attention to show',
    {
      place,
      expected: 'a model with hybrid attention',
      got: `one that was trained with ${off}`,
      hint: 'pre-train with --graph on, or name another model folder with --model',
    },
  );
}
