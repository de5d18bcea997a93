/** Asks for the health of a service every few milliseconds until told to stop, then tells how long each answer took. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const PAUSE_MILLISECONDS = 5;

let isStopped = false;
parentPort.once('message', () => (isStopped = true));
const times = [];
await (await fetch(`${workerData.base}/health/live`)).text();
parentPort.postMessage('started');
while (!isStopped) {
  const start = performance.now();
  await (await fetch(`${workerData.base}/health/live`)).text();
  times.push(performance.now() - start);
  await wait(PAUSE_MILLISECONDS);
}
parentPort.postMessage(times);
