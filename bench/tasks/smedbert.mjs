// A SMedBERT step and a plain BERT step of the same sizes, over one synthetic linked corpus and graph.
import { CounterRandom } from '../../dist/base/random.js';
import { BatchSequence, bucketSegments } from '../../dist/nn/length-buckets.js';
import { ParameterStore } from '../../dist/nn/parameter-store.js';
import { CorpusBatches, countGroupKinds } from '../../dist/smedbert/instances/corpus-batches.js';
import { buildProposal } from '../../dist/smedbert/instances/proposal.js';
import { smedbertParameterSpecs } from '../../dist/smedbert/model/smedbert-model.js';
import { PretrainingTask } from '../../dist/smedbert/pretraining/pretraining-task.js';

/** Sizes of a real graph of patent medicines. */
const MEDICINES = { entities: 7500, relations: 11, types: 12, width: 100, trained: false };
const NEIGHBOURS = 10;
const NEGATIVES = 35;
const SEGMENTS = 256;
/** Linked mentions of a segment, and their tokens: 18 per 512 characters, as measured on a real graph and corpus. */
const MENTIONS = 5;
const MENTION_TOKENS = 3;
const SPECIAL = 3;

/** @returns the two tasks by name, for the same batches; each is made when it is asked for */
export function smedbertTasks(encoder, { samples, tokens }, graph = MEDICINES) {
  const { entities, types } = graph;
  const random = new CounterRandom(1, 'bench.smedbert');
  const entityTypes = Uint16Array.from({ length: entities }, (_, e) => e % types);
  const neighbours = neighbourTable(random, graph);
  const corpus = linkedCorpus(random, tokens - SPECIAL, encoder.vocabularySize, entities);
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
    proposal: buildProposal(corpus.mentionFrequency, entityTypes, types, 'frequency'),
  });
  const all = Int32Array.from({ length: SEGMENTS }, (_, i) => i);
  const buckets = bucketSegments(all, () => tokens, { width: tokens, maximumTokens: tokens, samples, added: 0 });
  const sequence = new BatchSequence(buckets, samples, 1);
  const task = (isInfused) => {
    const config = { encoder, knowledge: knowledgeConfig(isInfused, graph) };
    const vectors = graphVectors(random, entityTypes, graph);
    const store = new ParameterStore(smedbertParameterSpecs(config, vectors, graph.trained), 1);
    return new PretrainingTask(store, config, batches, sequence, 1, undefined);
  };
  return { smedbert: () => task(true), bert: () => task(false) };
}

function knowledgeConfig(isInfused, { width }) {
  return {
    width,
    neighbours: NEIGHBOURS,
    infusionLayer: 2,
    heads: 4,
    typeAggregation: 'sum',
    typeAttention: true,
    hybridAttention: isInfused,
    knowledgeLosses: isInfused,
    oneHopMixer: false,
    scoreScale: 10,
    negatives: NEGATIVES,
    neighbourLossWeight: 2,
    mentionLossWeight: 4,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
  };
}

/** A relation leads to entities of one type in each direction, as it does in nearly all of a real graph. */
function neighbourTable(random, { entities, relations, types }) {
  const size = entities * NEIGHBOURS;
  const kinds = Uint16Array.from({ length: size }, (_, i) => random.below(2 * relations, 1, i));
  const ofType = (type, i) => type + types * random.below(Math.floor((entities - 1 - type) / types) + 1, 0, i);
  return {
    k: NEIGHBOURS,
    entities: Uint32Array.from(kinds, (kind, i) => ofType(kind % types, i)),
    relations: kinds.map((kind) => kind >> 1),
    directions: Int8Array.from(kinds, (kind) => (kind % 2 === 0 ? 1 : -1)),
    counts: new Uint16Array(entities).fill(NEIGHBOURS),
  };
}

function linkedCorpus(random, length, vocabularySize, entities) {
  const segments = Array.from({ length: SEGMENTS }, (_, s) => ({
    tokens: Int32Array.from({ length }, (_, i) => 104 + random.below(vocabularySize - 104, 3, s * length + i)),
    wordStarts: new Uint8Array(length).fill(1),
    mentionStarts: Int32Array.from({ length: MENTIONS }, (_, m) => Math.floor((m * length) / MENTIONS)),
    mentionLengths: new Int32Array(MENTIONS).fill(MENTION_TOKENS),
    mentionEntities: Int32Array.from({ length: MENTIONS }, (_, m) => random.below(entities, 4, s * MENTIONS + m)),
  }));
  const mentionFrequency = new Int32Array(entities);
  for (const { mentionEntities } of segments) for (const entity of mentionEntities) mentionFrequency[entity]++;
  return {
    mentionFrequency,
    segmentCount: SEGMENTS,
    segmentLength: () => length,
    segment: (index) => segments[index],
    close: () => {},
  };
}

function graphVectors(random, entityTypes, { entities, relations, types, width }) {
  const values = (length, step) => Float32Array.from({ length }, (_, i) => random.normal(step, i) * 0.1);
  return {
    entity: values(entities * width, 5),
    relation: values(relations * width, 6),
    transfer: values(relations * width * width, 7),
    entityCount: entities,
    relationCount: relations,
    entityTypes,
    typeCount: types,
  };
}
