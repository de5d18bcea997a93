import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../../base/errors.js';
import { senseEdits } from './own-senses.js';
import { readOwnSenses } from './read-own-senses.store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-senses-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return readOwnSenses(path);
}

const EXPECTED = {
  senses: [
    {
      abbreviation: 'KG',
      expansion: 'knowledge graph',
      description: 'entities and edges',
      examples: ['a KG of drugs', 'the KG'],
    },
  ],
  removals: [{ abbreviation: 'CT', expansion: 'calcitonin' }, { abbreviation: 'MS' }],
};

describe('own senses', () => {
  it('are the same from YAML, JSON Lines and TSV', async () => {
    const yaml = `- abbreviation: KG
  expansion: knowledge   graph
  description: entities and edges
  examples: [a KG of drugs, the KG]
- {abbreviation: CT, expansion: calcitonin, remove: true}
- {abbreviation: MS, remove: true}
`;
    const lines = [
      {
        abbreviation: 'KG',
        expansion: 'knowledge graph',
        description: 'entities and edges',
        examples: ['a KG of drugs'],
      },
      { abbreviation: 'KG', expansion: 'knowledge graph', examples: ['the KG'] },
      { abbreviation: 'CT', expansion: 'calcitonin', remove: true },
      { abbreviation: 'MS', remove: true },
    ];
    const table = [
      'abbreviation\texpansion\tdescription\texample\tremove',
      'KG\tknowledge graph\tentities and edges\ta KG of drugs\t',
      'KG\tknowledge graph\t\tthe KG\t',
      'CT\tcalcitonin\t\t\ttrue',
      'MS\t\t\t\ttrue',
    ];
    expect(await read('a.yaml', yaml)).toEqual(EXPECTED);
    expect(await read('a.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'))).toEqual(EXPECTED);
    expect(await read('a.tsv', table.join('\n'))).toEqual(EXPECTED);
    expect(await read('empty.yaml', '')).toEqual({ senses: [], removals: [] });
  });

  it.each([
    ['a.jsonl', '{"abbreviation":"A"}', 'medal.own-sense', ':1, expansion'],
    ['a.jsonl', '\n{"abbreviation":"A B","expansion":"x"}', 'medal.own-sense', ':2, abbreviation'],
    ['a.jsonl', '{"abbreviation":"A","expansion":"x","weight":1}', 'medal.own-sense', ':1'],
    ['a.jsonl', '{"abbreviation":"A","expansion":"x","__proto__":1}', 'medal.own-sense', ':1'],
    ['a.jsonl', '{"abbreviation":"A","expansion":"x","examples":["no such"]}', 'medal.own-sense', 'examples[0]'],
    ['a.jsonl', '{"abbreviation":"A","expansion":"x","examples":"A"}', 'medal.own-sense', 'examples'],
    ['a.jsonl', '{"abbreviation":"A","remove":"yes"}', 'medal.own-sense', 'remove'],
    ['a.jsonl', '{"abbreviation":"A","remove":true,"examples":[]}', 'medal.own-sense', 'examples'],
    ['a.jsonl', '[1]', 'medal.own-sense', ':1'],
    ['a.jsonl', '{', 'formats.json-lines', ':1'],
    ['a.yaml', '- abbreviation: A\n  expansion: x\n- 7\n', 'medal.own-sense', ':3'],
    ['a.yaml', '- &a {abbreviation: A, expansion: x}\n- *a\n', 'medal.own-senses', ':2'],
    ['a.yaml', '- !!js/function "x"\n', 'medal.own-senses', ':1'],
    ['a.yaml', 'a: 1\n', 'medal.own-senses', ':1'],
    ['a.yaml', '- [\n', 'medal.own-senses', ':2'],
    ['a.tsv', 'abbreviation\tmeaning\nA\tx\n', 'medal.own-senses', ':1'],
    ['a.tsv', 'abbreviation\texpansion\nA\tx\ty\n', 'medal.own-senses', ':2'],
    ['a.tsv', 'abbreviation\texpansion\tremove\nA\tx\tno\n', 'medal.own-senses', ':2'],
    ['a.csv', 'abbreviation,expansion\n', 'medal.own-senses', 'a.csv'],
  ])('of %s with a mistake name the place: %s', async (name, text, code, place) => {
    await expect(read(name, text)).rejects.toMatchObject({ code, details: { place: expect.stringContaining(place) } });
  });

  it('are refused when the file is not there', async () => {
    await expect(readOwnSenses(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'medal.own-senses' });
    await expect(readOwnSenses(join(folder, 'none.tsv'))).rejects.toBeInstanceOf(MedgraftError);
  });

  it('are edits or an error with a code, whatever the value', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.record(
        { abbreviation: fc.string(), expansion: fc.anything(), examples: fc.array(fc.string()), remove: fc.anything() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (values) => {
        try {
          const { senses, removals } = senseEdits(values, 'senses');
          expect(senses.length + removals.length).toBeLessThanOrEqual(values.length);
        } catch (error) {
          expect(error).toMatchObject({
            code: 'medal.own-sense',
            details: { place: expect.stringMatching(/^senses\[/) },
          });
        }
      }),
    );
  });
});
