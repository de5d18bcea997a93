import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readEncoderConfig, readWeights } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { type FileRecord, hashFile, hashFolder } from '../../runs/content-hash.js';
import { systemCode } from '../../runs/durable-file-system.js';
import { sealJson, sealProblem } from '../../runs/sealed-json.js';
import { continuationTable } from '../../text/align-mentions.js';
import { readTokenizer, type StoredTokenizer } from '../../text/prepared-corpus.store.js';
import { readKnowledgeConfig, writeModelFolder } from '../model/model-folder.store.js';
import type { SmedbertConfig } from '../model/smedbert-model.js';
import type { TaskHead } from '../model/task-heads.js';
import { taskParameterSpecs } from '../model/task-program.js';
import type { DownstreamTask, TaskName } from './downstream-task.js';
import type { ExampleEncoder } from './encode-example.js';
import type { TaskBatchOptions } from './task-batches.js';
import { readTaskGraph, type TaskGraph, writeTaskGraph } from './task-graph.store.js';
import type { ScoredModel } from './task-scorer.js';
import { TASKS } from './tasks.js';

/**
 * The folder of a fine-tuned model: as Hugging Face knows it (`config.json`, `model.safetensors`, `vocab.txt`,
 * `tokenizer_config.json`), with `knowledge.json`, what is infused (task-graph.store.ts), `task.json`, and `seed.json`,
 * which says how it was chosen and holds the SHA-256 of every other file.
 */
export interface TaskModel extends EncoderModel {
  readonly task: DownstreamTask;
  readonly labels: readonly string[];
  readonly head: TaskHead;
}

/** Of it, what is there before a task is learned. */
export interface EncoderModel {
  readonly config: SmedbertConfig;
  readonly tokenizer: StoredTokenizer;
  readonly batches: TaskBatchOptions;
  readonly maximumMentions: number;
  readonly maximumMentionTokens: number;
  /** Which graph is infused. */
  readonly graphMode: 'on' | 'shuffled' | 'off';
  readonly graph: TaskGraph | undefined;
}

export interface OpenedTaskModel extends TaskModel {
  readonly store: ParameterStore;
}

/** `task.json` */
interface TaskFile {
  task: TaskName;
  labels: string[];
  maximumTokens: number;
  bucketTokens: number;
  batchSize: number;
  maximumMentions: number;
  maximumMentionTokens: number;
  graph: TaskModel['graphMode'];
  linker?: { linker: TaskGraph['linkerName']; ignoreCase: boolean };
}

/** `seed.json`, without its digest. */
export interface SeedRecord {
  readonly seed: number;
  /** From 1: the one whose weights these are. */
  readonly epoch: number;
  readonly steps: number;
  /** Figures of the development set, of that epoch. */
  readonly dev: Readonly<Record<string, number>>;
  readonly files: readonly FileRecord[];
}

const TASK_FILE = 'task.json';
export const SEED_FILE = 'seed.json';

export async function writeTaskModel(folder: string, model: OpenedTaskModel): Promise<void> {
  const { task, labels, store, config, tokenizer, graph } = model;
  const architecture = task.architecture ?? 'BertModel';
  const named = task.kind === 'score' ? ['relevance'] : labels;
  const vocabulary = `${tokenizer.pieces.join('\n')}\n`;
  await writeModelFolder(folder, store, config, vocabulary, tokenizer.lowerCase, { architecture, labels: named });
  if (graph) await writeTaskGraph(folder, graph);
  const file: TaskFile = {
    task: task.name,
    labels: [...labels],
    ...model.batches,
    maximumMentions: model.maximumMentions,
    maximumMentionTokens: model.maximumMentionTokens,
    graph: model.graphMode,
    ...(graph && { linker: { linker: graph.linkerName, ignoreCase: graph.surfaces.ignoreCase } }),
  };
  await writeFileAtomically(join(folder, TASK_FILE), `${JSON.stringify(file, undefined, 2)}\n`);
}

/** Seals what lies in the folder; written last, it says that the model is whole. */
export async function sealTaskModel(folder: string, record: Omit<SeedRecord, 'files'>): Promise<SeedRecord> {
  const files = (await hashFolder(folder)).filter(({ path }) => !/^checkpoint-|^seed\.json$/.test(path));
  const sealed = { ...record, files };
  await writeFileAtomically(join(folder, SEED_FILE), sealJson(sealed));
  return sealed;
}

