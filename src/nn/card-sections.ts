/** Parts of a model card (huggingface.co/docs/hub/model-cards) that the cards of all models have. */
import { type SettingsClass, settingsOf } from '../settings/setting.js';

export interface CardFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const FILES_SHOWN = 20;

/** The header that Hugging Face reads. What the weights are licensed under follows from the texts, and the card has to say it. */
export function cardHeader(task: string, tags: readonly string[]): string[] {
  return [
    '---',
    'library_name: transformers',
    `pipeline_tag: ${task}`,
    'license: other',
    'license_name: see-model-card',
    'tags:',
    ...tags.map((tag) => `  - ${tag}`),
    '---',
  ];
}

export function cardTable(title: string, rows: readonly (readonly [string, unknown])[]): string[] {
  return [
    `| ${title} | value |`,
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${inline(name)} | ${inline(format(value))} |`),
    '',
  ];
}

export function cardFiles(list: readonly CardFile[]): string[] {
  const shown = list.slice(0, FILES_SHOWN);
  const lines = shown.map(({ name, bytes, sha256 }) => `- ${inline(name)}: ${bytes} bytes, SHA-256 ${sha256}`);
  return list.length > shown.length ? [...lines, `- and ${list.length - shown.length} more files`] : lines;
}

/** Settings that are set; paths without their folders: a card is passed on. */
export function shownSettings<S extends object>(settingsClass: SettingsClass<S>, settings: S): [string, unknown][] {
  const paths = new Set(settingsOf(settingsClass).flatMap(({ name, path }) => (path === undefined ? [] : [name])));
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, paths.has(name) ? lastPart(String(value)) : value]);
}

/** Text that stays in its line and in its cell. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[|<>]/g, (sign) => `\\${sign}`);
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

function format(value: unknown): string {
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}
