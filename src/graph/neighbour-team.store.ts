/** Threads that choose neighbours, each with the graph read from its artefact and blocks of entities in turn. */
import { answersOfThreads } from '../runs/thread-team.js';
import type { BlockOptions, NeighbourBlock } from './neighbour-blocks.js';

export interface TeamTask {
  /** Of the graph's artefact. */
  readonly folder: string;
  readonly options: BlockOptions;
}

const THREAD = new URL('../../dist/graph/neighbour-team.thread.js', import.meta.url);

/** @param blocks entities; every block is answered, in their order */
export function chooseInThreads(
  task: TeamTask,
  blocks: Iterable<Uint32Array>,
  threads: number,
): AsyncGenerator<NeighbourBlock, void> {
  return answersOfThreads({ thread: THREAD, data: task, threads }, blocks);
}
