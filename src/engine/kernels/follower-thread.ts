/** Starting worker threads that follow this one, and what such a thread is given. */
import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * It never keeps the process alive.
 * @param module the compiled program: worker threads do not run the sources
 * @returns when the thread says that it is ready; rejects when it fails before
 */
export async function startFollower(module: URL, share: object): Promise<void> {
  const worker = new Worker(module, { workerData: share, execArgv: [] });
  await once(worker, 'message');
  worker.unref();
}

/** Within a follower: what it was started with, and how it says that it is ready. */
export function followerOf<Share>(): { share: Share; ready: () => void } {
  return { share: workerData as Share, ready: () => parentPort?.postMessage('ready') };
}
