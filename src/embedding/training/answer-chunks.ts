import type { TrainingChunk } from '../embedding-model.js';
import type { Triples } from '../triples.js';
import { shuffle, shuffledRange } from './shuffle.js';
import { type ChunkSource, cutGroups, type EpochChunks } from './training-chunks.js';

/**
 * Chunks for KvsAll (Dettmers et al. 2018, section 4.1): each distinct question (anchor, relation, side) of the training
 * triples once an epoch, judged against all entities, with all its answers.
 */
export interface AnswerOptions {
  /** Questions of a chunk. */
  readonly questions: number;
  readonly grouping: 'any' | 'relation';
  /** `tail`: for reciprocal relations. */
  readonly sides: 'both' | 'tail';
  readonly seed: number;
}

interface Questions {
  readonly anchors: Int32Array;
  readonly relations: Int32Array;
  readonly sides: Uint8Array;
  /** [Q + 1] */
  readonly offsets: Int32Array;
  readonly answers: Int32Array;
}

const HEAD = 1;

export class AnswerSequence implements ChunkSource {
  private readonly questions: Questions;
  private readonly everyone: Int32Array;

  constructor(
    triples: Triples,
    private readonly shape: { readonly entities: number; readonly relations: number },
    private readonly options: AnswerOptions,
  ) {
    this.questions = questionsOf(triples, shape, options.sides);
    this.everyone = Int32Array.from({ length: shape.entities }, (_, id) => id);
  }

  epoch(epoch: number): EpochChunks {
    const { questions: size, grouping, seed } = this.options;
    const { relations, sides, anchors } = this.questions;
    const order = Uint32Array.from({ length: anchors.length }, (_, i) => i);
    shuffle(order, seed, 'embedding.epoch', epoch);
    const groupOf = (question: number) => (grouping === 'relation' ? relations[question] * 2 : 0) + sides[question];
    const ranges = cutGroups(order, groupOf, grouping === 'relation' ? this.shape.relations * 2 : 2, size);
    const chunks = shuffledRange(ranges.length, seed, 'embedding.chunk-order', epoch);
    return {
      count: ranges.length,
      chunk: (index) => this.chunkOf(order.subarray(...ranges[chunks[index]]), epoch * ranges.length + index),
    };
  }

  private chunkOf(chosen: Uint32Array, number: number): TrainingChunk {
    const { anchors, relations, sides, offsets, answers } = this.questions;
    const asked = Int32Array.from(chosen, (question) => anchors[question]);
    const starts = new Int32Array(chosen.length + 1);
    for (let i = 0; i < chosen.length; i++) {
      starts[i + 1] = starts[i] + offsets[chosen[i] + 1] - offsets[chosen[i]];
    }
    const columns = new Int32Array(starts[chosen.length]);
    for (let i = 0; i < chosen.length; i++) {
      columns.set(answers.subarray(offsets[chosen[i]], offsets[chosen[i] + 1]), starts[i]);
    }
    return {
      heads: asked,
      relations: Int32Array.from(chosen, (question) => relations[question]),
      tails: asked,
      negatives: this.everyone,
      corrupt: sides[chosen[0]] === HEAD ? 'head' : 'tail',
      number,
      answers: { offsets: starts, columns },
    };
  }
}

/** Groups the triples by question; answers ascend, each once. */
function questionsOf(
  { heads, relations, tails }: Triples,
  { entities, relations: relationCount }: { readonly entities: number; readonly relations: number },
  sides: 'both' | 'tail',
): Questions {
  const count = heads.length;
  const total = sides === 'both' ? 2 * count : count;
  // (side, anchor, relation, answer) in one exact number.
  const keys = new Float64Array(total);
  const keyOf = (side: number, anchor: number, relation: number, answer: number) =>
    ((side * entities + anchor) * relationCount + relation) * entities + answer;
  for (let at = 0; at < count; at++) {
    keys[at] = keyOf(0, heads[at], relations[at], tails[at]);
    if (sides === 'both') keys[count + at] = keyOf(HEAD, tails[at], relations[at], heads[at]);
  }
  keys.sort();
  const found = { anchors: [] as number[], relations: [] as number[], sides: [] as number[], offsets: [] as number[] };
  const answers: number[] = [];
  for (let at = 0; at < total; at++) {
    if (at > 0 && keys[at] === keys[at - 1]) continue;
    const question = Math.floor(keys[at] / entities);
    if (at === 0 || question !== Math.floor(keys[at - 1] / entities)) {
      const anchor = Math.floor(question / relationCount);
      found.relations.push(question % relationCount);
      found.anchors.push(anchor % entities);
      found.sides.push(Math.floor(anchor / entities));
      found.offsets.push(answers.length);
    }
    answers.push(keys[at] % entities);
  }
  return {
    anchors: Int32Array.from(found.anchors),
    relations: Int32Array.from(found.relations),
    sides: Uint8Array.from(found.sides),
    offsets: Int32Array.from([...found.offsets, answers.length]),
    answers: Int32Array.from(answers),
  };
}
