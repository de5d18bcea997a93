import type { SettingsClass } from '../settings/setting.js';
import type { Artefact } from './artefact.js';

/**
 * A stage is one step of the chain. It declares what it needs and what it is called; the runner (stage-runner.ts)
 * resolves inputs, gives it a folder to write in, records the manifest and makes the result appear in one rename.
 * Stages meet through artefacts and never call each other.
 */
export interface Stage<S extends object = object> {
  /** `room.verb`: also the command (`kg.rank` is `medgraft kg rank`) and the job's stage name. */
  readonly name: string;
  /** One sentence for help and documentation. */
  readonly summary: string;
  /** Raised when the same settings and inputs would give another result: part of the artefact's hash. */
  readonly version: number;
  /**
   * `artefact`: written under a temporary name, hashed, skipped when it exists.
   * `run`: a folder under `runs/` that grows checkpoints, and is continued when it is not finished.
   */
  readonly kind: 'artefact' | 'run';
  /**
   * The stage whose place the result takes: it has the same files and is found by the same labels. `kg.merge` makes a graph
   * as `kg.import` does, and what needs a graph takes the newer of both. Default: the stage's own name.
   */
  readonly resultOf?: string | ((settings: S) => string | undefined);
  readonly settings: SettingsClass<S>;
  /** The settings whose values name the result, for example `['kg']` or `['kg', 'corpus']`. */
  readonly labels: readonly (keyof S & string)[];
  /** A setting with a list that the command line also takes as words without a flag: `medgraft kg import a.csv b.csv`. */
  readonly positional?: keyof S & string;
  /** Role -> stage whose newest result with the same labels is taken; a trailing `?` on the stage makes it optional. */
  readonly needs: Readonly<Record<string, string>>;
  /** The labels by which inputs are found, where they are not those of the result. */
  inputLabels?(settings: S): Readonly<Record<string, string>>;
  /** The roles among `needs` that these settings use; all by default. */
  uses?(settings: S): readonly string[];
  /** Files outside the workspace that the settings name: their contents enter the hash. */
  sources?(settings: S): string[];
  /** What the result is made of and neither settings nor files' contents say (a server's graph, names in a folder): enters the hash. */
  outside?(settings: S, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Asked before an earlier result is taken, where its effect lies outside the workspace: what of it is no longer true,
   * as part of a sentence, or undefined.
   */
  lost?(settings: S, found: Artefact): Promise<string | undefined>;
  /** What a run would take, from a plan and a probe of seconds; writes nothing. */
  estimate?(settings: S, inputs: StageInputs, context: EstimateContext): AsyncGenerator<StageEvent, StageEstimate>;
  /**
   * Asked before all else: works for another process that leads the same computation, until that ends, and returns true; or
   * false where this process leads, or is alone.
   * @param prepare resolves the stage's inputs in this process's workspace, for who needs them
   */
  follow?(settings: S, prepare: () => Promise<FollowerContext>): Promise<boolean>;
  /** In a process that leads, when the stage is over, well or not. */
  leave?(): void;
  /**
   * Does the work in `context.folder`, yields progress, and throws a `cancelled` error soon after the signal.
   * Its last act is to have written every file of the result; it returns figures for the manifest.
   */
  run(settings: S, inputs: StageInputs, context: StageContext): AsyncGenerator<StageEvent, StageFigures>;
}

export type StageInputs = Readonly<Record<string, Artefact>>;

/** What a process has that works for one that leads. */
export interface FollowerContext {
  readonly inputs: StageInputs;
  readonly threads: number;
}

/** Figures worth keeping in the manifest and showing at the end (counts, losses, metrics). */
export type StageFigures = Record<string, number | string | boolean>;

/** What a run of a stage would take, part by part. */
export interface StageEstimate {
  /** What else is known beforehand: sizes, pace. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Bytes that are in memory at the same time. */
  readonly memory: readonly EstimatePart[];
  /** Bytes of the result, and of what the run keeps on the way. */
  readonly disk: readonly EstimatePart[];
  /** Seconds; undefined: they cannot be told. */
  readonly time?: readonly EstimatePart[];
}

export interface EstimatePart {
  readonly what: string;
  readonly amount: number;
}

export interface StageContext {
  /** Where the stage writes: exists, and is empty unless a `run` is continued. */
  readonly folder: string;
  /** The workspace folder, for what stages keep beside artefacts (`kgs/<name>/`). */
  readonly home: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  /**
   * A folder that outlives a killed or cancelled attempt, for the next attempt at the same result to go on from; empty at
   * the first, and gone once the result is there. Files are moved from it into `folder` at the end.
   */
  scratch(): Promise<string>;
}

/** What a stage has of its context when it is only asked what it would take. */
export type EstimateContext = Pick<StageContext, 'home' | 'threads' | 'signal'>;

/** How far a phase of a stage is. */
export interface StageProgress {
  phase: string;
  done: number;
  total?: number;
  unit: string;
}

/** Progress is data: bars, job records, event streams and charts read the same events. */
export type StageEvent =
  | ({ kind: 'progress' } & StageProgress)
  | { kind: 'metric'; phase: string; step: number; values: Record<string, number> }
  | { kind: 'note'; message: string }
  | { kind: 'warning'; message: string; place?: string };
