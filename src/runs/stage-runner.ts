/**
 * Runs one stage: resolves what it needs, names the result by a hash over everything that decides it, skips what exists,
 * and lets the result appear whole with its manifest. Progress is passed on as it comes.
 */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { Environment } from '../settings/environment.js';
import type { Artefact, Manifest } from './artefact.js';
import { writeFileAtomically } from './atomic-file.js';
import { createFolderAtomically, removeAbandoned, removeFolderAtomically } from './atomic-folder.js';
import { codeVersion } from './code-version.js';
import { hashFolder } from './content-hash.js';
import { asDiskError } from './durable-file-system.js';
import { eventsOf } from './event-channel.js';
import { acquireLock } from './run-lock.js';
import { LOCK_FILE, RUN_FILE, startRun } from './run-record.js';
import { ScratchFolder } from './scratch-folder.js';
import { sealJson } from './sealed-json.js';
import type { Stage, StageContext, StageEvent, StageFigures } from './stage.js';
import {
  hashSources,
  type LoadStage,
  labelsOf,
  resolveInputs,
  resultHash,
  resultStage,
  shownSettings,
} from './stage-inputs.js';
import { listNames, MANIFEST_FILE, readArtefact, type Workspace } from './workspace.js';

export interface RunOptions {
  workspace: Workspace;
  environment: Pick<Environment, 'threads'>;
  signal: AbortSignal;
  /** Continue or keep a run of the same settings and inputs (default), or throw it away and start afresh. */
  resume?: boolean;
  /** From the list of stages: lets a message name the whole command of a missing input. */
  loadStage?: LoadStage;
}

/** One stage with everything that is known before it starts. */
interface Prepared {
  stage: Stage;
  settings: object;
  inputs: Record<string, Artefact>;
  manifest: Manifest;
  context: Omit<StageContext, 'folder' | 'scratch'>;
  workspace: Workspace;
  resume: boolean;
}

/**
 * @param settings checked settings of the stage (parse-settings.ts)
 * @returns the result, new or found
 * @throws MedgraftError `artefact.missing`, `run.locked`, `run.cancelled`, `disk.full`, `disk.write`; what the stage throws
 */
export async function* runStage<S extends object>(
  stage: Stage<S>,
  settings: S,
  options: RunOptions,
): AsyncGenerator<StageEvent, Artefact> {
  const prepared = await prepare(stage, settings, options);
  const work = stage.kind === 'run' ? continueRun(prepared) : makeArtefact(prepared);
  const artefact = yield* withTurns(work);
  await options.workspace.setNewest(artefact);
  return artefact;
}

/** Longest time that passes between events without a turn of the event loop. */
const TURN_MILLISECONDS = 20;

/**
 * A stage that only computes resolves its promises without ever going back to the event loop: without these turns neither
 * an interrupt nor a cancellation would be heard.
 */
async function* withTurns<E, R>(work: AsyncGenerator<E, R>): AsyncGenerator<E, R> {
  let turnedAt = performance.now();
  try {
    for (;;) {
      const { done, value } = await work.next();
      if (done) return value;
      yield value;
      if (performance.now() - turnedAt < TURN_MILLISECONDS) continue;
      await nextTurn();
      turnedAt = performance.now();
    }
  } finally {
    await work.return(undefined as never);
  }
}

async function prepare<S extends object>(stage: Stage<S>, settings: S, options: RunOptions): Promise<Prepared> {
  const { workspace, environment, signal, resume = true } = options;
  throwIfCancelled(signal);
  const labels = labelsOf(stage, settings);
  const inputs = await resolveInputs(stage, settings, labels, workspace, options.loadStage);
  const sources = await hashSources(stage, settings);
  const outside = await stage.outside?.(settings, signal);
  const shown = shownSettings(stage, settings);
  const place = resultStage(stage, settings);
  const manifest: Manifest = {
    stage: place,
    ...(place === stage.name ? {} : { madeBy: stage.name }),
    stageVersion: stage.version,
    hash: resultHash(stage, settings, sources, inputs, outside),
    labels: { ...labels },
    settings: shown,
    ...(typeof shown['seed'] === 'number' ? { seed: shown['seed'] } : {}),
    inputs: Object.fromEntries(Object.entries(inputs).map(([role, { hash }]) => [role, hash])),
    sources,
    files: [],
    figures: {},
    codeVersion: codeVersion(),
    node: process.version,
    createdAt: new Date().toISOString(),
    seconds: 0,
  };
  const context = { home: workspace.home, threads: threadsOf(environment), signal };
  return { stage: stage as unknown as Stage, settings, inputs, manifest, context, workspace, resume };
}

