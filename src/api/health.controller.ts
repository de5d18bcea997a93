import { statfs } from 'node:fs/promises';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { JobStore } from '../runs/job-store.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { Workspace } from '../runs/workspace.js';

const LONGEST_SILENCE_MILLISECONDS = 5000;
const LEAST_DISK_BYTES = 100 * 2 ** 20;

/** Alive: the process answers. Ready: the queue is readable, its supervisor beats, the disk has room. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly store: JobStore,
    private readonly supervisor: JobSupervisor,
    private readonly workspace: Workspace,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The service can do its work; 503 names what fails.' })
  async ready(): Promise<{ status: string; checks: Record<string, string> }> {
    const checks = { queue: this.queue(), supervisor: this.beats(), disk: await this.disk() };
    const failing = Object.entries(checks).filter(([, state]) => state !== 'ok');
    if (failing.length === 0) return { status: 'ok', checks };
    throw new ServiceUnavailableException(failing.map(([name, state]) => `${name}: ${state}`).join('; '));
  }

  private queue(): string {
    try {
      this.store.list(1);
      return 'ok';
    } catch {
      return 'the job file cannot be read';
    }
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
