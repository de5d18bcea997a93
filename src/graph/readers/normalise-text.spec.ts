import { describe, expect, it } from 'vitest';
import { entitiesOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { type Normalisation, normalisedText } from './normalise-text.js';

const rule = (change: Partial<Normalisation>): Normalisation => ({
  unicode: 'none',
  widths: 'keep',
  splitAliases: '',
  ...change,
});

describe('normalisedText', () => {
  it.each([
    ['ＡＢＣ１２３（轻）', 'ABC123(轻)'],
    ['维生素　Ｂ１２', '维生素 B12'],
    ['　感冒　', '感冒'],
    ['ﾋﾞﾀﾐﾝ', 'ビタミン'],
    ['￥１０', '¥10'],
    ['①型', '①型'],
    ['感冒、流感', '感冒、流感'],
  ])('folds the widths of %s to %s', (wide, plain) => {
    expect(normalisedText(wide, rule({ widths: 'fold' }))).toBe(plain);
    expect(normalisedText(plain, rule({ widths: 'fold' }))).toBe(plain);
    expect(normalisedText(wide, rule({}))).toBe(wide);
  });

  it('composes by NFC, and takes compatibility forms apart by NFKC', () => {
    expect(normalisedText('cafe\u0301', rule({ unicode: 'NFC' }))).toBe('café');
    expect(normalisedText('①ﬁ㎎', rule({ unicode: 'NFC' }))).toBe('①ﬁ㎎');
    expect(normalisedText('①ﬁ㎎', rule({ unicode: 'NFKC' }))).toBe('1fimg');
    expect(normalisedText('Ａ型', rule({ unicode: 'NFKC' }))).toBe('A型');
  });
});

describe('normalise of a mapping', () => {
  const triples = { format: 'triples', files: [{ file: 't.csv' }] };
  const files = { 't.csv': 'Ａ型肝炎,有症状,发热（低）\nA型肝炎,有症状,cafe\u0301\nA型肝炎,有症状,café\n' };

  it('makes twins meet, as keys and as ends of triples', async () => {
    const plain = await rowsOf(triples, files);
    expect(new Set(entitiesOf(plain).map(({ key }) => key)).size).toBe(5);
    const rows = await rowsOf({ ...triples, normalise: { unicode: 'NFC', widths: 'fold' } }, files);
    expect(new Set(entitiesOf(rows).map(({ key }) => key))).toEqual(new Set(['A型肝炎', '发热(低)', 'café']));
    expect(new Set(triplesOf(rows)).size).toBe(2);
  });

  it('splits aliases by the signs that it names, in either width, and leaves properties alone', async () => {
    const mapping = {
      format: 'table',
      entities: [{ file: 'n.csv', columns: { id: 'id', aliases: 'a' }, properties: ['p'] }],
      triples: [{ file: 'e.csv', columns: { head: 'h', tail: 't' }, relation: 'r' }],
      normalise: { widths: 'fold', splitAliases: '、；/' },
    };
    const rows = await rowsOf(mapping, { 'n.csv': 'id,a,p\nＸ,甲、乙；丙/丁|戊,１\n', 'e.csv': 'h,t\nＸ,X\n' });
    expect(entitiesOf(rows)).toEqual([
      { key: 'X', name: 'X', types: [], aliases: ['甲', '乙', '丙', '丁', '戊'], properties: { p: '１' } },
    ]);
    expect(triplesOf(rows)).toEqual(['X r X']);
  });

  it('refuses what it does not know', async () => {
    const mapping = { ...triples, normalise: { unicode: 'NFX' } };
    await expect(rowsOf(mapping, files)).rejects.toMatchObject({ code: 'graph.mapping' });
  });
});