/** As many as the environment says, or as there are processors. */
export function threadsOf({ threads }: Pick<Environment, 'threads'>): number {
  return threads ?? availableParallelism();
}

async function* makeArtefact(prepared: Prepared): AsyncGenerator<StageEvent, Artefact> {
  const { stage, settings, manifest, workspace } = prepared;
  const folder = workspace.artefactFolder(manifest.stage, manifest.hash);
  const existing = await readArtefact(folder);
  const damage = existing && ((await damageOf(existing)) ?? (await stage.lost?.(settings, existing)));
  if (existing && damage === undefined) {
    yield { kind: 'note', message: `${stage.name}: taken from an earlier run (${manifest.hash})` };
    return existing;
  }
  if (damage !== undefined) yield { kind: 'warning', message: `${damage}: made again`, place: folder };
  const parent = await workspace.makeFolder(join(folder, '..'));
  await removeAbandoned(parent);
  const scratch = new ScratchFolder(join(parent, `.${manifest.hash}.scratch`));
  try {
    yield* eventsOf<StageEvent, void>((push) =>
      createFolderAtomically(folder, (temporary) => fillFolder(prepared, temporary, scratch, push), {
        existing: damage === undefined ? 'refuse' : 'replace',
      }),
    );
    await scratch.remove();
  } catch (error) {
    // Another process may have finished the same result meanwhile: equal hash, equal content.
    if (!(error instanceof MedgraftError && error.code === 'disk.exists')) throw error;
  } finally {
    await scratch.release();
  }
  return finished(folder);
}

async function fillFolder(
  prepared: Prepared,
  folder: string,
  scratch: ScratchFolder,
  push: (event: StageEvent) => Promise<void>,
): Promise<void> {
  const { stage, settings, inputs, context } = prepared;
  const start = performance.now();
  const steps = stage.run(settings, inputs, { ...context, folder, scratch: () => scratch.open() });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return writeManifest(prepared.manifest, folder, value, secondsSince(start));
    await push(value);
  }
}

async function* continueRun(prepared: Prepared): AsyncGenerator<StageEvent, Artefact> {
  const { stage, settings, inputs, manifest, context, workspace, resume } = prepared;
  const folder = workspace.runFolder(workspace.runId(stage.name, manifest.labels, manifest.hash));
  const existing = await readArtefact(folder);
  if (existing && resume) {
    yield { kind: 'note', message: `${stage.name}: finished earlier, in ${folder}` };
    return existing;
  }
  if (!resume) await discard(folder);
  await workspace.makeFolder(folder);
  const run = await startRun(folder, manifest);
  try {
    await removeAbandoned(folder);
    if (run.continued) yield { kind: 'note', message: `${stage.name}: going on with the unfinished run in ${folder}` };
    const figures = yield* stage.run(settings, inputs, {
      ...context,
      folder,
      scratch: async () => folder,
    });
    await writeManifest(manifest, folder, figures, run.seconds());
    return await finished(folder);
  } catch (error) {
    throw asDiskError(error, folder);
  } finally {
    await run.close();
  }
}

/** Only a folder that no living process writes is thrown away. */
async function discard(folder: string): Promise<void> {
  if ((await listNames(folder)).length === 0) return;
  const release = await acquireLock(join(folder, LOCK_FILE));
  await removeFolderAtomically(folder).finally(release);
}

async function writeManifest(
  manifest: Manifest,
  folder: string,
  figures: StageFigures,
  seconds: number,
): Promise<void> {
  const files = await hashFolder(folder, [MANIFEST_FILE, LOCK_FILE, RUN_FILE]);
  const complete: Manifest = { ...manifest, files, figures, createdAt: new Date().toISOString(), seconds };
  await writeFileAtomically(join(folder, MANIFEST_FILE), sealJson(complete));
}

async function finished(folder: string): Promise<Artefact> {
  const artefact = await readArtefact(folder);
  if (artefact) return artefact;
  throw new MedgraftError('environment', 'artefact.unreadable', 'the result just written cannot be read', {
    place: folder,
    hint: 'look at the disk: its content changed behind our back',
  });
}

/** A cheap look at an existing artefact: every file is there with its length. */
async function damageOf({ folder, manifest }: Artefact): Promise<string | undefined> {
  for (const { path, bytes } of manifest.files) {
    const size = await stat(join(folder, path)).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) return `${path} is missing`;
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`;
  }
  return undefined;
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}
