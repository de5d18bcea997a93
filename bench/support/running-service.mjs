/** The built service as a process of its own, and requests to it that are timed. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PINGER = new URL('./health-pinger.mjs', import.meta.url);

export async function startService(home) {
  const env = { ...process.env, MEDGRAFT_HOME: home, MEDGRAFT_PORT: '0', MEDGRAFT_REQUESTS_PER_MINUTE: '0' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const base = await new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const url = /listening on (http:[^" ]+)/.exec(text)?.[1];
      if (url === undefined) return;
      // From here on nobody reads the log: whoever did would be timed too.
      child.stderr.removeAllListeners('data').resume();
      resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`the service ended with ${code}: ${text}`)));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  return {
    base,
    ask: (path) => ask(agent, `${base}${path}`),
    residentMegabytes: () => residentMegabytes(child.pid),
    async stop() {
      agent.destroy();
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** @returns milliseconds, status and text of the answer */
function ask(agent, url) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          milliseconds: performance.now() - start,
          status: answer.statusCode,
          text: Buffer.concat(chunks).toString(),
        }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Linux only; undefined elsewhere. */
function residentMegabytes(pid) {
  try {
    const pages = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return pages / 1024;
  } catch {
    return undefined;
  }
}

/** Health is asked for from a thread of its own while something happens. @returns milliseconds of each answer */
export async function healthWhile(base, happening) {
  const worker = new Worker(PINGER, { workerData: { base } });
  await new Promise((resolve) => worker.once('message', resolve));
  const result = await happening();
  const times = new Promise((resolve) => worker.once('message', resolve));
  worker.postMessage('stop');
  return { result, times: await times };
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
