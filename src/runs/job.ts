/** A job: one stage with its settings, run in a process of its own by the service. */
import { MedgraftError } from '../base/errors.js';
import type { Artefact } from './artefact.js';
import type { StageEvent, StageProgress } from './stage.js';

/** `interrupted`: its process or its service died; resumed, it goes on from its checkpoints. */
export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobError {
  code: string;
  message: string;
  place?: string;
  expected?: string;
  got?: string;
  hint?: string;
}

export interface JobResult {
  stage: string;
  hash: string;
  figures: Record<string, number | string | boolean>;
  seconds: number;
}

export interface Job {
  readonly id: number;
  readonly stage: string;
  readonly settings: Record<string, unknown>;
  readonly state: JobState;
  readonly cancelRequested: boolean;
  /** How often it has been begun. */
  readonly attempt: number;
  /** Times are ISO 8601. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** A job that waits for its next attempt is not begun earlier. */
  readonly notBefore?: string;
  /** Process id while it runs. */
  readonly pid?: number;
  /** The newest that it told. */
  readonly progress?: StageProgress;
  readonly result?: JobResult;
  readonly error?: JobError;
}

export interface JobEvent {
  /** 1, 2, ... within the job, without gaps. */
  readonly seq: number;
  readonly at: string;
  readonly event: StageEvent;
}

/** What a job process is told at its start. */
export interface JobStart {
  home: string;
  threads?: number;
  stage: string;
  settings: Record<string, unknown>;
  /** Folders that its files must lie in; not given: anywhere. */
  roots?: readonly string[];
  /** Without a beat for so long the lease is lost: the process stops by itself. */
  leaseMilliseconds: number;
}

/** What the supervisor tells a job process, and hears from it. */
export type ToWorker = ({ kind: 'start' } & JobStart) | { kind: 'beat' } | { kind: 'cancel' };

export type FromWorker =
  | { kind: 'event'; event: StageEvent }
  | { kind: 'result'; result: JobResult }
  | { kind: 'error'; cancelled: boolean; error: JobError };

/** What a job's record keeps of an event; undefined of one that is no progress. */
export function progressOf(event: StageEvent): StageProgress | undefined {
  if (event.kind !== 'progress') return undefined;
  const { phase, done, total, unit } = event;
  return { phase, done, total, unit };
}

export function hasEnded(state: JobState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** What may be told about an error: no stack, and nothing of one that was not foreseen but its message. */
export function jobErrorOf(error: unknown): JobError {
  if (!(error instanceof MedgraftError)) {
    return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
  }
  const { place, expected, got, hint } = error.details;
  return { code: error.code, message: error.message, place, expected, got, hint };
}

export function jobResultOf({ stage, hash, manifest }: Artefact): JobResult {
  return { stage, hash, figures: manifest.figures, seconds: manifest.seconds };
}
