/** `medgraft jobs list|show|start|cancel|resume|follow`: the twins of /v1/jobs, on the same queue. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { jobMetrics, jobPage } from '../api/job-queries.js';
import { MedgraftError } from '../base/errors.js';
import { hasEnded, JOB_STATES, type Job, type JobState } from '../runs/job.js';
import { openJobQueue } from '../runs/job-open-queue.js';
import type { JobPage, JobQueue } from '../runs/job-queue.js';
import { refuseSecrets } from '../runs/job-sources.js';
import { Workspace } from '../runs/workspace.js';
import { parseSettings } from '../settings/parse-settings.js';
import { type SettingRecord, settingsOf } from '../settings/setting.js';
import { stageEntry } from '../stages.js';
import { readConfigFile } from './config-file.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { ProgressPrinter } from './progress-printer.js';
import { serviceConfig } from './service-config.js';

interface ListOptions extends CommonOptions {
  state?: JobState;
  stage?: string;
  limit: number;
  before?: number;
}

interface MetricsOptions extends CommonOptions {
  limit: number;
  after: number;
}

interface StartOptions extends CommonOptions {
  config?: string;
  set?: string[];
}

const LOOK_AGAIN_MILLISECONDS = 500;
const BLOCK = 500;

export function completeListJobs(command: Command): void {
  command
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(JOB_STATES))
    .option('--stage <name>', 'only jobs of this stage')
    .option('--limit <integer>', 'how many', toCount, 100)
    .option('--before <job>', 'only jobs older than this one', toCount)
    .action(async () => {
      const { home, json, ...page } = command.optsWithGlobals<ListOptions>();
      const { jobs, next } = await withQueue(home, (queue) => jobPage(queue, pageOf(page)));
      if (json) return jobs.forEach(printJson);
      if (jobs.length === 0) return printLine('no job');
      const rows = jobs.map((job) => [String(job.id), job.state, job.stage, job.createdAt, errorOf(job)]);
      printLine(table([['JOB', 'STATE', 'STAGE', 'MADE', ''], ...rows]));
      if (next !== undefined) printLine(`older ones: --before ${next}`);
    });
}

export function completeShowJob(command: Command): void {
  onJob(command, (queue, id) => queue.find(id));
}

export function completeJobMetrics(command: Command): void {
  command
    .argument('<job>', 'its number', toCount)
    .option('--limit <integer>', 'how many', toCount, 1000)
    .option('--after <event>', 'only those after this event', toCount, 0)
    .action(async (id: number) => {
      const { home, json, after, limit } = command.optsWithGlobals<MetricsOptions>();
      const { metrics, next } = await withQueue(home, (queue) => jobMetrics(queue, id, after, limit));
      if (json) return metrics.forEach(printJson);
      for (const { phase, step, values } of metrics) {
        const shown = Object.entries(values).map(([name, value]) => `${name} ${value}`);
        printLine(`${phase} step ${step}: ${shown.join(', ')}`);
      }
      if (metrics.length === 0) printLine('this job has told no metric');
      if (next !== undefined) printLine(`more: --after ${next}`);
    });
}

export function completeCancelJob(command: Command): void {
  onJob(command, (queue, id) => queue.requestCancel(id));
}

export function completeResumeJob(command: Command): void {
  onJob(command, (queue, id) => queue.resume(id), waitsForService);
}

export function completeStartJob(command: Command): void {
  command
    .argument('<stage>', 'for example kg.rank')
    .option('--config <file>', 'YAML file with settings of the stage')
    .option('--set <name=value...>', 'settings; a list is given by naming it several times')
    .action(async (name: string) => {
      const { home, json, config, set = [] } = command.optsWithGlobals<StartOptions>();
      const settings = await settingsOfJob(name, config, set);
      show(await withQueue(home, (queue) => queue.add({ stage: name, settings })), json);
      waitsForService();
    });
}

export function completeFollowJob(command: Command): void {
  command.argument('<job>', 'its number', toCount).action(async (id: number) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const job = await withQueue(home, (queue) => follow(queue, id, json === true));
    show(job, json);
    if (job.error && job.state !== 'cancelled') {
      const { code, message, ...details } = job.error;
      throw new MedgraftError('conflict', code, message, details);
    }
  });
}

function onJob(command: Command, act: (queue: JobQueue, id: number) => Promise<Job>, after?: () => void): void {
  command.argument('<job>', 'its number', toCount).action(async (id: number) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    show(await withQueue(home, (queue) => act(queue, id)), json);
    after?.();
  });
}

function pageOf({ limit, before, state, stage }: Omit<ListOptions, keyof CommonOptions>): JobPage {
  return { limit, before, state, stage };
}

/** The queue that the service of this configuration uses, while something is done with it. */
export async function withQueue<R>(home: string | undefined, work: (queue: JobQueue) => Promise<R>): Promise<R> {
  const { environment, settings } = await serviceConfig({ home });
  const queue = await openJobQueue(new Workspace(environment.home), settings);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

async function follow(queue: JobQueue, id: number, json: boolean): Promise<Job> {
  const printer = new ProgressPrinter(process.stderr);
  let seq = 0;
  try {
    for (;;) {
      const job = await queue.find(id);
      const events = await queue.eventsAfter(id, seq, BLOCK);
      for (const { seq: number, at, event } of events) {
        seq = number;
        if (json) printJson({ seq, at, ...event });
        else printer.show(event);
      }
      if (events.length === BLOCK) continue;
      if (hasEnded(job.state)) return job;
      await sleep(LOOK_AGAIN_MILLISECONDS);
    }
  } finally {
    printer.close();
  }
}

/** Checked, and with paths that mean the same in the service's folder. */
async function settingsOfJob(name: string, config: string | undefined, set: string[]) {
  const stage = await stageEntry(name).load();
  const records = new Map(settingsOf(stage.settings).map((record) => [record.name, record]));
  const fromFile = config === undefined ? {} : await readConfigFile(config);
  const given = { ...fromFile, ...valuesOf(set, records) };
  refuseSecrets(stage, given);
  const parsed = parseSettings(stage.settings, given, 'command line', true) as Record<string, unknown>;
  return Object.fromEntries(Object.keys(given).map((key) => [key, absolute(parsed[key], records.get(key))]));
}

function valuesOf(set: readonly string[], records: ReadonlyMap<string, SettingRecord>): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const text of set) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new InvalidArgumentError(`expected name=value, got ${text}`);
    if (records.get(name)?.type !== 'strings') values.set(name, value);
    else values.set(name, [...((values.get(name) as string[] | undefined) ?? []), value]);
  }
  return Object.fromEntries(values);
}

function absolute(value: unknown, record: SettingRecord | undefined): unknown {
  if (record?.path === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => absolute(each, record));
  const isName = record.path === 'mapping' && !/[\\/]|\.ya?ml$/i.test(String(value));
  return typeof value === 'string' && !isName ? resolve(value) : value;
}

function show(job: Job, json: boolean | undefined): void {
  if (json) printJson(job);
  else printLine(stringify(JSON.parse(JSON.stringify(job))).trimEnd());
}

function errorOf({ error }: Job): string {
  return error ? `${error.message} [${error.code}]` : '';
}

function waitsForService(): void {
  process.stderr.write('it waits in the queue: a running service (medgraft serve) of this workspace takes it up\n');
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('expected a whole number from 1.');
}
