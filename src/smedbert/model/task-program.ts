import type { Tensor } from '@tensorflow/tfjs-core';
import type { Program, Signature } from '../../engine/engine.js';
import { lossAndGradients } from '../../nn/gradients.js';
import type { ParameterSpec, ParameterStore } from '../../nn/parameter-store.js';
import { encoderParameterSpecs, WORD_TABLE } from '../../nn/transformer-encoder.js';
import { knowledgeParameterSpecs, RELATION_TABLE, TRANSFER_TABLE } from './knowledge-parameters.js';
import { sentenceSignature } from './sentence-inputs.js';
import type { SentenceShape } from './smedbert-config.js';
import { encode, type SmedbertConfig } from './smedbert-model.js';
import { denseNames, dropoutSignature } from './smedbert-program.js';
import {
  type TaskHead,
  taskHeadDropout,
  taskHeadSignature,
  taskHeadSpecs,
  taskLogits,
  taskLoss,
} from './task-heads.js';

/**
 * The programs of a downstream task: the encoder over whole sentences with every linked mention infused, and one head.
 * Letters as in smedbert-config.ts.
 */
/** Where the graph's part of a task's model starts. */
export interface TaskVectors {
  /** [E, d2] */
  readonly entity: Float32Array;
  readonly entityTypes: Uint16Array;
  readonly typeCount: number;
}

/** @param config without knowledge losses @param vectors undefined: no graph */
export function taskParameterSpecs(
  config: SmedbertConfig,
  head: TaskHead | undefined,
  vectors: TaskVectors | undefined,
): ParameterSpec[] {
  const { encoder, knowledge } = config;
  const specs = [...encoderParameterSpecs(encoder), ...(head ? taskHeadSpecs(encoder, head) : [])];
  if (vectors === undefined) return specs;
  const none = new Float32Array(0);
  const graph = {
    ...vectors,
    entityCount: vectors.entityTypes.length,
    relation: none,
    transfer: none,
    relationCount: 0,
  };
  const unused = [RELATION_TABLE, TRANSFER_TABLE];
  const used = knowledgeParameterSpecs(encoder.hiddenSize, knowledge, graph, false);
  return [...specs, ...used.filter(({ name }) => !unused.includes(name))];
}

/** Loss and gradients of one batch. */
export function taskTrainingProgram(
  store: ParameterStore,
  config: SmedbertConfig,
  head: TaskHead,
  shape: SentenceShape,
): Program {
  const dense = taskDenseNames(store, config);
  const { samples, tokens } = shape;
  return {
    name: `smedbert ${head.kind} ${samples} x ${tokens}`,
    inputs: {
      ...store.signature(dense),
      ...taskSignature(config, head, shape),
      ...dropoutSignature(config, shape),
      ...taskHeadDropout(config.encoder, head, samples, tokens),
    },
    build(inputs) {
      const wrt = Object.fromEntries([...dense, 'wordRows'].map((name) => [name, inputs[name]]));
      const { losses, gradients } = lossAndGradients(
        () => ({ total: taskLoss(logitsOf(inputs, config, head, shape), inputs, head) }),
        wrt,
      );
      return { ...prefixed('loss', losses), ...prefixed('gradient', gradients) };
    },
  };
}

/** `logits` and `loss.total` of one batch, without dropout. */
export function taskScoringProgram(
  store: ParameterStore,
  config: SmedbertConfig,
  head: TaskHead,
  shape: SentenceShape,
): Program {
  return {
    name: `smedbert scores of ${head.kind} ${shape.samples} x ${shape.tokens}`,
    inputs: { ...store.signature(taskDenseNames(store, config)), ...taskSignature(config, head, shape) },
    build(inputs) {
      const logits = logitsOf(inputs, config, head, shape);
      return { logits, 'loss.total': taskLoss(logits, inputs, head) };
    },
  };
}

/** The last hidden states [B * S, d1], for similarity without a head. */
export function encodingProgram(store: ParameterStore, config: SmedbertConfig, shape: SentenceShape): Program {
  return {
    name: `smedbert encoding ${shape.samples} x ${shape.tokens}`,
    inputs: { ...store.signature(taskDenseNames(store, config)), ...sentenceSignature(config, shape) },
    build: (inputs) => ({ final: encode(inputs, inputs, config).final }),
  };
}

/** Parameters that are whole inputs: the word table is not tied to a decoder here, so its rows are enough. */
export function taskDenseNames(store: ParameterStore, config: SmedbertConfig): string[] {
  return denseNames(store, config).filter((name) => name !== WORD_TABLE);
}

/** Everything of a batch but the parameters: of the sentences (instances/sentence-batch.ts) and of the head. */
export function taskSignature(config: SmedbertConfig, head: TaskHead, shape: SentenceShape): Signature {
  return { ...sentenceSignature(config, shape), ...taskHeadSignature(head, shape.samples, shape.tokens) };
}

function logitsOf(
  inputs: Readonly<Record<string, Tensor>>,
  config: SmedbertConfig,
  head: TaskHead,
  { samples, tokens }: SentenceShape,
) {
  const { final } = encode(inputs, inputs, config);
  return taskLogits(final, inputs, inputs, head, { encoder: config.encoder, samples, tokens });
}

function prefixed(prefix: string, values: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
