import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { MedgraftError } from '../../base/errors.js';

const records = (over: object = {}) => ({
  format: 'records',
  records: {
    file: 'a.json',
    name: 'name',
    type: '疾病',
    fields: { symptom: { relation: '有症状', type: '症状' } },
    properties: ['desc'],
    ...over,
  },
});
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const read = (over: object, ...values: unknown[]) => rowsOf(records(over), { 'a.json': lines(...values) });

describe('records', () => {
  it('become entities with properties, then what they name, then triples', async () => {
    const rows = await read({}, { name: '高血压', desc: '长\n文', symptom: ['头痛', ' 头晕 ', '', null] });
    expect(entitiesOf(rows)).toEqual([
      { key: '高血压', name: '高血压', types: ['疾病'], aliases: [], properties: { desc: '长\n文' } },
      { key: '头痛', name: '头痛', types: ['症状'], aliases: [] },
      { key: '头晕', name: '头晕', types: ['症状'], aliases: [] },
    ]);
    expect(triplesOf(rows)).toEqual(['高血压 有症状 头痛', '高血压 有症状 头晕']);
  });

  it('are the same as one array and as lines', async () => {
    const values = [{ name: 'a', symptom: 'x' }, { name: 'b' }];
    const kept = (rows: object[]) => rows.map((row) => ({ ...row, file: '', line: 0 }));
    const array = await rowsOf(records(), { 'a.json': JSON.stringify(values, null, 2) });
    expect(kept(array)).toEqual(kept(await read({}, ...values)));
  });

  it('keep their own entry whoever names them first', async () => {
    const fields = { acompany: { relation: '并发', type: '疾病' } };
    const rows = await read({ fields }, { name: 'a', acompany: ['b', 'c'] }, { name: 'b', desc: 'text' });
    expect(entitiesOf(rows)).toEqual([
      { key: 'a', name: 'a', types: ['疾病'], aliases: [] },
      { key: 'b', name: 'b', types: ['疾病'], aliases: [], properties: { desc: 'text' } },
      { key: 'c', name: 'c', types: ['疾病'], aliases: [] },
    ]);
  });

  it('may have ids, references to ids in either direction, aliases and split texts', async () => {
    const over = {
      key: '_id',
      aliases: 'also',
      aliasSeparators: ';；',
      fields: {
        parent: { relation: '属于', reference: true },
        drug: { relation: '治疗', type: '药品', direction: 'in', split: '、,' },
      },
    };
    const rows = await read(
      over,
      { _id: { $oid: '2' }, name: 'b', parent: { $oid: '1' }, also: 'B1；B2;', drug: '甲、乙,丙' },
      { _id: { $oid: '1' }, name: 'a' },
    );
    expect(entitiesOf(rows).slice(0, 2)).toEqual([
      { key: '2', name: 'b', types: ['疾病'], aliases: ['B1', 'B2'] },
      { key: '1', name: 'a', types: ['疾病'], aliases: [] },
    ]);
    expect(triplesOf(rows)).toEqual(['2 属于 1', '甲 治疗 2', '乙 治疗 2', '丙 治疗 2']);
  });

  it('open lists and objects on a dotted path', async () => {
    const over = {
      name: 'info.name',
      fields: { 'care.drugs.name': { relation: 'r' } },
      properties: ['info.codes', 'info'],
    };
    const rows = await read(over, {
      info: { name: 'a', codes: [1, 2] },
      care: [{ drugs: [{ name: 'x' }] }, { drugs: { name: ['y', 'z'] } }, { none: 1 }],
    });
    expect(triplesOf(rows)).toEqual(['a r x', 'a r y', 'a r z']);
    expect(entitiesOf(rows)[0].properties).toEqual({ 'info.codes': [1, 2], info: '{"name":"a","codes":[1,2]}' });
  });

  it('give bad rows with line and code, and go on', async () => {
    const deep = `{"name": "d", "x": ${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const text = ['{"name": "a"}', 'not json', '[1]', '{"names": "b"}', deep, '{"name": "e", "symptom": [{"n": 1}]}'];
    const rows = await rowsOf(records(), { 'a.json': text.join('\n') });
    expect(errorsOf(rows)).toEqual([
      '2 graph.row-malformed',
      '3 graph.row-malformed',
      '4 graph.row-empty',
      '5 graph.row-malformed',
      '6 graph.row-malformed',
    ]);
    expect(entitiesOf(rows).map(({ key }) => key)).toEqual(['a', 'e']);
  });

  it('keep the names of prototypes as data', async () => {
    const over = {
      fields: { __proto_list__: { relation: 'r' } },
      properties: ['__proto__', 'constructor', 'toString'],
    };
    const text = '{"name": "constructor", "__proto__": "p", "constructor": "c", "__proto_list__": ["__proto__"]}';
    const rows = await rowsOf(records(over), { 'a.json': text });
    const [entity] = entitiesOf(rows);
    expect(Object.entries(entity.properties ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(triplesOf(rows)).toEqual(['constructor r __proto__']);
    expect({}).not.toHaveProperty('p');
  });

  it.each([
    ['an empty file', '', 'graph.empty-file'],
    ['an empty array', '[]', 'graph.empty-file'],
    ['a cut array', '[{"name": "a"}', 'formats.json-array'],
  ])('refuse %s', async (_, text, code) => {
    await expect(rowsOf(records(), { 'a.json': text })).rejects.toMatchObject({ code });
  });

  it.each([
    [{ fields: {} }, 'records.fields'],
    [{ fields: { a: { relation: 'r', to: 1 } } }, 'records.fields.a.to'],
    [{ fields: { a: { relation: 'r', direction: 'up' } } }, 'records.fields.a.direction'],
    [{ name: undefined }, 'records.name'],
  ])('need a mapping that makes sense: %j', async (over, place) => {
    await expect(read(over, { name: 'a' })).rejects.toThrow(place);
  });

  it('are read or refused, whatever they hold', async () => {
    const key = fc.constantFrom('name', 'symptom', 'desc', '__proto__', '$oid', 'x');
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1, '', '头痛', '__proto__'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), async (values) => {
        const rows = await read({ properties: ['desc', '__proto__'] }, { name: 'first' }, ...values);
        for (const row of rows) {
          if (row.kind === 'entity') expect(row.entity.key).not.toBe('');
        }
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        await rowsOf(records(), { 'a.json': bytes }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MedgraftError);
        });
      }),
      { numRuns: 200 },
    );
  });
});
