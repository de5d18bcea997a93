import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from '../../test/parity/pickles.json' with { type: 'json' };
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { readPickle, readPickleFile } from './pickle-reader.js';
import type { PickleValue } from './pickle-value.js';
import { PickleFloat, type PickleInputValue, PickleTuple, writePickle } from './pickle-writer.js';

/** A value of the fixtures, where JSON has no word for it: {dict}, {set}, {bytes}, {int}. */
function expectedValue(json: unknown): PickleValue {
  if (Array.isArray(json)) return json.map(expectedValue);
  if (typeof json !== 'object' || json === null) return json as PickleValue;
  const [[kind, content]] = Object.entries(json);
  if (kind === 'int') return BigInt(content);
  if (kind === 'bytes') return Uint8Array.from(Buffer.from(content, 'base64'));
  if (kind === 'set') return new Set(content.map(expectedValue));
  return new Map(content.map((pair: unknown[]) => pair.map(expectedValue)));
}

function codeOf(bytes: Uint8Array): string {
  try {
    readPickle(bytes, 'test');
  } catch (error) {
    if (error instanceof MedgraftError) return error.code;
    throw error;
  }
  return 'read';
}

const bytes = (...parts: (string | number | number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part].flat()))),
  );

describe('readPickle', () => {
  it.each(fixtures.plain)('reads $name, protocol $protocol, as Python wrote it', ({ pickle, value }) => {
    expect(readPickle(Buffer.from(pickle, 'base64'), 'test')).toEqual(expectedValue(value));
  });

  it.each(fixtures.refused)('refuses $name, protocol $protocol', ({ pickle }) => {
    expect(codeOf(Buffer.from(pickle, 'base64'))).toBe('formats.pickle-class');
  });

  it('names the class and its byte, without control characters', () => {
    const evil = bytes('(lp0\ncos\nsys\x1btem\n(S"x"\ntRa.');
    expect(() => readPickle(evil, 'bad.pkl')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ place: 'bad.pkl, byte 5', got: 'os.sys?tem' }) }),
    );
  });

  it('keeps keys of prototypes as keys', () => {
    const value = readPickle(bytes('}(X', [9, 0, 0, 0], '__proto__', 'K', 1, 'u.'), 'test');
    expect(value).toEqual(new Map([['__proto__', 1]]));
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('reads what the memo shares in each place', () => {
    expect(readPickle(bytes(']q', 0, 'h', 0, 0x86, '.'), 'test')).toEqual([[], []]);
  });
});