/** The record of a folder, and what is wrong with its files; undefined when it has none. */
export async function readSeedRecord(folder: string): Promise<{ record: SeedRecord; problem?: string } | undefined> {
  let content: Buffer;
  try {
    content = await readFile(join(folder, SEED_FILE));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  const altered = sealProblem(content);
  const none: SeedRecord = { seed: 0, epoch: 0, steps: 0, dev: {}, files: [] };
  if (altered !== undefined) return { record: none, problem: `${SEED_FILE} ${altered}` };
  const record = JSON.parse(content.toString()) as SeedRecord;
  for (const { path, sha256 } of record.files) {
    const found = await hashFile(join(folder, path)).catch(() => undefined);
    if (found === undefined) return { record, problem: `${path} is missing` };
    if (found.sha256 !== sha256) return { record, problem: `${path} has other content than recorded` };
  }
  return { record };
}

/**
 * @param folder of a seed of `smedbert.finetune`, also a copy elsewhere
 * @throws MedgraftError `task.no-model`, `artefact.altered`, `checkpoint.config`, `checkpoint.mismatch`
 */
export async function openTaskModel(folder: string): Promise<OpenedTaskModel> {
  const sealed = await readSeedRecord(folder);
  if (sealed === undefined) throw noModel(folder);
  if (sealed.problem !== undefined) throw altered(folder, sealed.problem);
  const file: TaskFile = JSON.parse(await readFile(join(folder, TASK_FILE), 'utf8'));
  const task = TASKS[file.task];
  const config = { encoder: await readEncoderConfig(folder), knowledge: await readKnowledgeConfig(folder) };
  const graph = file.linker && (await readTaskGraph(folder, file.linker));
  const head = headOf(task, file.labels);
  const { maximumTokens, bucketTokens, batchSize, maximumMentions, maximumMentionTokens } = file;
  const store = new ParameterStore(taskParameterSpecs(config, head, graph && emptyVectors(graph, config)), 0);
  await readWeights(folder, store);
  return {
    task,
    labels: file.labels,
    head,
    config,
    tokenizer: await readTokenizer(folder),
    batches: { maximumTokens, bucketTokens, batchSize },
    maximumMentions,
    maximumMentionTokens,
    graphMode: file.graph,
    graph,
    store,
  };
}

export function headOf(task: DownstreamTask, labels: readonly string[]): TaskHead {
  return { kind: task.kind, labels: task.kind === 'score' ? 1 : labels.length };
}

/** How texts become samples of the model. */
export function exampleEncoderOf(model: EncoderModel): ExampleEncoder {
  const { tokenizer, batches, maximumMentions, maximumMentionTokens, graph } = model;
  return {
    tokenizer: tokenizer.tokenizer,
    continues: continuationTable(tokenizer.pieces),
    maximumTokens: batches.maximumTokens,
    maximumMentions,
    maximumMentionTokens,
    linker: graph?.linker,
    neighbourCounts: graph?.knowledge.neighbours.counts,
  };
}

export function scoredModelOf(model: OpenedTaskModel): ScoredModel & { head: TaskHead } {
  const { store, config, head, graph, tokenizer } = model;
  return { store, config, head, knowledge: graph?.knowledge, padId: tokenizer.tokenizer.special.pad };
}

/** Tables of the right size, to be read over. */
function emptyVectors({ knowledge, typeCount }: TaskGraph, { knowledge: { width } }: SmedbertConfig) {
  const { entityTypes } = knowledge;
  return { entity: new Float32Array(entityTypes.length * width), entityTypes, typeCount };
}

function noModel(place: string): MedgraftError {
  return new MedgraftError('missing', 'task.no-model', 'this is no fine-tuned model', {
    place,
    expected: 'a run of smedbert.finetune, or one of its seed-<n> folders',
    hint: 'medgraft smedbert finetune --help; medgraft runs list',
  });
}

function altered(place: string, problem: string): MedgraftError {
  return new MedgraftError('conflict', 'artefact.altered', 'the model is not as it was written', {
    place,
    got: problem,
    hint: 'copy it again, or train it again: medgraft smedbert finetune --no-resume',
  });
}
