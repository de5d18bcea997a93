import { statfs } from 'node:fs/promises';
import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { JobQueue } from '../runs/job-queue.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { Workspace } from '../runs/workspace.js';
import { Needs, Open } from './access/access.decorator.js';
import { JOB_QUEUE } from './job-submissions.js';

const LONGEST_SILENCE_MILLISECONDS = 3000;
const LONGEST_ANSWER_MILLISECONDS = 2000;
const LEAST_DISK_BYTES = 100 * 2 ** 20;

/** Alive: the process answers, whatever it depends on. Ready: the queue answers, its supervisor beats, the disk has room. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly supervisor: JobSupervisor,
    private readonly workspace: Workspace,
  ) {}

  @Get('live')
  @Open()
  @ApiOperation({ summary: 'The process answers.' })
  @ApiOkResponse()
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Needs('read')
  @ApiOperation({ summary: 'The service can do its work; 503 names what fails.' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse()
  async ready(): Promise<{ status: string; checks: Record<string, string> }> {
    const [queue, disk] = await Promise.all([this.queue(), this.disk()]);
    const checks = { queue, supervisor: this.beats(), disk };
    const failing = Object.entries(checks).filter(([, state]) => state !== 'ok');
    if (failing.length === 0) return { status: 'ok', checks };
    throw new ServiceUnavailableException(failing.map(([name, state]) => `${name}: ${state}`).join('; '));
  }

  private async queue(): Promise<string> {
    const answer = this.jobs.counts().then(
      () => 'ok',
      () => 'it cannot be read',
    );
    return Promise.race([answer, after(LONGEST_ANSWER_MILLISECONDS, 'it does not answer')]);
  }

  private beats(): string {
    const { silence } = this.supervisor;
    return silence <= LONGEST_SILENCE_MILLISECONDS ? 'ok' : `no beat for ${Math.round(silence / 1000)} s`;
  }

  private async disk(): Promise<string> {
    try {
      const { bavail, bsize } = await statfs(this.workspace.home);
      return bavail * bsize >= LEAST_DISK_BYTES ? 'ok' : 'less than 100 MiB free';
    } catch {
      return 'the workspace cannot be read';
    }
  }
}

function after(milliseconds: number, answer: string): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve(answer), milliseconds).unref());
}
