/** The built service as a process of its own, its answers and its event streams, for tests of starting, stopping and dying. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Ended, ended, start } from '../e2e/medgraft.js';

export interface Message {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

export class RunningService {
  private constructor(
    readonly process: ChildProcessWithoutNullStreams,
    readonly stopped: Promise<Ended>,
    readonly base: string,
    private readonly key: string | undefined,
  ) {}

  /** @param key API key for all that is asked */
  static async start(home: string, variables: Record<string, string> = {}, key?: string): Promise<RunningService> {
    const child = start('main', [], { MEDGRAFT_HOME: home, MEDGRAFT_PORT: '0', ...variables });
    const stopped = ended(child);
    const base = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const url = /listening on (http:[^" ]+)/.exec(text)?.[1];
        if (url) resolve(url);
      });
      child.on('close', (code) => reject(new Error(`the service ended with ${code}: ${text}`)));
    });
    return new RunningService(child, stopped, base, key);
  }

  private get access(): Record<string, string> {
    return this.key === undefined ? {} : { authorization: `Bearer ${this.key}` };
  }

  async call(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { ...this.access, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${this.base}${path}`, { method, headers, body: body && JSON.stringify(body) });
    return (await answer.json()) as Record<string, unknown>;
  }

  async submit(stage: string, settings: object): Promise<number> {
    const { id } = await this.call('POST', '/v1/jobs', { stage, settings });
    if (typeof id !== 'number') throw new Error(`${stage} was refused`);
    return id;
  }

  /** The messages of a job's stream, to its end. */
  async *messages(id: number, lastEventId?: string): AsyncGenerator<Message> {
    const headers = { ...this.access, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
    const answer = await fetch(`${this.base}/v1/jobs/${id}/events`, { headers });
    let rest = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      rest += chunk;
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks.filter((text) => !text.startsWith(':'))) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
        yield { id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']) };
      }
    }
  }

  async all(id: number, lastEventId?: string): Promise<Message[]> {
    const list: Message[] = [];
    for await (const message of this.messages(id, lastEventId)) list.push(message);
    return list;
  }

  /** Waits for the n-th message of a kind. */
  async reached(id: number, event: string, count = 1): Promise<void> {
    let seen = 0;
    for await (const message of this.messages(id)) if (message.event === event && ++seen >= count) return;
    throw new Error(`the job ended without ${count} of ${event}`);
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.stopped;
  }
}
