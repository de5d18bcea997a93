/**
 * Redis as the queue uses it: BullMQ's own client (ioredis), our scripts on it, and an end to every
 * wait. While the server is gone each call says so at once, and the client connects again by itself; BullMQ would keep
 * what is asked meanwhile for ever.
 */
import type { ConnectionOptions, Queue, Worker } from 'bullmq';
import { MedgraftError } from '../base/errors.js';
import { BULL_SCRIPTS, type BullScript } from './bull-job-scripts.js';
import { unreachableQueue } from './job-queue.js';

type Client = Awaited<Queue['backend']['client']>;

const PATIENCE_MILLISECONDS = 5000;
const CLOSING_MILLISECONDS = 2000;

/** @throws MedgraftError `queue.address` */
export function bullConnection(url: string): BullConnection {
  if (!/^rediss?:\/\//.test(url)) {
    throw new MedgraftError('input', 'queue.address', 'this is no address of Redis', {
      place: 'MEDGRAFT_REDIS_URL',
      expected: 'redis://[:password@]host:port[/database]',
    });
  }
  return new BullConnection(url);
}

/** @throws MedgraftError `queue.unreachable` when the server does not answer soon */
export async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachableQueue()), PATIENCE_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class BullConnection {
  private client: Client | undefined;

  constructor(private readonly url: string) {}

  get options(): ConnectionOptions {
    return { url: this.url, maxRetriesPerRequest: null, connectTimeout: PATIENCE_MILLISECONDS } as ConnectionOptions;
  }

  /** Waits for the server and teaches it our scripts. */
  async use(client: Client): Promise<void> {
    this.client = client;
    for (const [name, lua] of Object.entries(BULL_SCRIPTS)) {
      client.defineCommand(commandOf(name), { numberOfKeys: 3, lua });
    }
    await client.hgetall('medgraft');
  }

  run(script: BullScript, keys: readonly [string, string, string], ...values: string[]): Promise<unknown> {
    return this.ask(() => this.connected.runCommand(commandOf(script), [...keys, ...values]));
  }

  get(key: string): Promise<string | null> {
    return this.ask(() => this.connected.get(key));
  }

  hash(key: string): Promise<Record<string, string>> {
    return this.ask(() => this.connected.hgetall(key));
  }

  range(key: string, from: number, to: number): Promise<string[]> {
    return this.ask(() => this.connected.lrange(key, from, to));
  }

  /** @throws MedgraftError `queue.unreachable` at once while there is no connection, and when no answer comes */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.connected.status !== 'ready') throw unreachableQueue();
    return withPatience(work());
  }

  async close(parts: readonly (Queue | Worker)[]): Promise<void> {
    const closing = Promise.allSettled(parts.map((part) => part.close()));
    await Promise.race([closing, after(CLOSING_MILLISECONDS)]);
  }

  private get connected(): Client {
    if (!this.client) throw new Error('the connection is not open');
    return this.client;
  }
}

function commandOf(name: string): string {
  return `medgraft_${name}`;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
