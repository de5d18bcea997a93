/** Mixed load on a running service for a while, and what its process did meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from './running-service.js';

export interface LoadFigures {
  seconds: number;
  requests: number;
  /** By the hundred: 2xx, 4xx, 5xx. */
  statuses: Record<string, number>;
  p50: number;
  p99: number;
  jobs: number;
  streams: number;
  /** MB a minute, least squares over the samples after the warm-up. */
  slope: number;
  rssMegabytes: [first: number, last: number];
  /** Open file descriptors while nothing is asked, after the warm-up and at the end. */
  handles: [first: number, last: number];
}

const CLIENTS = 6;
const SAMPLE_MILLISECONDS = 2000;
const QUIET_MILLISECONDS = 12_000;

/** @param warmUp seconds that do not count */
export async function loadService(service: RunningService, seconds: number, warmUp: number): Promise<LoadFigures> {
  const load = new Load(service);
  await load.run(warmUp);
  await sleep(QUIET_MILLISECONDS);
  const first = handlesOf(service);
  load.forget();
  const samples = await load.run(seconds);
  await sleep(QUIET_MILLISECONDS);
  return {
    ...load.figures(),
    seconds,
    slope: slopeOf(samples),
    ...ends(samples),
    handles: [first, handlesOf(service)],
  };
}

interface Sample {
  minute: number;
  megabytes: number;
}

class Load {
  private taken: number[] = [];
  private statuses: Record<string, number> = {};
  private jobs = 0;
  private streams = 0;
  private number = 0;

  constructor(private readonly service: RunningService) {}

  forget(): void {
    this.taken = [];
    this.statuses = {};
    this.jobs = 0;
    this.streams = 0;
  }

  figures() {
    const sorted = this.taken.sort((a, b) => a - b);
    const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
    const { statuses, jobs, streams } = this;
    return { requests: sorted.length, statuses, p50: at(0.5), p99: at(0.99), jobs, streams };
  }

  async run(seconds: number): Promise<Sample[]> {
    const start = performance.now();
    const goesOn = () => performance.now() - start < seconds * 1000;
    const samples: Sample[] = [];
    const sample = async () => {
      while (goesOn()) {
        samples.push({ minute: (performance.now() - start) / 60_000, megabytes: residentOf(this.service) });
        await sleep(SAMPLE_MILLISECONDS);
      }
    };
    const repeat = async (work: () => Promise<void>) => {
      while (goesOn()) await work();
    };
    const clients = Array.from({ length: CLIENTS }, () => repeat(() => this.look()));
    await Promise.all([
      sample(),
      ...clients,
      repeat(() => this.work()),
      repeat(() => this.follow()),
      repeat(() => this.send()),
    ]);
    return samples;
  }

  /** One of the questions that people ask, a wrong one now and then. */
  private async look(): Promise<void> {
    const questions = [
      '/v1/kgs/toy/entities/%E9%AB%98%E8%A1%80%E5%8E%8B/neighbours?limit=5',
      `/v1/kgs/toy/search?q=${encodeURIComponent('血压')}`,
      '/v1/kgs',
      '/v1/jobs?limit=20',
      '/v1/runs',
      '/v1/artefacts',
      '/health/ready',
      '/metrics',
      '/openapi.json',
      '/v1/kgs/toy/entities/nobody/neighbours',
      '/v1/jobs/987654321',
      '/v1/jobs?limit=zero',
    ];
    await this.ask(questions[this.number++ % questions.length]);
  }

  private async work(): Promise<void> {
    // Another setting each time, so that there is something to do.
    const damping = 0.5 + (this.jobs % 400) / 1000;
    const body = JSON.stringify({ stage: 'kg.rank', settings: { kg: 'toy', damping } });
    await this.ask('/v1/jobs', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    this.jobs++;
    await sleep(1500);
  }

  /** Follows the newest job, half of the time not to its end. */
  private async follow(): Promise<void> {
    const [job] = (await this.service.call('GET', '/v1/jobs?limit=1'))['jobs'] as { id: number }[];
    if (job) {
      this.streams++;
      for await (const _message of this.service.messages(job.id)) if (this.streams % 2 === 0) break;
    }
    await sleep(300);
  }

  private async send(): Promise<void> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(200_000)]), 'soak.bin');
    await this.ask('/v1/files?replace=true', { method: 'POST', body: form });
    await this.ask('/v1/files/soak.bin', { method: 'DELETE' });
    await sleep(500);
  }

  private async ask(path: string, init: RequestInit = {}): Promise<void> {
    const start = performance.now();
    const answer = await fetch(`${this.service.base}${path}`, init);
    await answer.arrayBuffer();
    this.taken.push(performance.now() - start);
    const kind =
      path === '/health/ready' && answer.status === 503 ? 'not ready' : `${Math.floor(answer.status / 100)}xx`;
    this.statuses[kind] = (this.statuses[kind] ?? 0) + 1;
  }
}

function residentOf({ process }: RunningService): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

function handlesOf({ process }: RunningService): number {
  return readdirSync(`/proc/${process.pid}/fd`).length;
}

/** Least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [minute, megabytes] = [mean((sample) => sample.minute), mean((sample) => sample.megabytes)];
  const covariance = mean((sample) => (sample.minute - minute) * (sample.megabytes - megabytes));
  return Math.round((covariance / mean((sample) => (sample.minute - minute) ** 2)) * 100) / 100;
}

function ends(samples: readonly Sample[]): { rssMegabytes: [number, number] } {
  const whole = (sample: Sample | undefined) => Math.round(sample?.megabytes ?? 0);
  return { rssMegabytes: [whole(samples[0]), whole(samples.at(-1))] };
}
