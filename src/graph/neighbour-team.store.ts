/**
 * Threads that choose neighbours, each with the graph read from its artefact and blocks of entities in turn. The answers come
 * in the order of the blocks, whatever thread is the fastest.
 */
import { Worker } from 'node:worker_threads';
import type { BlockOptions, NeighbourBlock } from './neighbour-blocks.js';

export interface TeamTask {
  /** Of the graph's artefact. */
  readonly folder: string;
  readonly options: BlockOptions;
}

const THREAD = new URL('../../dist/graph/neighbour-team.thread.js', import.meta.url);
/** Blocks that wait for each thread: it should never wait for us. */
const AHEAD = 2;

/** @param blocks entities; every block is answered */
export async function* chooseInThreads(
  task: TeamTask,
  blocks: Iterable<Uint32Array>,
  threads: number,
): AsyncGenerator<NeighbourBlock, void> {
  const team = Array.from({ length: threads }, () => new Member(task));
  const answers: Promise<NeighbourBlock>[] = [];
  let asked = 0;
  try {
    for (const block of blocks) {
      answers.push(team[asked++ % threads].ask(block));
      if (answers.length >= AHEAD * threads) yield await answers.shift()!;
    }
    for (const answer of answers) yield await answer;
  } finally {
    await Promise.all(team.map((member) => member.stop()));
  }
}

interface Waiting {
  resolve(block: NeighbourBlock): void;
  reject(error: unknown): void;
}

/** A thread answers in the order it is asked. */
class Member {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];

  constructor(task: TeamTask) {
    this.worker = new Worker(THREAD, { workerData: task, execArgv: [] });
    this.worker.on('message', (block: NeighbourBlock) => this.waiting.shift()?.resolve(block));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('a thread that chooses neighbours has ended')));
  }

  ask(block: Uint32Array): Promise<NeighbourBlock> {
    const answer = new Promise<NeighbourBlock>((resolve, reject) => this.waiting.push({ resolve, reject }));
    // It is awaited in its turn; until then a failure is nobody's.
    answer.catch(() => undefined);
    this.worker.postMessage(block);
    return answer;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
