import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { type OboStanza, oboQuoted, oboText, oboWords, readObo } from './obo.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-obo-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function stanzas(text: string | Uint8Array): Promise<OboStanza[]> {
  writeFileSync(join(folder, 'a.obo'), text);
  const found: OboStanza[] = [];
  for await (const stanza of readObo(join(folder, 'a.obo'))) found.push(stanza);
  return found;
}

const firstValue = async (line: string) => (await stanzas(`[Term]\n${line}\n`))[1].lines[0].value;

describe('readObo', () => {
  it('gives the header and the stanzas with their lines', async () => {
    const text = '! a comment\nformat-version: 1.4\n\n[Term]\nid: A:1\nname: a\n\n[Typedef] ! relations\nid: r\n';
    expect(await stanzas(text)).toEqual([
      { kind: '', line: 1, lines: [{ tag: 'format-version', value: '1.4', line: 2 }] },
      {
        kind: 'Term',
        line: 4,
        lines: [
          { tag: 'id', value: 'A:1', line: 5 },
          { tag: 'name', value: 'a', line: 6 },
        ],
      },
      { kind: 'Typedef', line: 8, lines: [{ tag: 'id', value: 'r', line: 9 }] },
    ]);
  });

  it.each([
    ['is_a: A:2 ! a parent', 'A:2'],
    ['is_a: A:2 {source="x ! y", n="1"} ! a parent', 'A:2'],
    ['is_a: A:2 {source="}"}', 'A:2'],
    ['name: hot\\! cold', 'hot\\! cold'],
    ['name: what!', 'what!'],
    ['name: a set \\{x\\}', 'a set \\{x\\}'],
    ['def: "to be ! or {not}" [X:1] {a="b"} ! c', '"to be ! or {not}" [X:1]'],
    ['def: "a \\" ! b" []', '"a \\" ! b" []'],
    ['name: one \\\n two', 'one  two'],
    ['name:', ''],
  ])('of %j keeps the value', async (line, expected) => {
    expect(await firstValue(line)).toBe(expected);
  });

  it('refuses a line that is no tag, with its place', async () => {
    await expect(stanzas('[Term]\nid A:1\n')).rejects.toMatchObject({
      code: 'formats.obo',
      details: { place: expect.stringMatching(/a\.obo:2$/) },
    });
  });

  it('reads or refuses any text', async () => {
    const sign = fc.constantFrom('[Term]', '\n', 'id: ', '\\', '"', '!', ' ', '{', '}', 'a', ':', '[', ']');
    await fc.assert(
      fc.asyncProperty(fc.array(sign, { maxLength: 30 }), async (signs) => {
        try {
          for (const { lines } of await stanzas(signs.join(''))) {
            for (const { value } of lines) expect(typeof oboText(oboQuoted(value)?.text ?? value)).toBe('string');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(MedgraftError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('values', () => {
  it('undo escapes', () => {
    expect(oboText('a\\, b\\: c\\nd\\We\\tf\\\\g')).toBe('a, b: c\nd e\tf\\g');
    expect(oboWords('part_of  GO\\:1')).toEqual(['part_of', 'GO:1']);
  });

  it('begin with a quoted text, or do not', () => {
    expect(oboQuoted('"a \\"b\\"" EXACT [X:1]')).toEqual({ text: 'a "b"', rest: 'EXACT [X:1]' });
    expect(oboQuoted('"open')).toBeUndefined();
    expect(oboQuoted('plain')).toBeUndefined();
  });
});
