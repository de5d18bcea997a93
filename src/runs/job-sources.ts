/**
 * The paths that a job's settings may name when it comes over HTTP: files and folders below the data root, and the
 * mappings that come with the program. Addresses (http:, file:, C:) are never opened; links are followed before the
 * comparison, and the job's process compares again before it reads. OWASP ASVS 5.0, 5.3.2.
 */
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MedgraftError } from '../base/errors.js';
import { type SettingRecord, settingsOf } from '../settings/setting.js';
import type { Stage } from './stage.js';

/** What comes with the program and everybody may import. */
const KNOWN_MAPPINGS = fileURLToPath(new URL('../../kg-import', import.meta.url));
const TOY_WORLD = fileURLToPath(new URL('../../toy_kg', import.meta.url));

/** Addresses and drives, home folders, other systems' separators, encoded characters, and what ends a C string. */
const NO_PATH = /^[a-z][a-z0-9+.-]*:|^~|[\\\0]|%[0-9a-f]{2}/i;

/** The folders that sources of a job may lie in. */
export function sourceRoots(dataRoot: string): string[] {
  return [dataRoot, KNOWN_MAPPINGS, TOY_WORLD];
}

/**
 * Settings as given, with every path made absolute within the data root.
 * @throws MedgraftError `data.path`, `data.outside`, `data.missing`, `data.secret`
 */
export async function confineSettings(
  stage: Stage,
  settings: Readonly<Record<string, unknown>>,
  dataRoot: string,
): Promise<Record<string, unknown>> {
  refuseSecrets(stage, settings);
  const confined: Record<string, unknown> = { ...settings };
  for (const record of settingsOf(stage.settings)) {
    const value = settings[record.name];
    if (value === undefined) continue;
    if (!isText(record)) continue;
    const confine = (text: unknown) => (typeof text === 'string' ? confineText(record, text, dataRoot) : text);
    confined[record.name] = Array.isArray(value) ? await Promise.all(value.map(confine)) : await confine(value);
  }
  return confined;
}

/** A job's settings are kept and shown. @throws MedgraftError `data.secret` */
export function refuseSecrets(stage: Stage, settings: Readonly<Record<string, unknown>>): void {
  const given = settingsOf(stage.settings).find(({ secret, name }) => secret && settings[name] !== undefined);
  if (given) throw secretGiven(given.name);
}

/** @throws MedgraftError `data.outside` for a file that the stage would read elsewhere */
export async function checkSources(stage: Stage, settings: object, roots: readonly string[]): Promise<void> {
  const allowed = await Promise.all(roots.filter((root) => existsSync(root)).map((root) => realpath(root)));
  for (const path of stage.sources?.(settings) ?? []) {
    for (const file of await withContents(path)) {
      if (!allowed.some((root) => isInside(root, file))) throw outside('sources', path);
    }
  }
}

/** A path below a folder, links followed. @throws MedgraftError `data.path`, `data.outside`, `data.missing` */
export async function resolveInside(root: string, path: string, place: string): Promise<string> {
  if (path === '' || NO_PATH.test(path)) throw noPath(place, path);
  const target = resolve(root, path);
  if (!isInside(resolve(root), target)) throw outside(place, path);
  const [realRoot, real] = await Promise.all([root, target].map((each) => realpath(each).catch(() => undefined)));
  if (realRoot === undefined || real === undefined) throw missing(place, path);
  if (!isInside(realRoot, real)) throw outside(place, path);
  return real;
}

async function confineText(record: SettingRecord, text: string, dataRoot: string): Promise<string> {
  if (record.path === undefined) {
    if (/[\\/\0]/.test(text) || text === '..') throw noPath(record.name, text);
    return text;
  }
  const known = record.path === 'mapping' && /^[\w-]+$/.test(text) && existsSync(join(KNOWN_MAPPINGS, text));
  return known ? text : resolveInside(dataRoot, text, record.name);
}

/** A setting of free text; one of fixed choices, or a label that is checked as a name, leads nowhere. */
function isText({ type, choices, freeText }: SettingRecord): boolean {
  return (type === 'string' || type === 'strings') && choices === undefined && !freeText;
}

async function withContents(path: string): Promise<string[]> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return [resolve(path)];
  const entries = await readdir(real, { recursive: true }).catch(() => []);
  const below = await Promise.all(entries.map((entry) => realpath(join(real, entry)).catch(() => '')));
  return [real, ...below];
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function noPath(place: string, got: string): MedgraftError {
  return new MedgraftError('input', 'data.path', 'this is no path below the data root', {
    place,
    expected: 'a path relative to the data root, with forward slashes',
    got: JSON.stringify(got.slice(0, 200)),
    hint: 'nothing is fetched from an address: send the file by POST /v1/files and give its name',
  });
}

function outside(place: string, got: string): MedgraftError {
  return new MedgraftError('input', 'data.outside', 'the path leads out of the data root', {
    place,
    got: JSON.stringify(got.slice(0, 200)),
    hint: 'send the file by POST /v1/files, or start the service with --data-root <folder>',
  });
}

function missing(place: string, got: string): MedgraftError {
  return new MedgraftError('missing', 'data.missing', 'there is no such file in the data root', {
    place,
    got: JSON.stringify(got.slice(0, 200)),
    hint: 'GET /v1/files lists what has been sent',
  });
}

function secretGiven(place: string): MedgraftError {
  return new MedgraftError('input', 'data.secret', 'a secret is not kept in a job', {
    place,
    hint: 'give it to the service by its environment',
  });
}
