// A SMedBERT step and a plain BERT step of the same sizes, over one synthetic linked corpus and graph.
import { CounterRandom } from '../../dist/base/random.js';
import { ParameterStore } from '../../dist/nn/parameter-store.js';
import { CorpusBatches, countGroupKinds } from '../../dist/smedbert/instances/corpus-batches.js';
import { BatchSequence, bucketSegments } from '../../dist/smedbert/instances/length-buckets.js';
import { buildProposal } from '../../dist/smedbert/instances/proposal.js';
import { smedbertParameterSpecs } from '../../dist/smedbert/model/smedbert-model.js';
import { PretrainingTask } from '../../dist/smedbert/pretraining/pretraining-task.js';

const ENTITIES = 7500;
const RELATIONS = 11;
const TYPES = 12;
const WIDTH = 100;
const NEIGHBOURS = 10;
const NEGATIVES = 35;
const SEGMENTS = 256;
/** Linked mentions of a segment, and their tokens: 18 per 512 characters, as measured on a real graph and corpus. */
const MENTIONS = 5;
const MENTION_TOKENS = 3;
const SPECIAL = 3;

/** @returns the two tasks by name, for the same batches */
export function smedbertTasks(encoder, { samples, tokens }) {
  const random = new CounterRandom(1, 'bench.smedbert');
  const entityTypes = Uint16Array.from({ length: ENTITIES }, (_, e) => e % TYPES);
  const neighbours = neighbourTable(random);
  const corpus = linkedCorpus(random, tokens - SPECIAL, encoder.vocabularySize);
  const masking = { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] };
  const batches = new CorpusBatches(corpus, {
    instance: {
      masking,
      maximumMentions: 30,
      maximumMentionTokens: 16,
      special: { classify: 101, separate: 102, mask: 103 },
      firstOrdinary: 104,
      vocabularySize: encoder.vocabularySize,
      seed: 1,
    },
    shape: {
      samples,
      masking,
      objectiveMentions: 4,
      neighbours: NEIGHBOURS,
      groupSize: 16,
      groupKinds: countGroupKinds(neighbours, entityTypes),
    },
    padId: 0,
    negatives: NEGATIVES,
    neighbours,
    entityTypes,
    proposal: buildProposal(corpus.mentionFrequency, entityTypes, TYPES, 'frequency'),
  });
  const all = Int32Array.from({ length: SEGMENTS }, (_, i) => i);
  const buckets = bucketSegments(all, () => tokens - SPECIAL, { width: tokens, maximumTokens: tokens, samples });
  const sequence = new BatchSequence(buckets, samples, 1);
  const task = (graph) => {
    const config = { encoder, knowledge: knowledgeConfig(graph) };
    const vectors = graphVectors(random, entityTypes);
    const store = new ParameterStore(smedbertParameterSpecs(config, vectors, false), 1);
    return new PretrainingTask(store, config, batches, sequence, 1, undefined);
  };
  return { smedbert: task(true), bert: task(false) };
}

function knowledgeConfig(graph) {
  return {
    width: WIDTH,
    neighbours: NEIGHBOURS,
    infusionLayer: 2,
    heads: 4,
    typeAggregation: 'sum',
    typeAttention: true,
    hybridAttention: graph,
    knowledgeLosses: graph,
    oneHopMixer: false,
    scoreScale: 10,
    negatives: NEGATIVES,
    neighbourLossWeight: 2,
    mentionLossWeight: 4,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
  };
}

function neighbourTable(random) {
  const size = ENTITIES * NEIGHBOURS;
  return {
    k: NEIGHBOURS,
    entities: Uint32Array.from({ length: size }, (_, i) => random.below(ENTITIES, 0, i)),
    relations: Uint16Array.from({ length: size }, (_, i) => random.below(RELATIONS, 1, i)),
    directions: Int8Array.from({ length: size }, (_, i) => (random.below(2, 2, i) === 0 ? 1 : -1)),
    counts: new Uint16Array(ENTITIES).fill(NEIGHBOURS),
  };
}

function linkedCorpus(random, length, vocabularySize) {
  const segments = Array.from({ length: SEGMENTS }, (_, s) => ({
    tokens: Int32Array.from({ length }, (_, i) => 104 + random.below(vocabularySize - 104, 3, s * length + i)),
    wordStarts: new Uint8Array(length).fill(1),
    mentionStarts: Int32Array.from({ length: MENTIONS }, (_, m) => Math.floor((m * length) / MENTIONS)),
    mentionLengths: new Int32Array(MENTIONS).fill(MENTION_TOKENS),
    mentionEntities: Int32Array.from({ length: MENTIONS }, (_, m) => random.below(ENTITIES, 4, s * MENTIONS + m)),
  }));
  const mentionFrequency = new Int32Array(ENTITIES);
  for (const { mentionEntities } of segments) for (const entity of mentionEntities) mentionFrequency[entity]++;
  return {
    mentionFrequency,
    segmentCount: SEGMENTS,
    segmentLength: () => length,
    segment: (index) => segments[index],
    close: () => {},
  };
}

function graphVectors(random, entityTypes) {
  const values = (length, step) => Float32Array.from({ length }, (_, i) => random.normal(step, i) * 0.1);
  return {
    entity: values(ENTITIES * WIDTH, 5),
    relation: values(RELATIONS * WIDTH, 6),
    transfer: values(RELATIONS * WIDTH * WIDTH, 7),
    entityCount: ENTITIES,
    relationCount: RELATIONS,
    entityTypes,
    typeCount: TYPES,
  };
}
