import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { type LoadedEmbedding, loadEmbedding } from '../../embedding/load-embedding.js';
import { type Vocabulary, vocabularyOf } from '../../formats/vocabulary.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { loadSnapshot } from '../../graph/snapshot-file.js';
import { uniqueNames } from '../../graph/unique-names.js';
import { assertVocabulary } from '../../nn/assert-vocabulary.store.js';
import { piecesOf } from '../../nn/hugging-face-folder.store.js';
import { BatchSequence, type BatchSource, bucketSegments, splitSegments } from '../../nn/length-buckets.js';
import { readEncoderConfig, readPretrainedEncoder } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { StageInputs } from '../../runs/stage.js';
import type { LinkedCorpus } from '../../text/linked-corpus.js';
import { openLinkedCorpus } from '../../text/linked-corpus-file.js';
import { readTokenizer } from '../../text/prepared-corpus.store.js';
import type { PackingRoom } from '../instances/batch-shape.js';
import { SPECIAL_TOKENS } from '../instances/build-instance.js';
import { CorpusBatches, countGroupKinds } from '../instances/corpus-batches.js';
import type { MaskingOptions } from '../instances/mask-segment.js';
import { mentionNeighbours } from '../instances/mention-neighbours.store.js';
import { PackSequence, packSegments } from '../instances/pack-segments.js';
import { buildProposal } from '../instances/proposal.js';
import { shuffleNeighbours } from '../instances/shuffle-neighbours.js';
import { FROZEN_WORD_TABLE, type GraphVectors } from '../model/knowledge-parameters.js';
import { encoderConfigOf, knowledgeConfigOf } from '../model/model-settings.js';
import { type SmedbertConfig, smedbertParameterSpecs } from '../model/smedbert-model.js';
import type { PretrainSettings } from '../pretrain-settings.js';

/**
 * Everything a SMedBERT run is made of, read from the artefacts of the earlier stages: graph, ranks, vectors, linked
 * corpus, and from them the configuration, the parameters and the batches.
 */
export interface Experiment {
  readonly config: SmedbertConfig;
  readonly store: ParameterStore;
  readonly snapshot: GraphSnapshot;
  readonly vocabulary: Vocabulary;
  readonly vocabularyText: string;
  /** Whether the corpus was cut in lower case. */
  readonly lowerCase: boolean;
  readonly training: BatchSource;
  readonly held: BatchSequence;
  /** Tokens of a segment's sample, special ones included, before it is cut. */
  sampleLength(segment: number): number;
  /** Batches with the graph as it is, or as a control. */
  batches(graph: 'on' | 'shuffled' | 'off'): CorpusBatches;
  /** Parameters that the `initial` folder did not have. */
  readonly absent: readonly string[];
  close(): void;
}

/** Targets that share a transfer matrix and negatives. */
const GROUP_SIZE = 16;

export async function openExperiment(inputs: StageInputs, settings: PretrainSettings): Promise<Experiment> {
  assertSameGraph(inputs);
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const embedding = await loadEmbedding(inputs['vectors'].folder);
  const corpus = openLinkedCorpus(inputs['corpus'].folder, inputs['corpus'].manifest.files);
  const vocabularyPath = join(inputs['corpus'].folder, 'vocab.txt');
  const vocabularyText = await readFile(vocabularyPath, 'utf8');
  const vocabulary = vocabularyOf(piecesOf(vocabularyText), vocabularyPath);
  const encoder = settings.initial
    ? await readEncoderConfig(settings.initial)
    : encoderConfigOf(settings, corpus.vocabularySize);
  if (settings.initial) {
    await assertVocabulary(settings.initial, encoder.vocabularySize, vocabulary.tokens, 'smedbert.vocabulary');
  }
  const config = { encoder, knowledge: knowledgeConfigOf(settings, encoder, embedding.dimension) };
  const store = new ParameterStore(
    smedbertParameterSpecs(config, vectorsOf(embedding, snapshot), settings.trainVectors),
    settings.seed,
  );
  const absent = settings.initial ? await readPretrainedEncoder(settings.initial, store) : [];
  if (config.knowledge.knowledgeLosses) store.value(FROZEN_WORD_TABLE).set(store.value(WORD_TABLE));
  const neighbours = await mentionNeighbours(settings, snapshot, inputs);
  const shape = {
    samples: settings.batchSize,
    masking: maskingOf(settings),
    objectiveMentions: settings.objectiveMentions,
    neighbours: settings.neighbours,
    groupSize: GROUP_SIZE,
    groupKinds: countGroupKinds(neighbours, snapshot.entityTypes),
  };
  const sequences = sequencesOf(corpus, settings, encoder.maximumPositions);
  const common = {
    staticMasks: settings.masking === 'static',
    packing: sequences.packing,
    instance: instanceOf(settings, vocabulary, encoder.vocabularySize),
    shape,
    padId: vocabulary.special['[PAD]'],
    negatives: settings.negatives,
    entityTypes: snapshot.entityTypes,
    proposal: buildProposal(
      corpus.mentionFrequency,
      snapshot.entityTypes,
      snapshot.typeCount,
      settings.proposal as 'frequency' | 'uniform',
    ),
  };
  const graphs = {
    on: () => neighbours,
    off: () => neighbours,
    shuffled: () => shuffleNeighbours(neighbours, settings.seed),
  };
  return {
    config,
    store,
    snapshot,
    vocabulary,
    vocabularyText,
    lowerCase: (await readTokenizer(inputs['corpus'].folder)).lowerCase,
    training: sequences.training,
    held: sequences.held,
    batches: (graph) => new CorpusBatches(corpus, { ...common, neighbours: graphs[graph]() }),
    absent,
    sampleLength: (segment) => corpus.segmentLength(segment) + SPECIAL_TOKENS,
    close: () => corpus.close(),
  };
}

