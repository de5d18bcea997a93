/**
 * Deleting a graph, for the command line and the service: every version of it with its ranks, dictionaries and whatever else
 * of `kg.*` is computed from it in minutes. What took training stays, unless it is asked for too. A copy in Neo4j stays.
 */
import { relative } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { MedgraftError } from '../base/errors.js';
import type { JobState } from '../runs/job.js';
import type { JobQueue } from '../runs/job-queue.js';
import { type LabelledResult, labelledResults, removeResults } from '../runs/labelled-results.js';
import { Workspace } from '../runs/workspace.js';
import { checkName } from '../runs/workspace-name.js';
import type { GraphRemoval, RemovedResult } from './graph-removals.dto.js';
import { GraphShelf, unknownGraph } from './graph-shelf.store.js';
import { JOB_QUEUE } from './job-submissions.js';

const GRAPH_STAGES = /^kg\./;
const TRAINED_STAGES = ['kg.embed', 'kg.evaluate', 'kg.tune'];
const BUSY_STATES: readonly JobState[] = ['running', 'queued'];
const BLOCK = 500;

export interface RemovalOptions {
  /** Also what was trained. */
  derived: boolean;
  /** Only say what would go. */
  dryRun: boolean;
}

@Injectable()
export class GraphRemovals {
  constructor(
    private readonly shelf: GraphShelf,
    private readonly workspace: Workspace,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
  ) {}

  /** @throws MedgraftError `graph.unknown`, `workspace.name`, `graph.busy` while a job or a run of the graph goes on */
  async remove(kg: string, { derived, dryRun }: RemovalOptions): Promise<GraphRemoval> {
    const results = await labelledResults(this.workspace, 'kg', checkName(kg, 'kg'));
    if (results.length === 0) throw unknownGraph(kg);
    const goes = (result: LabelledResult) => derived || isOfGraph(result);
    const removed = results.filter(goes);
    const answer = {
      kg,
      dryRun,
      removed: removed.map((result) => this.view(result)),
      kept: results.filter((result) => !goes(result)).map((result) => this.view(result)),
    };
    if (dryRun) return answer;
    await this.refuseWhileBusy(kg, results);
    this.shelf.forget(kg);
    await removeResults(this.workspace, removed);
    return answer;
  }

  private async refuseWhileBusy(kg: string, results: readonly LabelledResult[]): Promise<void> {
    const run = results.find(({ state }) => state === 'running');
    if (run !== undefined) throw busy(kg, `${run.stage} in ${this.view(run).folder}`, 'wait for it, or interrupt it');
    for (const state of BUSY_STATES) {
      for (let before: number | undefined; ; ) {
        const jobs = await this.queue.list({ limit: BLOCK, state, before });
        const job = jobs.find(({ settings }) => settings['kg'] === kg);
        if (job !== undefined) {
          throw busy(kg, `job ${job.id}, ${job.stage}, is ${state}`, `wait for it, or medgraft jobs cancel ${job.id}`);
        }
        if (jobs.length < BLOCK) break;
        before = jobs[jobs.length - 1].id;
      }
    }
  }

  private view({ stage, hash, folder, bytes }: LabelledResult): RemovedResult {
    return { stage, hash, bytes, folder: relative(this.workspace.home, folder).replaceAll('\\', '/') };
  }
}

function isOfGraph({ stage }: LabelledResult): boolean {
  return GRAPH_STAGES.test(stage) && !TRAINED_STAGES.includes(stage);
}

function busy(kg: string, got: string, hint: string): MedgraftError {
  return new MedgraftError('conflict', 'graph.busy', `something works on the graph ${kg}`, { place: 'kg', got, hint });
}
