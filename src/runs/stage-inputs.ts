/**
 * What a stage starts from: the newest results of the stages it needs, the files its settings name, and the hash over
 * both that names its own result.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { type SettingRecord, settingsOf } from '../settings/setting.js';
import type { Artefact, Manifest } from './artefact.js';
import { hashFile, hashFolder } from './content-hash.js';
import { systemCode } from './durable-file-system.js';
import type { Stage } from './stage.js';
import { type Labels, readArtefact, type Workspace } from './workspace.js';
import { checkName } from './workspace-name.js';

/** Gives another stage by its name, to say how it is run. */
export type LoadStage = (name: string) => Promise<Stage>;

/** The values of a stage's labels, checked as names. @throws MedgraftError `workspace.name` */
export function labelsOf<S extends object>(stage: Stage<S>, settings: S): Labels {
  return Object.fromEntries(stage.labels.map((label) => [label, checkName(String(settings[label]), label)]));
}

/** @throws MedgraftError `artefact.missing` naming the command that makes it */
export async function resolveInputs<S extends object>(
  stage: Stage<S>,
  settings: S,
  ownLabels: Labels,
  workspace: Workspace,
  loadStage?: LoadStage,
): Promise<Record<string, Artefact>> {
  const labels = stage.inputLabels?.(settings) ?? ownLabels;
  for (const [label, name] of Object.entries(labels)) checkName(name, label);
  const commandOf = (name: string) => commandFor(name, labels, loadStage);
  const inputs: Record<string, Artefact> = {};
  for (const [role, need] of Object.entries(stage.needs)) {
    if (stage.uses?.(settings).includes(role) === false) continue;
    const optional = need.endsWith('?');
    const name = optional ? need.slice(0, -1) : need;
    const artefact = await workspace.newest(name, labels);
    if (artefact) inputs[role] = artefact;
    else if (!optional) throw missing(stage.name, role, name, await commandOf(name));
  }
  await checkAgreement(inputs, workspace, commandOf);
  return inputs;
}

/** All inputs must go back to the same results: ranks of an earlier import do not fit the ids of a later one. */
async function checkAgreement(
  inputs: Readonly<Record<string, Artefact>>,
  workspace: Workspace,
  commandOf: (stage: string) => Promise<string>,
): Promise<void> {
  for (const { stage, hash } of Object.values(inputs)) {
    for (const other of Object.values(inputs)) {
      // A merged graph was made from an earlier one, and is the newest all the same.
      if (other.stage === stage) continue;
      for (const used of Object.values(other.manifest.inputs)) {
        if (used === hash || !(await readArtefact(workspace.artefactFolder(stage, used)))) continue;
        throw stale(other, stage, await commandOf(other.stage));
      }
    }
  }
}

/** Length and SHA-256 of every file the settings name; a folder counts with all its files. */
export async function hashSources<S extends object>(stage: Stage<S>, settings: S): Promise<Manifest['sources']> {
  const records: Manifest['sources'] = [];
  for (const path of stage.sources?.(settings) ?? []) {
    if (await isFolder(path)) {
      for (const file of await hashFolder(path)) records.push({ ...file, path: join(path, file.path) });
    } else records.push({ path, ...(await hashFile(path)) });
  }
  return records;
}

/** 16 hex characters over everything that decides the result. Settings that change only speed do not count. */
export function resultHash<S extends object>(
  stage: Stage<S>,
  settings: S,
  sources: Manifest['sources'],
  inputs: Readonly<Record<string, Artefact>>,
  outside?: Readonly<Record<string, string>>,
): string {
  const deciding = settingsOf(stage.settings).filter(({ cosmetic, secret }) => !cosmetic && !secret);
  const content = {
    stage: stage.name,
    version: stage.version,
    settings: sorted(valuesOf(deciding, settings)),
    sources: sources.map(({ sha256 }) => sha256),
    inputs: sorted(Object.fromEntries(Object.entries(inputs).map(([role, { hash }]) => [role, hash]))),
    outside: outside && sorted(outside),
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

/** The stage whose place the result takes. */
export function resultStage<S extends object>({ name, resultOf }: Stage<S>, settings: S): string {
  return (typeof resultOf === 'function' ? resultOf(settings) : resultOf) ?? name;
}

/** Effective settings for people: every field, secrets masked. */
export function shownSettings<S extends object>(stage: Stage<S>, settings: S): Record<string, unknown> {
  const records = settingsOf(stage.settings);
  const masked = records.filter(({ name, secret }) => secret && name in settings).map(({ name }) => [name, '***']);
  return { ...valuesOf(records, settings), ...Object.fromEntries(masked) };
}

function valuesOf(records: readonly SettingRecord[], settings: object): Record<string, unknown> {
  const values = settings as Record<string, unknown>;
  return Object.fromEntries(records.map(({ name }) => [name, values[name]]).filter(([, value]) => value !== undefined));
}

function sorted<V>(record: Record<string, V>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function stale(artefact: Artefact, from: string, command: string): MedgraftError {
  return new MedgraftError('conflict', 'artefact.stale', `${artefact.stage} was made from an earlier ${from}`, {
    place: artefact.folder,
    expected: `made from the newest ${from}`,
    hint: `run it again: ${command}`,
  });
}

function missing(stage: string, role: string, needed: string, command: string): MedgraftError {
  return new MedgraftError('missing', 'artefact.missing', `${stage} needs the result of ${needed} (${role})`, {
    expected: `a finished ${needed}`,
    got: 'none in this workspace',
    hint: `run first: ${command} (--help shows its settings)`,
  });
}

/** The command of a stage, with those of the labels as flags that it knows. */
async function commandFor(name: string, labels: Labels, loadStage: LoadStage | undefined): Promise<string> {
  const known: readonly string[] = loadStage ? (await loadStage(name)).labels : [];
  const flags = Object.entries(labels).filter(([label]) => known.includes(label));
  return ['medgraft', ...name.split('.'), ...flags.map(([label, value]) => `--${kebab(label)} ${value}`)].join(' ');
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