function sequencesOf(
  corpus: LinkedCorpus,
  settings: PretrainSettings,
  positions: number,
): { training: BatchSource; held: BatchSequence; packing?: PackingRoom } {
  const { training, held } = splitSegments(corpus.segmentCount, settings.validationShare, settings.seed);
  if (training.length === 0) {
    throw new MedgraftError('input', 'smedbert.corpus', 'the corpus is too small to train and to evaluate on', {
      expected: 'at least 2 segments',
      got: String(corpus.segmentCount),
      hint: 'link a larger corpus, or cut it into shorter segments (corpus prepare --maximum-tokens)',
    });
  }
  const maximumTokens = Math.min(settings.maximumTokens, positions);
  const { batchSize, seed, bucketTokens: width } = settings;
  const options = { width, maximumTokens, samples: batchSize, added: SPECIAL_TOKENS };
  const lengthOf = (segment: number) => corpus.segmentLength(segment);
  const inBuckets = (segments: Int32Array) =>
    new BatchSequence(bucketSegments(segments, lengthOf, options), batchSize, seed);
  if (!settings.packing) return { training: inBuckets(training), held: inBuckets(held) };
  const { packedSegments: maximumSegments } = settings;
  const packs = packSegments(training, lengthOf, {
    tokens: maximumTokens,
    maximumSegments,
    masking: maskingOf(settings),
  });
  const packed = new PackSequence(packs, maximumTokens, batchSize, seed);
  const { segmentsPerSample } = packed;
  return { training: packed, held: inBuckets(held), packing: { maximumSegments, segmentsPerSample } };
}

function maskingOf(settings: PretrainSettings): MaskingOptions {
  const { maskProbability, randomProbability } = settings;
  return {
    rate: settings.maskRate,
    maximumTokens: settings.maximumMasked,
    mentionShare: settings.mentionShare,
    replacement: [maskProbability, randomProbability, 1 - maskProbability - randomProbability],
  };
}

function instanceOf(settings: PretrainSettings, { special }: Vocabulary, vocabularySize: number) {
  const ids = Object.values(special);
  return {
    masking: maskingOf(settings),
    maximumMentions: settings.maximumMentions,
    maximumMentionTokens: settings.maximumMentionTokens,
    special: { classify: special['[CLS]'], separate: special['[SEP]'], mask: special['[MASK]'] },
    firstOrdinary: Math.max(...ids) + 1,
    vocabularySize,
    seed: settings.seed,
  };
}

/** Models without transfer matrices (TransE) project by the identity. */
function vectorsOf(embedding: LoadedEmbedding, snapshot: GraphSnapshot): GraphVectors {
  const { dimension, relation, entity } = embedding;
  if (embedding.relationDimension !== dimension) {
    throw new MedgraftError('input', 'smedbert.vectors', 'entities and relations have vectors of different width', {
      expected: `relationDimension ${dimension}`,
      got: String(embedding.relationDimension),
      hint: 'embed the graph with equal widths: medgraft kg embed --dimension N --relation-dimension N',
    });
  }
  if (entity.length !== snapshot.entityCount * dimension || relation.length !== snapshot.relationCount * dimension) {
    throw new MedgraftError('conflict', 'smedbert.vectors', 'not every entity and relation has a vector', {
      expected: `${snapshot.entityCount} entities, ${snapshot.relationCount} relations`,
      got: `${entity.length / dimension} and ${relation.length / dimension}`,
      hint: 'embed the graph again: medgraft kg embed',
    });
  }
  assertOrder(embedding.entityNames, uniqueNames(snapshot));
  const transfer = embedding.projection ?? identities(snapshot.relationCount, dimension);
  const { entityCount, relationCount, entityTypes, typeCount } = snapshot;
  return { entity, relation, transfer, entityCount, relationCount, entityTypes, typeCount };
}

/** Vectors are found by number, so their names have to stand in the graph's order. */
export function assertOrder(embedded: readonly string[], names: readonly string[]): void {
  const other = names.findIndex((name, id) => embedded[id] !== name);
  if (other < 0) return;
  throw new MedgraftError('conflict', 'smedbert.vectors', 'the vectors are those of other entities', {
    place: `entity ${other}`,
    expected: JSON.stringify(names[other]),
    got: JSON.stringify(embedded[other]),
    hint: 'embed the graph again: medgraft kg embed',
  });
}

function identities(count: number, size: number): Float32Array {
  const matrices = new Float32Array(count * size * size);
  for (let r = 0; r < count; r++) for (let i = 0; i < size; i++) matrices[(r * size + i) * size + i] = 1;
  return matrices;
}

/** Ranks, vectors and mentions number the entities of one import; those of another would fit by accident only. */
function assertSameGraph(inputs: StageInputs): void {
  const { hash } = inputs['graph'];
  for (const role of ['ranks', 'vectors', 'corpus']) {
    const made = inputs[role].manifest.inputs['graph'];
    if (made === hash) continue;
    throw new MedgraftError(
      'conflict',
      'artefact.stale',
      `${inputs[role].stage} was made from another import of the graph`,
      {
        place: inputs[role].folder,
        expected: `graph ${hash}`,
        got: `graph ${made}`,
        hint: `run ${inputs[role].stage.replace('.', ' ')} again`,
      },
    );
  }
}
