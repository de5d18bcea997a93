import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../src/medal/model/load-model.store.js';
import type { ModelName } from '../../src/medal/model/sense-config.js';

/** Checkpoints that PyTorch wrote in the reference's ways (medal_models.py), against the logits that PyTorch gave. */
const HERE = new URL('.', import.meta.url).pathname;
const at = (name: string) => join(HERE, 'medal', name);
const FILES: Readonly<Record<ModelName, string>> = {
  lstm: at('lstm.pt'),
  'lstm-sa': at('lstm-sa.tar'),
  electra: at('electra.pt'),
};
const options = { inventory: at('abbreviations.txt'), vectors: at('words.vec') };
const cases = JSON.parse(await readFile(join(HERE, 'medal-models.json'), 'utf8'));
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function temporary(): Promise<string> {
  folders.push(await mkdtemp(join(tmpdir(), 'medal-')));
  return folders[folders.length - 1];
}

describe('checkpoints of the reference', () => {
  it.each(['lstm', 'lstm-sa', 'electra'] as const)('give the logits of PyTorch: %s', async (name) => {
    const model = await load(name, FILES[name], options);
    const logits = await model.logits(cases.texts, cases.locations);
    await model.dispose();
    cases[name].forEach((expected: number[], i: number) => {
      expected.forEach((value, sense) => {
        expect(Math.abs(logits[i][sense] - value)).toBeLessThan(1e-4);
      });
    });
  });

  it('are loaded by the names of the reference too', async () => {
    const model = await load('rnnsoft', FILES['lstm-sa'], options);
    expect(model.parts.config.model).toBe('lstm-sa');
    await model.dispose();
  });

  it('know an unseen word as one without a vector', async () => {
    const model = await load('lstm', FILES.lstm, options);
    const [logits] = await model.logits(['the unheard-of CT scan'], [2]);
    await model.dispose();
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});

describe('what is no such checkpoint', () => {
  it('lists every tensor that does not fit', async () => {
    await expect(load('lstm', FILES['lstm-sa'], options)).rejects.toMatchObject({ code: 'medal.checkpoint' });
    await expect(load('electra', FILES.lstm, options)).rejects.toMatchObject({
      code: 'medal.checkpoint',
      details: { got: expect.stringContaining('rnn.weight_ih_l0') },
    });
  });

  it('names the class of a file that holds a whole module', async () => {
    await expect(load('lstm', at('whole-module.pt'), options)).rejects.toMatchObject({
      code: 'formats.pickle-class',
      details: { got: 'torch.nn.modules.linear.Linear' },
    });
  });

  it('says what is missing: the table, the vectors, the pieces', async () => {
    await expect(load('lstm', FILES.lstm)).rejects.toMatchObject({ code: 'medal.senses' });
    await expect(load('lstm', FILES.lstm, { inventory: options.inventory })).rejects.toMatchObject({
      code: 'medal.vectors',
    });
    const folder = await temporary();
    await copyFile(FILES.electra, join(folder, 'model.pt'));
    await expect(load('electra', join(folder, 'model.pt'), options)).rejects.toMatchObject({
      code: 'medal.vocabulary',
      details: { expected: join(folder, 'vocab.txt') },
    });
  });

  it('refuses a table of other senses', async () => {
    const table = join(await temporary(), 'table.txt');
    await writeFile(table, 'PREFERRED_AB\tVARIANT_AB\tEXPANSION\nCT\tCT:1\tcomputed tomography\n');
    await expect(load('lstm', FILES.lstm, { ...options, inventory: table })).rejects.toMatchObject({
      code: 'medal.senses',
      details: { expected: '1 classes, a row of the table each', got: '9 classes' },
    });
  });

  it('is no folder without a model', async () => {
    await expect(load('lstm', await temporary())).rejects.toMatchObject({ code: 'medal.model' });
    await expect(load('lstm', '/nowhere/at/all')).rejects.toMatchObject({ code: 'medal.model' });
  });
});
