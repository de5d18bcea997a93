import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/api/open-api.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { settingsOf } from '../../src/settings/setting.js';
import { STAGES, stageEntry } from '../../src/stages.js';
import { filesBelow, textOf } from './source-files.js';

const files = filesBelow('src', '.stage.ts');
const list = textOf('src/stages.ts');

describe('the list of stages', () => {
  it('names each stage once', () => {
    const names = STAGES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(files)('has %s', (file) => {
    const specifier = `'./${file.slice('src/'.length).replace(/\.ts$/, '.js')}'`;
    expect(list.includes(specifier), `${specifier} in src/stages.ts`).toBe(true);
  });

  it('refuses an unknown stage by naming the known ones', () => {
    expect(() => stageEntry('kg.dream')).toThrow(expect.objectContaining({ code: 'stage.unknown' }));
  });
});

/** Names whose file begins with another verb than their own: the noun was shorter on the command line. */
const FILE_VERBS: Readonly<Record<string, string>> = {
  dictionaries: 'build',
  embed: 'train',
  topk: 'select',
  vectors: 'export',
};

describe.each([...STAGES])('stage $name', ({ name, summary, load }) => {
  it('loads, and is what the list says', async () => {
    const stage = await load();
    expect(stage.name).toBe(name);
    expect(stage.summary).toBe(summary);
    expect(stage.version).toBeGreaterThanOrEqual(1);
    expect(name).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)?$/);
  });

  it('lies in a file verb-noun.stage.ts that begins with its verb', () => {
    const verb = name.split('.')[1];
    const word = FILE_VERBS[verb] ?? verb;
    const found = files.find((file) => new RegExp(`^${word}(-[a-z]+)?\\.stage\\.ts$`).test(basename(file)));
    expect(found, `${word}-noun.stage.ts`).toBeDefined();
  });

  it('has settings with a meaning, a default within its range, and labels among them', async () => {
    const { settings, labels } = await load();
    const records = settingsOf(settings);
    const names = records.map((record) => record.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...labels]));
    for (const record of records) {
      expect(record.meaning, record.name).toMatch(/^\S.{5,}[.)]$/s);
      if (record.type === 'string' && record.choices) expect(record.choices.length).toBeGreaterThan(1);
    }
    const given = Object.fromEntries(
      records
        .filter(({ required }) => required)
        .map(({ name: key, type, choices }) => [key, type === 'strings' ? ['x'] : (choices?.[0] ?? 'x')]),
    );
    expect(() => parseSettings(settings, given, 'test')).not.toThrow();
  });

  it('needs only stages of the list', async () => {
    const { needs } = await load();
    for (const need of Object.values(needs)) expect(() => stageEntry(need.replace(/\?$/, ''))).not.toThrow();
  });

  it('has a schema with every setting', async () => {
    const { settings } = await load();
    const properties = settingsSchema(settings)['properties'] as object;
    expect(Object.keys(properties)).toEqual(settingsOf(settings).map((record) => record.name));
  });
});