const EVIL: [string, Uint8Array, string][] = [
  ['INST', bytes("(S'true'\nios\nsystem\n."), 'formats.pickle-class'],
  ['OBJ', bytes('(cos\nsystem\no.'), 'formats.pickle-class'],
  ['OBJ of a plain class', bytes('(cbuiltins\nset\no.'), 'formats.pickle-class'],
  ['NEWOBJ of a plain class', bytes('cbuiltins\nset\n)', 0x81, '.'), 'formats.pickle-class'],
  ['NEWOBJ_EX', bytes('cbuiltins\nset\n)}', 0x92, '.'), 'formats.pickle-class'],
  ['a persistent id', bytes('Pname\n.'), 'formats.pickle-class'],
  ['a binary persistent id', bytes('NQ.'), 'formats.pickle-class'],
  ['EXT1', bytes(0x82, 1, '.'), 'formats.pickle-class'],
  ['EXT2', bytes(0x83, 1, 0, '.'), 'formats.pickle-class'],
  ['EXT4', bytes(0x84, [1, 0, 0, 0], '.'), 'formats.pickle-class'],
  ['a buffer', bytes(0x97, '.'), 'formats.pickle-class'],
  ['a read-only buffer', bytes('C', 0, 0x98, '.'), 'formats.pickle-class'],
  ['a stacked name', bytes(0x8c, 2, 'os', 0x8c, 6, 'system', 0x93, '.'), 'formats.pickle-class'],
  ['a stacked name that is a number', bytes('K', 1, 'K', 2, 0x93, '.'), 'formats.pickle'],
  ['a dotted way out of a plain module', bytes('ccollections\nOrderedDict.__init__\n.'), 'formats.pickle-class'],
  ['a name of Object', bytes('cconstructor\n__proto__\n.'), 'formats.pickle-class'],
  ['a plain class as a value', bytes('cbuiltins\nlist\n.'), 'formats.pickle-class'],
  ['a plain class in a list', bytes('](cbuiltins\nlist\ne.'), 'formats.pickle-class'],
  ['a plain class as a key', bytes('}(cbuiltins\nlist\nNu.'), 'formats.pickle-class'],
  [
    'a plain class in the items of an OrderedDict',
    bytes('ccollections\nOrderedDict\n](Ncbuiltins\nlist\n\x86e\x85R.'),
    'formats.pickle-class',
  ],
  ['a call of a list', bytes('cbuiltins\nlist\n(tR.'), 'formats.pickle-class'],
  ['a call of a text', bytes("S'x'\n(tR."), 'formats.pickle-class'],
  ['a call with no tuple', bytes('cbuiltins\nset\nNR.'), 'formats.pickle-class'],
  ['a call with a text for a list', bytes("cbuiltins\nset\n(S'ab'\ntR."), 'formats.pickle-class'],
  ['an encoding that is not bytes', bytes("c_codecs\nencode\n(S'ab'\nS'rot13'\ntR."), 'formats.pickle-class'],
  ['a dtype as a value', bytes("cnumpy\ndtype\n(S'f8'\ntR."), 'formats.pickle-class'],
  ['a dtype of objects', bytes("cnumpy\ndtype\n(S'O8'\ntR."), 'formats.pickle-class'],
  ['a state for a list', bytes(']}b.'), 'formats.pickle-class'],
  ['a state for a dict', bytes('}}b.'), 'formats.pickle-class'],
  ['nothing', bytes(), 'formats.pickle'],
  ['only a stop', bytes('.'), 'formats.pickle'],
  ['no stop', bytes('N'), 'formats.pickle'],
  ['two values', bytes('NN.'), 'formats.pickle'],
  ['an open mark', bytes('N(.'), 'formats.pickle'],
  ['a pop below the mark', bytes('N(a.'), 'formats.pickle'],
  ['a text longer than the file', bytes('X', [255, 255, 255, 255], 'ab.'), 'formats.pickle'],
  ['a text of 2^63 bytes', bytes(0x8d, [255, 255, 255, 255, 255, 255, 255, 127], 'ab.'), 'formats.pickle'],
  ['bytes of 2^64 - 1', bytes(0x8e, [255, 255, 255, 255, 255, 255, 255, 255], '.'), 'formats.pickle'],
  ['a bytearray longer than the file', bytes(0x96, [0, 0, 0, 0, 0, 1, 0, 0], '.'), 'formats.pickle'],
  ['a negative length', bytes('T', [255, 255, 255, 255], '.'), 'formats.pickle'],
  ['a long of 2 GB', bytes(0x8b, [255, 255, 255, 127], '.'), 'formats.pickle-limit'],
  ['a long of a negative length', bytes(0x8b, [0, 0, 0, 128], '.'), 'formats.pickle'],
  ['a line without end', bytes('I1'), 'formats.pickle'],
  ['an int that is none', bytes('Ifoo\n.'), 'formats.pickle'],
  ['an int of a million digits', bytes(`L${'9'.repeat(1_000_000)}L\n.`), 'formats.pickle'],
  ['a line of 2 MB', bytes(`L${'9'.repeat(2_000_000)}L\n.`), 'formats.pickle-limit'],
  ['a float that is none', bytes('F0x1\n.'), 'formats.pickle'],
  ['a text without quotes', bytes('Sabc\n.'), 'formats.pickle'],
  ['a text that is not UTF-8', bytes(0x8c, 2, [0xff, 0xfe], '.'), 'formats.pickle'],
  ['a surrogate in UTF-8', bytes(0x8c, 3, [0xed, 0xa0, 0x80], '.'), 'formats.pickle'],
  ['a memo entry that is not there', bytes('h', 3, '.'), 'formats.pickle'],
  ['a memo index that is no number', bytes('Np-1\n.'), 'formats.pickle'],
  ['items for no list', bytes('N(Ne.'), 'formats.pickle'],
  ['items for no dict', bytes('N(NNu.'), 'formats.pickle'],
  ['members for no set', bytes('N(N', 0x90, '.'), 'formats.pickle'],
  ['a key without a value', bytes('}(Nu.'), 'formats.pickle'],
  ['an unknown opcode', bytes(0xff), 'formats.pickle'],
  ['protocol 6', bytes(0x80, 6, 'N.'), 'formats.pickle'],
  ['a list that holds itself', bytes(']q', 0, 'h', 0, 'a.'), 'formats.pickle-limit'],
  ['a dict that holds itself', bytes('}q', 0, 'Nh', 0, 's.'), 'formats.pickle-limit'],
  ['a thousand lists, one in the other', bytes(']'.repeat(1000), 'a'.repeat(999), '.'), 'formats.pickle-limit'],
  ['a million tuples, one in the other', bytes('N', new Array(1_000_000).fill(0x85), '.'), 'formats.pickle-limit'],
  ['billion laughs by the memo', laughs(9, 10), 'formats.pickle-limit'],
  ['billion laughs by doubling', bytes(']', '2\x86'.repeat(60), '.'), 'formats.pickle-limit'],
  ['calls that copy one list again and again', copies(), 'formats.pickle-limit'],
];

