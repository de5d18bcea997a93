import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJsonLines } from '../../src/formats/json-lines.js';
import { readPickleFile } from '../../src/formats/pickle-reader.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { stageEntry } from '../../src/stages.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'medgraft-dictionaries-'));
});
afterEach(() => rm(home, { recursive: true }));

/** Runs a stage in the workspace and gives the folder of its artefact. */
async function folderOf(name: string, settings: Record<string, unknown>): Promise<string> {
  const stage = await stageEntry(name).load();
  const options = {
    workspace: new Workspace(home),
    environment: { threads: 1 },
    signal: new AbortController().signal,
  };
  const steps = runStage(stage, parseSettings(stage.settings, settings, 'test'), options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value.folder;
  }
}

async function linesOf<T>(path: string): Promise<T[]> {
  const lines: T[] = [];
  for await (const { value } of readJsonLines(path)) lines.push(value as T);
  return lines;
}

describe('kg.dictionaries', () => {
  it('writes pickles only when asked for, and then the same dictionaries', async () => {
    await folderOf('kg.import', { kg: 'toy', mapping: 'toy' });
    const plain = await folderOf('kg.dictionaries', { kg: 'toy' });
    expect((await readdir(plain)).filter((file) => file.endsWith('.pkl'))).toEqual([]);

    const folder = await folderOf('kg.dictionaries', { kg: 'toy', pickles: true });
    for (const name of ['ent2outRel', 'ent2inRel']) {
      const lines = await linesOf<{ entity: string; neighbours: [string, string][] }>(join(folder, `${name}.jsonl`));
      const expected = new Map(lines.map(({ entity, neighbours }) => [entity, neighbours]));
      expect(await readPickleFile(join(folder, `${name}.pkl`))).toEqual(expected);
    }
    const types = await linesOf<{ entity: string; type: string }>(join(folder, 'entity-types.jsonl'));
    expect(types).toHaveLength(277);
    expect(await readPickleFile(join(folder, 'type_set.pkl'))).toEqual(
      new Map(types.map(({ entity, type }) => [entity, type])),
    );
  });
});
