/** A Redis of its own for a test: Debian's redis-server on a free port, with nothing kept on disk, or all of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** One that is free when not given. */
  port?: number;
  /** Where every write is kept, for a later start to find it. */
  folder?: string;
  password?: string;
}

/** @returns why there is none; undefined when one can be started */
export function redisIsThere(): string | undefined {
  return spawnSync('redis-server', ['--version']).error ? 'skipped: redis-server is not on the PATH' : undefined;
}

export async function startRedis({ port: wanted, folder, password }: RedisOptions = {}): Promise<RedisServer> {
  const port = wanted ?? (await freePort());
  const kept = folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', 'always'];
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...kept, '--dir', folder ?? tmpdir()];
  if (password !== undefined) flags.push('--requirepass', password);
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('close', () => reject(new Error('redis-server ended')));
    server.stdout.on('data', (chunk: Buffer) => {
      if (/Ready to accept connections/.test(chunk.toString())) resolve();
    });
  });
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    port,
    process: server,
    stop: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
