/**
 * A job's events as server-sent events: what is recorded first, then what comes, with the sequence number as id, so that a
 * client goes on with `Last-Event-ID`. The stream ends with the job; a comment keeps idle connections open.
 */
import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { hasEnded } from '../runs/job.js';
import { JobStore } from '../runs/job-store.js';
import { JobSupervisor } from '../runs/job-supervisor.js';

const HEARTBEAT_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 1000;
const BLOCK = 500;

@Injectable()
export class JobEventStreams {
  private readonly open = new Set<EventStream>();

  constructor(
    private readonly store: JobStore,
    private readonly supervisor: JobSupervisor,
  ) {}

  /** Answers with the events after `seq`; the response belongs to the stream from here on. */
  stream(id: number, seq: number, response: ServerResponse): void {
    const stream = new EventStream(this.store, id, seq, response);
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

  /** Tells every client that the service stops. */
  closeAll(): void {
    for (const stream of this.open) stream.end('closing', { reason: 'the service stops' });
  }
}

class EventStream {
  private ended = false;
  private full = false;

  constructor(
    private readonly store: JobStore,
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
    this.pump();
  }

  /** Writes what there is, as far as the client takes it. */
  pump(): void {
    while (!this.ended && !this.full) {
      // The state is read before the events: a job that has ended by then has no later ones.
      const job = this.store.find(this.id);
      const events = this.store.eventsAfter(this.id, this.seq, BLOCK);
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

  end(name: string, data: object): void {
    if (this.ended) return;
    this.ended = true;
    this.response.end(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
