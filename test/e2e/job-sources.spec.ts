import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSources, confineSettings, resolveInside, sourceRoots } from '../../src/runs/job-sources.js';
import type { Stage } from '../../src/runs/stage.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { Setting, settingsOf } from '../../src/settings/setting.js';
import { loadStage, STAGES } from '../../src/stages.js';
import { traversalPayloads } from '../support/traversal-payloads.js';

/** S2, S3: which files a job over HTTP may name. */
class ReadSettings {
  @Setting({ type: 'strings', meaning: 'Files.', path: 'data' })
  files: string[] = [];
  @Setting({ type: 'string', meaning: 'A mapping.', path: 'mapping' })
  mapping = 'toy';
  @Setting({ type: 'string', meaning: 'A name.' })
  name = 'a';
  @Setting({ type: 'string', meaning: 'Signs.', freeText: true })
  signs = '/';
  @Setting({ type: 'string', meaning: 'A password.', secret: true, optional: true })
  password?: string;
}

const readStage = {
  name: 'a.read',
  settings: ReadSettings,
  labels: [],
  sources: ({ files }: ReadSettings) => files,
} as unknown as Stage;

let base: string;
let root: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'medgraft-data-')));
  root = join(base, 'data');
  mkdirSync(join(root, 'deep'), { recursive: true });
  writeFileSync(join(base, 'secret.csv'), 'secret');
  writeFileSync(join(root, 'graph.csv'), 'a,b,c');
  writeFileSync(join(root, 'deep', '图谱.csv'), 'a,b,c');
  symlinkSync(join(base, 'secret.csv'), join(root, 'link.csv'));
  symlinkSync(base, join(root, 'up'));
  symlinkSync(join(root, 'graph.csv'), join(root, 'inner.csv'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const confine = (settings: Record<string, unknown>) => confineSettings(readStage, settings, root);

describe('paths of a job over HTTP', () => {
  it('are made absolute within the data root', async () => {
    expect(await confine({ files: ['graph.csv', 'deep/图谱.csv', 'inner.csv', join(root, 'graph.csv')] })).toEqual({
      files: [
        join(root, 'graph.csv'),
        join(root, 'deep', '图谱.csv'),
        join(root, 'graph.csv'),
        join(root, 'graph.csv'),
      ],
    });
    expect(await confine({ mapping: 'plain-triples', name: '高血压', signs: 'a/b' })).toEqual({
      mapping: 'plain-triples',
      name: '高血压',
      signs: 'a/b',
    });
  });

  it('lead nowhere else by any of the tricks', async () => {
    const payloads = traversalPayloads(base);
    expect(payloads.length).toBeGreaterThanOrEqual(300);
    let refused = 0;
    for (const payload of payloads) {
      for (const settings of [{ files: [payload] }, { mapping: payload }]) {
        const error = await confine(settings).then(
          (confined) => new Error(`let through: ${JSON.stringify([payload, confined])}`),
          (refusal: { code: string }) => refusal,
        );
        expect(error, payload).toMatchObject({ code: expect.stringMatching(/^data\.(path|outside|missing)$/) });
        refused++;
      }
    }
    process.stdout.write(`S2: ${payloads.length} payloads, ${refused} refused, 0 let through\n`);
  });

  it.each([['link.csv'], ['up/secret.csv'], ['up/data/../secret.csv']])(
    'do not follow a link out: %s',
    async (path) => {
      await expect(resolveInside(root, path, 'files')).rejects.toMatchObject({ code: 'data.outside' });
    },
  );

  it('are not hidden in a setting that is no path, and secrets are not kept', async () => {
    for (const name of ['../x', '/etc/passwd', 'a\\b', 'a\0b', '..']) {
      await expect(confine({ name })).rejects.toMatchObject({ code: 'data.path', details: { place: 'name' } });
    }
    await expect(confine({ password: 'hunter2' })).rejects.toMatchObject({ code: 'data.secret' });
  });

  it('are compared again with what the stage will read', async () => {
    const roots = sourceRoots(root);
    await checkSources(readStage, { files: [join(root, 'graph.csv')] }, roots);
    await checkSources(readStage, { files: [join(root, 'deep')] }, roots);
    for (const file of [join(base, 'secret.csv'), join(root, 'link.csv'), root, '/etc/hostname']) {
      await expect(checkSources(readStage, { files: [file] }, roots)).rejects.toMatchObject({ code: 'data.outside' });
    }
  });

  it('hidden in a mapping that was sent are found as well', async () => {
    const stage = await loadStage('kg.import');
    const mapping = join(root, 'mine.yaml');
    writeFileSync(
      mapping,
      'format: triples\nfiles:\n  - file: ../secret.csv\n    header: true\n    order: [head, relation, tail]\n',
    );
    const settings = parseSettings(stage.settings, { kg: 'a', mapping }, 'test');
    await expect(checkSources(stage, settings, sourceRoots(root))).rejects.toMatchObject({ code: 'data.outside' });
  });
});

describe.each([...STAGES])('stage $name', ({ load }) => {
  it('says of each setting that sounds like a file whether it is one', async () => {
    const { settings } = await load();
    const doubtful = settingsOf(settings).filter(
      ({ type, choices, path, freeText, meaning, name }) =>
        (type === 'string' || type === 'strings') &&
        choices === undefined &&
        path === undefined &&
        !freeText &&
        (/\b(files?|folder|path)\b/i.test(meaning) || /file|folder|path|vocabulary/i.test(name)),
    );
    // A name within the workspace is no path: its meaning says `Name of`, or speaks of the mapping's folder.
    expect(doubtful.filter(({ meaning }) => !/^Name of/.test(meaning)).map(({ name }) => name)).toEqual([]);
  });
});