/** Lists of `width` references to the list before. */
function laughs(levels: number, width: number): Uint8Array {
  const parts: (string | number)[] = ['](K', 1, 'eq', 0];
  for (let level = 0; level < levels; level++) {
    parts.push('](');
    for (let i = 0; i < width; i++) parts.push('h', level);
    parts.push('eq', level + 1);
  }
  return bytes(0x28, ...parts, 't.');
}

/** A list of 2,000 numbers, and 2,000 times the set of it. */
function copies(): Uint8Array {
  const list: (string | number)[] = [
    'cbuiltins\nset\nq',
    0,
    '](',
    ...Array.from({ length: 2000 }, () => 'N'),
    'e',
    0x85,
    'q',
    1,
  ];
  const calls = Array.from({ length: 2000 }, () => ['h', 0, 'h', 1, 'R0']).flat();
  return bytes(...list, ...calls, '00N.');
}

describe('pickles that are no plain data', () => {
  it.each(EVIL)('%s', (_, data, code) => {
    expect(codeOf(data)).toBe(code);
  });
});

const plain = fc.letrec<{ value: PickleInputValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double().map((value) => new PickleFloat(value)),
    fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => new PickleTuple(items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.uniqueArray(fc.string(), { maxLength: 5 }).map((items) => new Set(items)),
  ),
})).value;

function readBack(value: PickleInputValue): PickleValue {
  if (value instanceof PickleFloat) return value.value;
  if (value instanceof PickleTuple) return value.items.map(readBack);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [readBack(key), readBack(item)]));
  if (Array.isArray(value)) return value.map(readBack);
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return value as PickleValue;
}

async function pickled(value: PickleInputValue): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writePickle(sink, value);
  return sink.bytes();
}

describe('any bytes', () => {
  it('are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        codeOf(data);
      }),
      { numRuns: 5000 },
    );
  });

  it('are read or refused when they are a pickle with a few bytes changed or cut', () => {
    const samples = fixtures.plain
      .map(({ pickle }) => Buffer.from(pickle, 'base64'))
      .filter(({ length }) => length < 500);
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(change, { maxLength: 4 }),
        fc.nat(500),
        (sample, changes, end) => {
          const data = Buffer.from(sample.subarray(0, end < 100 ? end : undefined));
          for (const [at, value] of changes) if (data.length > 0) data[at % data.length] = value;
          codeOf(data);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('come back from what the writer made of plain data', async () => {
    await fc.assert(
      fc.asyncProperty(plain, async (value) => {
        expect(readPickle(await pickled(value), 'test')).toEqual(readBack(value));
      }),
      { numRuns: 300 },
    );
  });
});

describe('readPickleFile', () => {
  it('reads a file, and says when there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'medgraft-pickle-'));
    try {
      await writeFile(join(folder, 'a.pkl'), bytes('I7\n.'));
      expect(await readPickleFile(join(folder, 'a.pkl'))).toBe(7);
      await expect(readPickleFile(join(folder, 'b.pkl'))).rejects.toMatchObject({ code: 'formats.missing' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
