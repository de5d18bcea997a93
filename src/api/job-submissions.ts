/** What the service does with its queue: checked jobs go in, the supervisor is woken, and the queue can be asked. */
import { Inject, Injectable } from '@nestjs/common';
import type { Job } from '../runs/job.js';
import type { JobQueue } from '../runs/job-queue.js';
import { checkSources, confineSettings, sourceRoots } from '../runs/job-sources.js';
import { JobSupervisor } from '../runs/job-supervisor.js';
import { labelsOf } from '../runs/stage-inputs.js';
import { parseSettings } from '../settings/parse-settings.js';
import { stageEntry } from '../stages.js';
import { DataRoot } from './data-root.js';

/** Token of the queue: an interface has no other at run time. */
export const JOB_QUEUE = 'medgraft.jobQueue';

@Injectable()
export class JobSubmissions {
  constructor(
    @Inject(JOB_QUEUE) readonly queue: JobQueue,
    private readonly supervisor: JobSupervisor,
    private readonly data: DataRoot,
  ) {}

  /** @throws MedgraftError `stage.unknown`, `settings.invalid`, `workspace.name`, `data.*` */
  async submit(name: string, given: Record<string, unknown>): Promise<Job> {
    const stage = await stageEntry(name).load();
    parseSettings(stage.settings, given, 'settings');
    const settings = await confineSettings(stage, given, this.data.folder);
    const roots = sourceRoots(this.data.folder);
    const parsed = parseSettings(stage.settings, settings, 'settings');
    labelsOf(stage, parsed);
    await checkSources(stage, parsed, roots);
    const { id } = await this.queue.add({ stage: name, settings, roots });
    this.supervisor.wake();
    return this.queue.find(id);
  }

  async cancel(id: number): Promise<Job> {
    const job = await this.queue.requestCancel(id);
    this.supervisor.wake();
    return job;
  }

  async resume(id: number): Promise<Job> {
    const job = await this.queue.resume(id);
    this.supervisor.wake();
    return job;
  }
}
