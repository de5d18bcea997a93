import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { stageEntry } from '../../src/stages.js';
import { filesBelow, ROOT } from './source-files.js';

const sources = filesBelow('kg-import', 'mapping.yaml').map((path) => path.split('/')[1]);

describe.each(sources)('kg-import/%s', (source) => {
  it('has a mapping, a sample or a world of its own, and a note on licences', async () => {
    const files = await readdir(join(ROOT, 'kg-import', source));
    expect(files).toEqual(expect.arrayContaining(['mapping.yaml', 'LICENCE-NOTE.md']));
  });

  it('imports what it names, without a rejected row', async () => {
    const home = await mkdtemp(join(tmpdir(), 'medgraft-mapping-'));
    try {
      const stage = await stageEntry('kg.import').load();
      const settings = parseSettings(stage.settings, { kg: 'sample', mapping: source }, 'test');
      const options = {
        workspace: new Workspace(home),
        environment: { threads: 1 },
        signal: new AbortController().signal,
      };
      const steps = runStage(stage, settings, options);
      for (;;) {
        const { done, value } = await steps.next();
        if (!done) continue;
        expect(value.manifest.figures).toMatchObject({ rejectedRows: 0 });
        expect(value.manifest.figures['triples']).toBeGreaterThan(0);
        break;
      }
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('kg-import', () => {
  it('has a mapping in each of its folders', async () => {
    const folders = (await readdir(join(ROOT, 'kg-import'), { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...sources].sort());
  });
});
