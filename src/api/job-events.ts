/**
 * A job's events as server-sent events: what is recorded first, then what comes, with the sequence number as id, so that a
 * client goes on with `Last-Event-ID`. The stream ends with the job; a comment keeps idle connections open.
 */
import type { ServerResponse } from 'node:http';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { hasEnded } from '../runs/job.js';
import type { JobQueue } from '../runs/job-queue.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { JOB_QUEUE } from './job-submissions.js';

const HEARTBEAT_MILLISECONDS = 15_000;
/** Jobs of other services are not heard of, only seen in the queue. */
const POLL_MILLISECONDS = 1000;
const BLOCK = 500;

@Injectable()
export class JobEventStreams {
  private readonly open = new Set<EventStream>();

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly supervisor: JobSupervisor,
  ) {}

  /** Answers with the events after `seq`; the response belongs to the stream from here on. */
  stream(id: number, seq: number, response: ServerResponse): void {
    const stream = new EventStream(this.queue, id, seq, response);
    this.open.add(stream);
    const forget = this.supervisor.onChange(id, () => stream.pump());
    const poll = setInterval(() => stream.pump(), POLL_MILLISECONDS);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MILLISECONDS);
    response.once('close', () => {
      forget();
      clearInterval(poll);
      clearInterval(heartbeat);
      this.open.delete(stream);
    });
    stream.begin();
  }

  get count(): number {
    return this.open.size;
  }

  /** Tells every client that the service stops. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.open].map((stream) => stream.close()));
  }
}

class EventStream {
  private readonly logger = new Logger('jobs');
  private ended = false;
  private full = false;
  private wanted = false;
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly queue: JobQueue,
    private readonly id: number,
    private seq: number,
    private readonly response: ServerResponse,
  ) {}

  begin(): void {
    this.response.on('drain', () => {
      this.full = false;
      this.pump();
    });
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    this.pump();
  }

  /** Writes what there is, as far as the client takes it; calls while it writes make it look once more. */
  pump(): void {
    this.wanted = true;
    this.pumping ??= this.pumps().finally(() => {
      this.pumping = undefined;
    });
  }

  /** What is recorded, then the closing word. */
  async close(): Promise<void> {
    this.pump();
    await this.pumping;
    this.end('closing', { reason: 'the service stops' });
  }

  private async pumps(): Promise<void> {
    try {
      while (this.wanted) {
        this.wanted = false;
        await this.writeNew();
      }
    } catch (error) {
      this.logger.error({ message: 'the events of a job cannot be read', error });
      this.end('closing', { reason: 'the queue cannot be read' });
    }
  }

  private async writeNew(): Promise<void> {
    while (!this.ended && !this.full) {
      // The state is read before the events: a job that has ended by then has no later ones.
      const job = await this.queue.find(this.id);
      const events = await this.queue.eventsAfter(this.id, this.seq, BLOCK);
      if (this.ended) return;
      for (const { seq, at, event } of events) {
        this.seq = seq;
        this.full = !this.response.write(
          `id: ${seq}\nevent: ${event.kind}\ndata: ${JSON.stringify({ at, ...event })}\n\n`,
        );
      }
      if (events.length === BLOCK) continue;
      if (hasEnded(job.state)) this.end('end', job);
      return;
    }
  }

  private end(name: string, data: object): void {
    if (this.ended) return;
    this.ended = true;
    this.response.end(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
