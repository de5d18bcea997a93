import { describe, expect, it } from 'vitest';
import {
  formatNeo4jValue,
  InvalidNeo4jValue,
  type Neo4jValue,
  neo4jTypeOf,
  parseNeo4jHeader,
  parseNeo4jValue,
} from './neo4j-csv.js';

const columnOf = (field: string) => parseNeo4jHeader([':ID', field], 'h.csv:1')[1];

describe('parseNeo4jHeader', () => {
  it('reads names, types, id spaces and options', () => {
    const columns = parseNeo4jHeader(
      [
        'personId:ID(Person ID){id-type:long}',
        'name',
        'n:string[]',
        'at:datetime{timezone:+01:00}',
        ':IGNORE',
        ':LABEL',
      ],
      'h.csv:1',
    );
    expect(columns.map(({ kind, name, space, value, isList }) => [kind, name, space, value, isList])).toEqual([
      ['id', 'personId', 'Person ID', 'text', false],
      ['property', 'name', undefined, 'text', false],
      ['property', 'n', undefined, 'text', true],
      ['property', 'at', undefined, 'text', false],
      ['ignore', '', undefined, 'text', false],
      ['label', '', undefined, 'text', false],
    ]);
    expect(parseNeo4jHeader([':START_ID(a)', ':END_ID(b)', ':TYPE'], 'h').map(({ kind }) => kind)).toEqual([
      'start',
      'end',
      'type',
    ]);
  });

  it('takes the last type of a name with colons', () => {
    expect(columnOf('a:int:string')).toMatchObject({ name: 'a:int', value: 'text' });
    expect(columnOf('__proto__:long')).toMatchObject({ name: '__proto__', value: 'integer' });
  });

  it.each([
    ['an unknown type', [':ID', 'a:number']],
    ['two ids', [':ID', 'x:ID']],
    ['two properties of a name', [':ID', 'a', 'a:int']],
    ['one end', [':START_ID', ':TYPE']],
    ['neither', ['name', 'age:int']],
    ['both', [':ID', ':START_ID', ':END_ID']],
  ])('refuses %s', (_, fields) => {
    expect(() => parseNeo4jHeader(fields, 'h.csv:1')).toThrow(
      expect.objectContaining({ code: 'formats.neo4j-header' }),
    );
  });
});

describe('values', () => {
  it.each<[string, string, Neo4jValue | undefined]>([
    ['a:int', ' -12 ', -12],
    ['a:long', '9007199254740993', '9007199254740993'],
    ['a:double', '1e-3', 0.001],
    ['a:float[]', '1;2.5', [1, 2.5]],
    ['a:boolean[]', 'true;False', [true, false]],
    ['a:string[]', 'x;;y', ['x', 'y']],
    ['a:long[]', '1;9007199254740993', ['1', '9007199254740993']],
    ['a', '', undefined],
    ['a:string[]', '', undefined],
    ['a:date', '2024-01-31', '2024-01-31'],
  ])('%s of %j', (field, text, value) => {
    expect(parseNeo4jValue(columnOf(field), text, ';')).toEqual(value);
  });

  it.each([
    ['a:int', '1.5'],
    ['a:double', 'Infinity'],
    ['a:double', '1e999'],
    ['a:boolean', 'yes'],
  ])('refuses for %s the text %j', (field, text) => {
    expect(() => parseNeo4jValue(columnOf(field), text, ';')).toThrow(InvalidNeo4jValue);
  });

  it.each<[Neo4jValue[], string]>([
    [[1, -2], 'long'],
    [[1, 0.5], 'double'],
    [[2 ** 60], 'double'],
    [[1e21, -0.1], 'double'],
    [[true], 'boolean'],
    [['a', 'b;c'], 'string'],
    [[['a'], ['b', 'c']], 'string[]'],
    [[[1], [0.25, 7]], 'double[]'],
  ])('gives %j back through the type %s', (values, type) => {
    expect(neo4jTypeOf(values)).toBe(type);
    const column = columnOf(`p:${type}`);
    for (const value of values) expect(parseNeo4jValue(column, formatNeo4jValue(value, '|'), '|')).toEqual(value);
  });
});
