import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { isJsonArray, readJsonArray } from './json-array.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-json-array-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function elements(content: string | Uint8Array, name = 'a.json'): Promise<[number, unknown][]> {
  writeFileSync(join(folder, name), content);
  const found: [number, unknown][] = [];
  for await (const { line, value } of readJsonArray(join(folder, name))) found.push([line, value]);
  return found;
}

async function codeOf(content: string | Uint8Array): Promise<string> {
  try {
    await elements(content);
  } catch (error) {
    if (error instanceof MedgraftError) return error.code;
    throw error;
  }
  return 'read';
}

describe('readJsonArray', () => {
  it('gives elements with the lines where they begin', async () => {
    const text = '\uFEFF [\n  {"a": "x,]}[{\\"",\n   "b": [1, [2]]},\n\n 3, null,"药"\n]\n';
    const expected = [
      [2, { a: 'x,]}[{"', b: [1, [2]] }],
      [5, 3],
      [5, null],
      [5, '药'],
    ];
    expect(await elements(text)).toEqual(expected);
    expect(await elements(gzipSync(text), 'a.json.gz')).toEqual(expected);
  });

  it('keeps __proto__ as a key', async () => {
    const [[, value]] = await elements('[{"__proto__": {"polluted": 1}}]');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['nothing', ''],
    ['an object', '{}'],
    ['no end', '[1, 2'],
    ['no end of a text', '["a'],
    ['something after', '[1] 2'],
    ['a comma at the end', '[1,]'],
    ['a comma at the start', '[,1]'],
    ['two values without a comma', '[1 2]'],
    ['a wrong bracket', '[{]}]'],
    ['single quotes', "['a']"],
    ['NaN', '[NaN]'],
  ])('refuses %s', async (_, text) => {
    expect(await codeOf(text)).toBe('formats.json-array');
  });

  it('names the line of a broken element', async () => {
    await expect(elements('[1,\n2,\n{"a" 1}]')).rejects.toMatchObject({
      details: { place: expect.stringMatching(/a\.json:3$/) },
    });
  });

  it('gives what JSON.parse gives, for any array and any white space', async () => {
    const text = fc.tuple(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom(0, 1, '\n\t '));
    await fc.assert(
      fc.asyncProperty(text, async ([array, space]) => {
        const json = JSON.stringify(array, null, space);
        expect((await elements(json)).map(([, value]) => value)).toEqual(JSON.parse(json));
      }),
      { numRuns: 150 },
    );
  });

  it('reads or refuses any signs as JSON.parse does', async () => {
    const sign = fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', '1', 'a', ' ', 'null');
    await fc.assert(
      fc.asyncProperty(fc.array(sign, { maxLength: 12 }), async (signs) => {
        const text = `[${signs.join('')}`;
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(await codeOf(text)).toBe(valid ? 'read' : 'formats.json-array');
      }),
      { numRuns: 300 },
    );
  });
});

describe('isJsonArray', () => {
  it.each([
    ['\n\n [1]', true],
    ['{"a": [1]}', false],
    ['', false],
  ])('of %j is %s', async (text, expected) => {
    writeFileSync(join(folder, 'b.json'), text);
    expect(await isJsonArray(join(folder, 'b.json'))).toBe(expected);
  });
});
