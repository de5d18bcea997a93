import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PretrainSettings } from '../pretrain-settings.js';
import { type CardFacts, modelCard } from './model-card.js';

const FACTS: CardFacts = {
  graph: {
    hash: 'aaaa',
    figures: { entities: 12, contentHash: 'cccc' },
    sources: [{ name: 'herbs', licence: 'MIT', origin: 'someone/herbs' }, { name: 'own' }],
    files: [{ name: 'herbs.ttl', bytes: 7, sha256: 'eeee' }],
  },
  vectors: { hash: 'vvvv', model: 'transr' },
  corpus: {
    hash: 'bbbb',
    figures: { segments: 3, mentionsPer512Characters: 17.84321 },
    licence: 'CC BY 4.0 |\n# not a heading',
    prepared: 'pppp',
    files: Array.from({ length: 23 }, (_, i) => ({ name: `${i}.txt`, bytes: i, sha256: `s${i}` })),
  },
  vocabulary: { pieces: 99, sha256: 'ffff' },
  codeVersion: '0.1.0',
};
const settings = Object.assign(new PretrainSettings(), {
  kg: 'herbs',
  corpus: 'notes',
  initial: ['', 'secret', 'place', 'bert-base-chinese'].join('/'),
  seed: 42,
});
const card = modelCard(settings, { parameters: 1000, 'evaluation.mlm': 4.56789123 }, FACTS);

describe('modelCard', () => {
  it('begins with a header that is YAML, with a licence that Hugging Face knows', () => {
    const header = parse(card.split('---\n')[1]);
    expect(header).toEqual({
      library_name: 'transformers',
      pipeline_tag: 'fill-mask',
      license: 'other',
      license_name: 'see-model-card',
      tags: ['bert', 'knowledge-graph', 'medical', 'smedbert'],
    });
  });

  it.each([
    '# SMedBERT on notes with herbs',
    '| hash | aaaa |',
    '| contentHash | cccc |',
    '- herbs: licence MIT, from someone/herbs',
    '- own: licence not stated',
    '- herbs.ttl: 7 bytes, SHA-256 eeee',
    '| vectors | transr, vvvv |',
    '| hash | bbbb |',
    '| text | pppp |',
    '| mentionsPer512Characters | 17.8432 |',
    '| licence | CC BY 4.0 \\| # not a heading |',
    '| vocabulary | 99 pieces, SHA-256 ffff |',
    '- 19.txt: 19 bytes, SHA-256 s19',
    '- and 3 more files',
    'Seed 42, MedGraft 0.1.0.',
    '| evaluation.mlm | 4.56789 |',
    '| seed | 42 |',
    '| initial | bert-base-chinese |',
  ])('says %s', (line) => expect(card.split('\n').some((each) => each.startsWith(line))).toBe(true));

  it('holds no place of the machine', () => {
    expect(card).not.toContain('secret');
    expect(card).not.toMatch(/(^|[\s|])\/\w/m);
  });
});
