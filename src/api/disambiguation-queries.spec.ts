import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runToEnd } from '../../test/support/made-graph.js';
import { DISAMBIGUATION_DEFAULTS } from '../medal/disambiguation/disambiguator.js';
import { FrequencyRanker } from '../medal/disambiguation/frequency-ranker.js';
import { NO_EDITS } from '../medal/disambiguation/own-senses.js';
import { readInventory } from '../medal/inventory/read-inventory.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { listRunNames } from '../runs/run-record.js';
import type { Stage } from '../runs/stage.js';
import { Workspace } from '../runs/workspace.js';
import { Setting } from '../settings/setting.js';
import { DisambiguationQueries, type OpenRanker, type RankerSource } from './disambiguation-queries.js';

const TABLE = 'toy_kg/abbreviations.txt';

class RunSettings {
  @Setting({ meaning: 'Name of the sample set.', type: 'string', required: true })
  samples!: string;
}

/** A run that leaves a file. */
function stageOf(name: string): Stage<RunSettings> {
  return {
    ...{
      name,
      summary: 'Leaves a file.',
      version: 1,
      kind: 'run',
      settings: RunSettings,
      labels: ['samples'],
      needs: {},
    },
    async *run(_settings, _inputs, { folder }) {
      await writeFileAtomically(join(folder, 'model.txt'), 'a model');
      yield { kind: 'note', message: 'written' };
      return {};
    },
  };
}

let home: string;
let workspace: Workspace;
let opened: string[];
let closed: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'disambiguation-'));
  workspace = new Workspace(home);
  [opened, closed] = [[], []];
});
afterEach(() => rm(home, { recursive: true }));

const openRanker: OpenRanker = async (folder) => {
  opened.push(folder);
  const ranker = new FrequencyRanker(await readInventory(TABLE));
  return {
    ranker,
    close: async () => {
      closed.push(folder);
    },
  };
};

function ask(queries: DisambiguationQueries, source: RankerSource = {}) {
  return queries.disambiguate({ ...DISAMBIGUATION_DEFAULTS, ...source, texts: ['CT'], edits: NO_EDITS });
}

describe('trained models', () => {
  it('are opened once, asked by run or folder, the newest where none is named, and closed at the end', async () => {
    await runToEnd(stageOf('medal.train'), { samples: 'toy' }, workspace);
    const [run] = await listRunNames(workspace);
    const queries = new DisambiguationQueries(workspace, 1, openRanker);
    const byRun = await ask(queries, { run });
    expect(byRun).toMatchObject({ source: 'model', model: run });
    expect(byRun.texts[0].mentions[0]).toMatchObject({ source: 'model', expansion: 'computed tomography' });
    expect(await ask(queries)).toEqual(byRun);
    expect(opened).toEqual([workspace.runFolder(run)]);
    expect(await ask(queries, { folder: home })).toMatchObject({ source: 'model', model: home });
    await queries.dispose();
    expect(closed.sort()).toEqual([...opened].sort());
  });

  it('are not opened of another stage, nor where two are named', async () => {
    await runToEnd(stageOf('medal.finetune'), { samples: 'toy' }, workspace);
    const [run] = await listRunNames(workspace);
    const queries = new DisambiguationQueries(workspace, 1, openRanker);
    await expect(ask(queries, { run })).rejects.toMatchObject({ code: 'medal.no-model' });
    await expect(ask(queries, { run: 'none' })).rejects.toMatchObject({ code: 'run.unknown' });
    await expect(ask(queries, { run, inventory: TABLE })).rejects.toMatchObject({
      code: 'medal.question',
      details: { got: 'model, inventory' },
    });
    expect(opened).toEqual([]);
  });
});
