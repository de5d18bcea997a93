/** From the results of a chain's stages to the plain data of its report. */
import type {
  ChainReport,
  CoverageRow,
  EmbeddingScore,
  Figures,
  GraphEvaluation,
  LinkedSample,
  RankedEntity,
  StageRecord,
  TrainingLine,
} from '../../report/chain-report.js';
import { numberText, percentText } from '../../report/number-text.js';
import type { Artefact } from '../../runs/artefact.js';
import type { Recipe } from '../recipe.js';
import { readJson, readLines } from './stage-files.js';

const TOP_ENTITIES = 15;
const SAMPLES = 3;

/** @throws MedgraftError `demo.result` for a damaged file */
export async function collectReport(
  recipe: Pick<Recipe, 'title' | 'lead'>,
  results: readonly Artefact[],
): Promise<ChainReport> {
  const byStage = new Map(results.map((result) => [result.stage, result]));
  const folder = (stage: string) => byStage.get(stage)?.folder;
  const figures = byStage.get('kg.import')?.manifest.figures ?? {};
  return {
    title: recipe.title,
    lead: recipe.lead,
    graph: graphCounts(figures),
    ranked: await rankedEntities(folder('kg.rank'), folder('kg.dictionaries')),
    embeddings: await embeddingScores(folder('kg.embed')),
    coverage: await coverageRows(folder('corpus.link')),
    training: await readLines<TrainingLine>(folder('smedbert.pretrain'), 'log.jsonl'),
    evaluation: await graphEvaluations(folder('smedbert.evaluate')),
    linked: (await readJson<LinkedSample[]>(folder('smedbert.evaluate'), 'attention.json', [])).slice(0, SAMPLES),
    stages: results.map(stageRecord),
  };
}

function graphCounts(figures: Artefact['manifest']['figures']): Figures {
  const titles = { entities: 'Entities', triples: 'Triples', relations: 'Relations', types: 'Types' };
  return Object.fromEntries(
    Object.entries(titles).flatMap(([name, title]) => {
      const value = figures[name];
      return typeof value === 'number' ? [[title, value]] : [];
    }),
  );
}

async function rankedEntities(ranks: string | undefined, dictionaries: string | undefined): Promise<RankedEntity[]> {
  const weights = await readJson<Figures>(ranks, 'global_PageRank.json', {});
  const lines = await readLines<{ entity: string; type: string }>(dictionaries, 'entity-types.jsonl');
  const types = new Map(lines.map(({ entity, type }) => [entity, type]));
  return Object.entries(weights)
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP_ENTITIES)
    .map(([name, rank]) => ({ name, rank, type: types.get(name) }));
}

/** What `kg.embed` says of one model in its `evaluation.json`. */
interface RankedModel {
  readonly realistic: { mrr: number; mr: number; hits1: number; hits3: number; hits10: number };
}

/** Names as in the literature. */
const MODEL_TITLES: Readonly<Record<string, string>> = { transe: 'TransE', transr: 'TransR' };

/** By model, in the order in which they were trained. */
async function embeddingScores(folder: string | undefined): Promise<EmbeddingScore[]> {
  const models = await readJson<Record<string, RankedModel>>(folder, 'evaluation.json', {});
  return Object.entries(models).map(([model, { realistic }]) => ({
    model: MODEL_TITLES[model] ?? model,
    mrr: realistic.mrr,
    meanRank: realistic.mr,
    hitsAt1: realistic.hits1,
    hitsAt3: realistic.hits3,
    hitsAt10: realistic.hits10,
  }));
}

/** `coverage.json`: every figure by its name in words; shares as percentages. */
async function coverageRows(folder: string | undefined): Promise<CoverageRow[]> {
  const figures = await readJson<Record<string, unknown>>(folder, 'coverage.json', {});
  return Object.entries(figures).flatMap(([name, value]) => {
    if (typeof value !== 'number') return [];
    return [{ name: inWords(name), value: name.endsWith('Share') ? percentText(value) : numberText(value) }];
  });
}

/** `mentionsPer512Characters` -> `Mentions per 512 characters`. */
function inWords(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

async function graphEvaluations(folder: string | undefined): Promise<GraphEvaluation[]> {
  const scores = await readJson<Record<string, Record<string, number | null>>>(folder, 'evaluation.json', {});
  return (['on', 'off', 'shuffled'] as const)
    .filter((graph) => graph in scores)
    .map((graph) => ({ graph, figures: withNumbers(scores[graph]) }));
}

/** A figure that is no number (nothing was counted) is `null` in JSON, and is left out. */
function withNumbers(figures: Readonly<Record<string, number | null>>): Figures {
  const kept = Object.entries(figures).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return Object.fromEntries(kept);
}

function stageRecord({ stage, hash, manifest }: Artefact): StageRecord {
  const { seconds, settings, figures, sources, codeVersion, node, createdAt } = manifest;
  return { stage, hash, seconds, settings, figures, sources, codeVersion, node, createdAt };
}
