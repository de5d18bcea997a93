/**
 * Settings as command-line flags: `learningRate` is `--learning-rate 0.1`, a boolean `--weighted` or `--no-weighted`,
 * a list takes several words. Values given as flags win over those of a `--config` file.
 */
import { type Command, Option } from 'commander';
import type { SettingRecord, SettingsClass } from '../settings/setting.js';

/** `learningRate` -> `learning-rate`. */
export function flagName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Adds one flag a setting. No default is set here: only what was typed is read back. */
export function addSettingFlags(
  command: Command,
  settingsClass: SettingsClass<object>,
  records: SettingRecord[],
): void {
  const defaults = new settingsClass() as Record<string, unknown>;
  for (const record of records) {
    for (const option of optionsOf(record, defaults[record.name])) command.addOption(option);
  }
}

function optionsOf(record: SettingRecord, byDefault: unknown): Option[] {
  const flag = `--${flagName(record.name)}`;
  const meaning = `${record.meaning}${constraint(record, byDefault)}`;
  if (record.type === 'boolean') {
    return [
      new Option(flag, meaning),
      new Option(`--no-${flagName(record.name)}`, 'the opposite').hideHelp(byDefault !== true),
    ];
  }
  if (record.type === 'strings') return [new Option(`${flag} <values...>`, meaning)];
  const option = new Option(`${flag} <${record.type === 'string' ? 'text' : record.type}>`, meaning);
  return [record.type === 'string' ? option : option.argParser(toNumber)];
}

/** What is no number stays text, so that the check of the setting can show what was typed. */
function toNumber(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function constraint(record: SettingRecord, byDefault: unknown): string {
  const parts: string[] = [];
  if (record.choices) parts.push(record.choices.join(' | '));
  if (record.minimum !== undefined && record.maximum !== undefined)
    parts.push(`${record.minimum} to ${record.maximum}`);
  else if (record.minimum !== undefined) parts.push(`at least ${record.minimum}`);
  else if (record.maximum !== undefined) parts.push(`at most ${record.maximum}`);
  if (record.required) parts.push('required');
  else if (byDefault !== undefined && !record.secret) parts.push(`default ${JSON.stringify(byDefault)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
