/**
 * Threads that answer questions in turn. The answers come in the order of the questions, whatever thread is the fastest, and
 * no more questions are read than keep the threads busy.
 */
import { Worker } from 'node:worker_threads';

/** Questions that wait for each thread: it should never wait for us. */
const AHEAD = 2;

export interface ThreadTeam {
  /** The built file of the thread: answers every message with one. */
  readonly thread: URL;
  /** What each thread starts with. */
  readonly data: unknown;
  readonly threads: number;
}

/** @param questions every one is answered; those that come late hold up nobody's memory */
export async function* answersOfThreads<Q, A>(
  { thread, data, threads }: ThreadTeam,
  questions: Iterable<Q> | AsyncIterable<Q>,
): AsyncGenerator<A, void> {
  const team = Array.from({ length: threads }, () => new Member<Q, A>(thread, data));
  const answers: Promise<A>[] = [];
  let asked = 0;
  try {
    for await (const question of questions) {
      answers.push(team[asked++ % threads].ask(question));
      if (answers.length >= AHEAD * threads) yield await answers.shift()!;
    }
    for (const answer of answers) yield await answer;
  } finally {
    await Promise.all(team.map((member) => member.stop()));
  }
}

interface Waiting<A> {
  resolve(answer: A): void;
  reject(error: unknown): void;
}

/** A thread answers in the order it is asked. */
class Member<Q, A> {
  private readonly worker: Worker;
  private readonly waiting: Waiting<A>[] = [];
  private failure: unknown;

  constructor(thread: URL, data: unknown) {
    this.worker = new Worker(thread, { workerData: data, execArgv: [] });
    this.worker.on('message', (answer: A) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('a thread of a team has ended')));
  }

  ask(question: Q): Promise<A> {
    const answer = new Promise<A>((resolve, reject) => {
      if (this.failure === undefined) this.waiting.push({ resolve, reject });
      else reject(this.failure);
    });
    // It is awaited in its turn; until then a failure is nobody's.
    answer.catch(() => undefined);
    this.worker.postMessage(question);
    return answer;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
