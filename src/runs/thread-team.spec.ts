import { describe, expect, it } from 'vitest';
import { answersOfThreads } from './thread-team.js';

const threadOf = (code: string) =>
  new URL(
    `data:text/javascript,import { parentPort, workerData } from 'node:worker_threads';${encodeURIComponent(code)}`,
  );
/** Some questions take longer than others. */
const doubling = threadOf(`
  const clock = new Int32Array(new SharedArrayBuffer(4));
  parentPort.on('message', (n) => {
    Atomics.wait(clock, 0, 0, 9 - (n % 10));
    parentPort.postMessage(workerData * n);
  });
`);

async function answered(thread: URL, threads: number, questions: Iterable<number> | AsyncIterable<number>) {
  const answers: number[] = [];
  for await (const answer of answersOfThreads<number, number>({ thread, data: 2, threads }, questions))
    answers.push(answer);
  return answers;
}

describe('a team of threads', () => {
  it.each([1, 3])('answers in the order of the questions: %i threads', async (threads) => {
    const questions = Array.from({ length: 40 }, (_, i) => i);
    expect(await answered(doubling, threads, questions)).toEqual(questions.map((n) => 2 * n));
  });

  it('reads no more questions than keep it busy', async () => {
    let asked = 0;
    async function* questions() {
      for (;;) yield asked++;
    }
    const answers = answersOfThreads<number, number>({ thread: doubling, data: 2, threads: 2 }, questions());
    for (let i = 0; i < 6; i++) expect((await answers.next()).value).toBe(2 * i);
    expect(asked).toBeLessThan(12);
    await answers.return();
  });

  it('passes on what goes wrong in a thread, also to those who ask later', async () => {
    const failing = threadOf(
      "parentPort.on('message', (n) => { if (n === 3) throw new RangeError('three'); parentPort.postMessage(n); });",
    );
    await expect(answered(failing, 1, [1, 2, 3, 4, 5, 6, 7, 8])).rejects.toThrow('three');
    const leaving = threadOf('process.exit(0);');
    await expect(answered(leaving, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9])).rejects.toThrow('has ended');
  });
});
