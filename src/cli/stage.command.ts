/** One stage as a command: `medgraft <room> <verb>` with a flag a setting, a progress bar, and the result at the end. */
import type { Command } from 'commander';
import { MedgraftError } from '../base/errors.js';
import type { Artefact } from '../runs/artefact.js';
import { estimateStage, type MeasuredEstimate } from '../runs/estimate-stage.js';
import type { FollowerContext, Stage, StageEvent } from '../runs/stage.js';
import { labelsOf, resolveInputs } from '../runs/stage-inputs.js';
import { runStage, threadsOf } from '../runs/stage-runner.js';
import { Workspace } from '../runs/workspace.js';
import { readEnvironment } from '../settings/environment.js';
import { parseSettings } from '../settings/parse-settings.js';
import { settingsOf } from '../settings/setting.js';
import { loadStage } from '../stages.js';
import { readConfigFile } from './config-file.js';
import { estimateText } from './estimate-text.js';
import { type Interrupt, listenForInterrupt } from './interrupt.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { ProgressPrinter } from './progress-printer.js';
import { addSettingFlags, flagName } from './setting-flags.js';
import { homeOf } from './workspace-option.js';

interface StageOptions extends CommonOptions {
  config?: string;
  resume?: boolean;
  estimate?: boolean;
}

const OWN_OPTIONS = ['config', 'resume', 'estimate'];

/** Gives an empty command of a stage its flags and its action. */
export function completeStageCommand(command: Command, stage: Stage): void {
  command.option('--config <file>', 'YAML file with settings; flags win over it');
  if (stage.kind === 'run') {
    command.option('--no-resume', 'start afresh instead of going on with an unfinished run of the same settings');
  }
  if (stage.estimate) {
    command.option('--estimate', 'only tell what it would take: memory, disk and time, from a probe of seconds');
  }
  addSettingFlags(command, stage.settings, settingsOf(stage.settings));
  const { positional } = stage;
  if (positional !== undefined) command.argument(`[${positional}...]`, `the same as --${flagName(positional)}`);
  command.action(async () => {
    const own = command.opts<StageOptions & Record<string, unknown>>();
    if (positional !== undefined && command.args.length > 0) {
      own[positional] = [...((own[positional] as string[] | undefined) ?? []), ...command.args];
    }
    const flags = Object.fromEntries(Object.entries(own).filter(([name]) => !OWN_OPTIONS.includes(name)));
    await runStageCommand(stage, flags, command.optsWithGlobals<StageOptions>());
  });
}

async function runStageCommand(stage: Stage, flags: Record<string, unknown>, options: StageOptions): Promise<void> {
  const fromFile = options.config === undefined ? {} : await readConfigFile(options.config);
  const place = options.config === undefined ? 'command line' : `command line and ${options.config}`;
  const settings = parseSettings(stage.settings, { ...fromFile, ...flags }, place);
  if (!options.estimate && (await followLeader(stage, settings, options))) return;
  const interrupt = listenForInterrupt(() =>
    process.stderr.write('\nstopping at the next safe point; again to stop at once\n'),
  );
  try {
    if (options.estimate) showEstimate(stage, await followEstimate(stage, settings, options, interrupt), options);
    else showResult(await followStage(stage, settings, options, interrupt), options.json === true);
  } catch (error) {
    throw error instanceof MedgraftError && error.kind === 'cancelled' ? withResumeHint(error, stage) : error;
  } finally {
    interrupt.dispose();
    stage.leave?.();
  }
}

/** A process that does not lead goes on when it is asked to stop: the leader is asked as well, and decides for all. */
async function followLeader(stage: Stage, settings: object, options: StageOptions): Promise<boolean> {
  if (stage.follow === undefined) return false;
  const interrupt = listenForInterrupt(() => undefined);
  try {
    return await stage.follow(settings, () => followerContext(stage, settings, options));
  } finally {
    interrupt.dispose();
  }
}

async function followerContext(stage: Stage, settings: object, { home }: StageOptions): Promise<FollowerContext> {
  const environment = readEnvironment();
  const workspace = new Workspace(homeOf(home, environment));
  const inputs = await resolveInputs(stage, settings, labelsOf(stage, settings), workspace, loadStage);
  return { inputs, threads: threadsOf(environment) };
}

/** Runs a stage, shows its events on the way, and returns its result. */
export async function followStage(
  stage: Stage,
  settings: object,
  { home, json, resume }: StageOptions,
  { signal }: Interrupt,
): Promise<Artefact> {
  const environment = readEnvironment();
  const workspace = new Workspace(homeOf(home, environment));
  return follow(runStage(stage, settings, { workspace, environment, signal, resume, loadStage }), json);
}

function followEstimate(
  stage: Stage,
  settings: object,
  { home, json }: StageOptions,
  { signal }: Interrupt,
): Promise<MeasuredEstimate> {
  const environment = readEnvironment();
  const workspace = new Workspace(homeOf(home, environment));
  return follow(estimateStage(stage, settings, { workspace, environment, signal, loadStage }), json);
}

async function follow<R>(steps: AsyncGenerator<StageEvent, R>, json: boolean | undefined): Promise<R> {
  const printer = new ProgressPrinter(process.stderr);
  try {
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return value;
      if (json) printJson(value);
      else printer.show(value);
    }
  } finally {
    printer.close();
  }
}

function showEstimate({ name }: Stage, estimate: MeasuredEstimate, { json }: StageOptions): void {
  if (json) printJson({ kind: 'estimate', stage: name, ...estimate });
  else printLine(`${name} would take, at most\n${estimateText(estimate)}`);
}

function showResult({ stage, hash, folder, manifest }: Artefact, json: boolean): void {
  const { figures, seconds } = manifest;
  if (json) {
    printJson({ kind: 'result', stage, hash, folder, figures, seconds });
    return;
  }
  printLine(`${stage} ${hash} in ${folder}`);
  const rows = Object.entries(figures).map(([name, value]) => [`  ${name}`, figureText(value)]);
  if (rows.length > 0) printLine(table(rows));
}

function figureText(value: number | string | boolean): string {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(6)));
}

function withResumeHint(error: MedgraftError, stage: Stage): MedgraftError {
  const hint =
    stage.kind === 'run'
      ? 'its checkpoints are kept: the same command goes on from the last one'
      : 'nothing half-written was kept: the same command starts it again';
  return new MedgraftError('cancelled', error.code, error.message, { hint, ...error.details });
}
