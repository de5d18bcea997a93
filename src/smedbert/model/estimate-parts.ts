import type { ParameterStore } from '../../nn/parameter-store.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { EstimatePart } from '../../runs/stage.js';
import { isTable } from './smedbert-model.js';

/** Bytes of a model in memory and on disk, by the plan of its parameters. */
const FLOAT = 4;

/** @param accumulation micro-batches a step: more than one need a second block of gradients */
export function weightParts(store: ParameterStore, accumulation: number): EstimatePart[] {
  const tables = store.names().filter((name) => isTable(name) || name === WORD_TABLE);
  const tableBytes = FLOAT * tables.reduce((sum, name) => sum + store.value(name).length, 0);
  const trained = FLOAT * store.trainable;
  return [
    { what: 'tables of words, entities, relations and transfer matrices', amount: tableBytes },
    { what: 'weights', amount: modelBytes(store) - tableBytes },
    { what: 'gradients', amount: trained + (accumulation > 1 ? trained : 0) },
    { what: 'moments', amount: 2 * trained },
  ];
}

/** @param kept checkpoints that are there at the same time */
export function checkpointParts(store: ParameterStore, kept: number): EstimatePart[] {
  const checkpoint = modelBytes(store) + 2 * FLOAT * store.trainable;
  return [
    { what: `${kept} checkpoints, the best among them`, amount: kept * checkpoint },
    { what: 'another while it is written', amount: checkpoint },
  ];
}

export function modelBytes({ values }: ParameterStore): number {
  return FLOAT * values.length;
}
