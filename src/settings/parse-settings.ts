import 'reflect-metadata';
import { validateSync } from 'class-validator';
import { MedgraftError } from '../base/errors.js';
import { type SettingRecord, type SettingsClass, settingsOf } from './setting.js';

/** Edit distance at which a known name is offered for an unknown one. */
const SUGGESTION_DISTANCE = 3;

/**
 * Plain values (a YAML file, an HTTP body, command-line flags) to a checked settings object.
 * Unknown keys, wrong types and values out of range are refused together, each with its place.
 * @param place where the values came from, for the message
 * @param fromText values are strings as typed on a command line and may be converted
 * @throws MedgraftError `settings.invalid`
 */
export function parseSettings<S extends object>(
  settingsClass: SettingsClass<S>,
  values: Readonly<Record<string, unknown>>,
  place: string,
  fromText = false,
): S {
  const records = new Map(settingsOf(settingsClass).map((record) => [record.name, record]));
  const settings = new settingsClass();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const record = records.get(key);
    if (!record) problems.push(`${key}: unknown setting${suggestion(key, [...records.keys()])}`);
    else if (value !== undefined) Object.assign(settings, { [key]: fromText ? fromString(record, value) : value });
  }
  // class-validator calls an object without any check an unknown value.
  const failures = records.size === 0 ? [] : validateSync(settings, { forbidUnknownValues: true });
  for (const failure of failures) {
    const got = (settings as Record<string, unknown>)[failure.property];
    const reasons = Object.values(failure.constraints ?? {}).join('; ');
    const shown = records.get(failure.property)?.secret ? 'a secret' : JSON.stringify(got);
    problems.push(`${failure.property}: ${reasons}, got ${shown}`);
  }
  if (problems.length === 0) return settings;
  throw new MedgraftError('input', 'settings.invalid', problems.join('\n  '), {
    place,
    hint: `known settings: ${[...records.keys()].join(', ')}`,
  });
}

function fromString(record: SettingRecord, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (record.type === 'integer' || record.type === 'number') return value.trim() === '' ? value : Number(value);
  if (record.type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (record.type === 'strings') return [value];
  return value;
}

function suggestion(key: string, known: string[]): string {
  const near = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= SUGGESTION_DISTANCE ? `, did you mean ${near.name}?` : '';
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
