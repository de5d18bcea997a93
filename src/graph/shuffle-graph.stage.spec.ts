import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runToyStage } from '../../test/support/toy-chain.js';
import { Workspace } from '../runs/workspace.js';
import { loadSnapshot } from './snapshot-file.js';

let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'shuffle-'));
  await runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' });
  await runToyStage(home, 'kg.shuffle', { kg: 'control', of: 'toy', seed: 4 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function snapshotOf(kg: string) {
  const artefact = await new Workspace(home).newest('kg.import', { kg });
  return loadSnapshot(artefact!.folder);
}

describe('kg.shuffle', () => {
  it('makes a second graph of the same entities, types and degrees with other edges', async () => {
    const [toy, control] = [await snapshotOf('toy'), await snapshotOf('control')];
    expect(control.entityCount).toBe(toy.entityCount);
    for (let e = 0; e < toy.entityCount; e++) {
      expect(control.entityKeys.at(e)).toBe(toy.entityKeys.at(e));
      expect(control.typeNames.at(control.entityTypes[e])).toBe(toy.typeNames.at(toy.entityTypes[e]));
    }
    expect(control.outgoing.offsets).toEqual(toy.outgoing.offsets);
    expect(control.incoming.offsets).toEqual(toy.incoming.offsets);
    expect(control.outgoing.entities).not.toEqual(toy.outgoing.entities);
  });

  it('can be ranked like any graph, and leaves the first as it was', async () => {
    await runToyStage(home, 'kg.rank', { kg: 'control' });
    expect(readdirSync(join(home, 'artifacts', 'kg.import')).filter((name) => !name.startsWith('.'))).toHaveLength(2);
  });

  it('needs a graph to be made of', async () => {
    await expect(runToyStage(home, 'kg.shuffle', { kg: 'control', of: 'nothing' })).rejects.toMatchObject({
      code: 'artefact.missing',
    });
    await expect(runToyStage(home, 'kg.shuffle', { kg: 'control', of: '../toy' })).rejects.toMatchObject({
      code: 'workspace.name',
    });
  });
});
