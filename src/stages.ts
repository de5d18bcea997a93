/**
 * The one list of stages. Commands, jobs, schemas and the settings reference are derived from it. Each is imported when
 * it is asked for, so that a list or a help page loads nothing heavy.
 */
import { MedgraftError } from './base/errors.js';
import type { Stage } from './runs/stage.js';

export interface StageEntry {
  /** `room.verb`. */
  readonly name: string;
  /** One sentence; the same as the stage's own. */
  readonly summary: string;
  load(): Promise<Stage>;
}

export const STAGES: readonly StageEntry[] = [
  entry('kg.import', 'Import a knowledge graph by a mapping, checking each row.', async () => {
    return (await import('./graph/import-graph.stage.js')).importGraph;
  }),
  entry(
    'kg.check',
    'Look through source files before an import: rows in error, repeats, dangling ends, clashes, hubs.',
    async () => (await import('./graph/check-source.stage.js')).checkSourceStage,
  ),
  entry('kg.merge', 'Add a source to a graph, or put its new edition in place of its old one.', async () => {
    return (await import('./graph/merge-graph.stage.js')).mergeGraph;
  }),
  entry('kg.remove', 'Take a source out of a graph.', async () => {
    return (await import('./graph/remove-source.stage.js')).removeSource;
  }),
  entry(
    'kg.export',
    'Write a graph as files for Neo4j, tables, Parquet or JSON Lines, with a mapping that reads them again.',
    async () => (await import('./graph/export-graph.stage.js')).exportGraph,
  ),
  entry('kg.copy', 'Copy a graph into Neo4j, or from there into the workspace.', async () => {
    return (await import('./graph/copy-graph.stage.js')).copyGraph;
  }),
  entry('kg.rank', "Rank a graph's entities by PageRank.", async () => {
    return (await import('./graph/rank-graph.stage.js')).rankGraph;
  }),
  entry('kg.topk', 'Choose the first K neighbours of every entity by rank, PEPR or local push.', async () => {
    return (await import('./graph/select-neighbours.stage.js')).selectNeighbours;
  }),
  entry(
    'kg.shuffle',
    'Make a graph of the same entities and degrees whose edges lead to random ends, as a control.',
    async () => (await import('./graph/shuffle-graph.stage.js')).shuffleGraph,
  ),
  entry(
    'kg.sample',
    'Take a sample of a graph with centralities and communities, as GEXF, GraphML and JSON.',
    async () => (await import('./graph/sample-graph.stage.js')).sampleGraph,
  ),
  entry('kg.dictionaries', 'Write neighbour and type dictionaries and id lists of a graph.', async () => {
    return (await import('./graph/build-dictionaries.stage.js')).buildDictionaries;
  }),
  entry(
    'kg.embed',
    'Train vectors of entities and relations (TransE to RESCAL) and score them on held-out triples.',
    async () => (await import('./embedding/train-embedding.stage.js')).trainEmbedding,
  ),
  entry(
    'kg.evaluate',
    "Judge a graph's vectors on held-out triples: filtered and raw ranking, and classification.",
    async () => (await import('./embedding/evaluate-embedding.stage.js')).evaluateEmbedding,
  ),
  entry(
    'kg.map',
    "Draw a map of a graph's entities by their vectors: principal components, then UMAP.",
    async () => (await import('./embedding/map-embedding.stage.js')).mapEmbedding,
  ),
  entry(
    'kg.vectors',
    "Write a graph's vectors as files of DGL-KE, OpenKE, SMedBERT, word2vec, safetensors or NumPy.",
    async () => (await import('./embedding/export-vectors.stage.js')).exportVectors,
  ),
  entry(
    'kg.tune',
    'Search the settings of kg.embed that rank validation triples best, at random or by successive halving.',
    async () => (await import('./embedding/search/tune-embedding.stage.js')).tuneEmbedding,
  ),
  entry('corpus.prepare', 'Clean a corpus and cut it into segments.', async () => {
    return (await import('./text/prepare-corpus.stage.js')).prepareCorpus;
  }),
  entry(
    'corpus.link',
    'Link the segments of a corpus to the entities of a graph and report the coverage.',
    async () => {
      return (await import('./text/link-corpus.stage.js')).linkCorpus;
    },
  ),
  entry(
    'smedbert.pretrain',
    'Pre-train SMedBERT on a linked corpus with the graph infused (resumes where it stopped).',
    async () => (await import('./smedbert/pretrain.stage.js')).pretrain,
  ),
  entry(
    'smedbert.finetune',
    'Fine-tune a pre-trained model for a task, once for each seed, and score it (resumes where it stopped).',
    async () => (await import('./smedbert/finetune.stage.js')).finetune,
  ),
  entry(
    'smedbert.evaluate',
    'Score a model: held-out text with the graph on, shuffled and off, a fine-tuned task, or similarity of names.',
    async () => (await import('./smedbert/evaluate.stage.js')).evaluate,
  ),
  entry(
    'smedbert.export',
    'Write a model for other programs: a plain Hugging Face folder, or ONNX for serving.',
    async () => (await import('./smedbert/export-model.stage.js')).exportModel,
  ),
  entry(
    'medal.prepare',
    'Make samples of abbreviations from texts, or from the published tables, split by article.',
    async () => (await import('./medal/prepare-samples.stage.js')).prepareSamples,
  ),
  entry(
    'medal.prepare-mimic',
    'Make notes with labels for mortality and diagnoses of your own tables of MIMIC-III.',
    async () => (await import('./medal/prepare-mimic.stage.js')).prepareMimic,
  ),
  entry('medal.train', 'Train a model that says what an abbreviation means (resumes where it stopped).', async () => {
    return (await import('./medal/train-senses.stage.js')).trainSenses;
  }),
  entry(
    'medal.evaluate',
    'Score an abbreviation model: over all senses and over candidates, beside the most frequent sense.',
    async () => (await import('./medal/evaluate-senses.stage.js')).evaluateSenses,
  ),
  entry(
    'medal.finetune',
    'Learn mortality or diagnoses from the notes of MIMIC-III, and score it (resumes where it stopped).',
    async () => (await import('./medal/finetune-notes.stage.js')).finetuneNotes,
  ),
  entry(
    'medal.pretrain',
    'Pre-train ELECTRA on a prepared corpus by replaced-token detection (resumes where it stopped).',
    async () => (await import('./medal/pretrain-electra.stage.js')).pretrainElectra,
  ),
];

/** The list knows nothing of a stage's settings but their class, so their type ends here. */
function entry<S extends object>(name: string, summary: string, load: () => Promise<Stage<S>>): StageEntry {
  return { name, summary, load: async () => (await load()) as unknown as Stage };
}

/** @throws MedgraftError `stage.unknown` listing the known ones */
export function stageEntry(name: string): StageEntry {
  const entry = STAGES.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new MedgraftError('input', 'stage.unknown', 'there is no such stage', {
    expected: STAGES.map((stage) => stage.name).join(', '),
    got: JSON.stringify(name),
  });
}

/** @throws MedgraftError `stage.unknown` */
export function loadStage(name: string): Promise<Stage> {
  return stageEntry(name).load();
}
