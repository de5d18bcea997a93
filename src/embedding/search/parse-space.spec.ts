import { describe, expect, it } from 'vitest';
import { EMBEDDING_MODELS } from '../create-embedding.js';
import { defaultSpace } from './default-space.js';
import { reservedSettings } from './load-space.store.js';
import { parseSpace } from './parse-space.js';

const parse = (text: string) => parseSpace(text, 'space.yaml', reservedSettings());
const failure = (text: string) => {
  try {
    parse(text);
  } catch (error) {
    return error as { code: string; message: string; details: { place?: string; got?: string } };
  }
  throw new Error('the space was taken');
};

describe('parseSpace', () => {
  it('takes fixed settings and the four kinds of ranges', () => {
    const space = parse(`
model: complex
reciprocal: true
learningRate: { log: [0.01, 1] }
rateDecay:
  uniform: [0.9, 1.0]
dimension: { integer: [16, 64] }
negatives: { log: [8, 512] }
loss: { values: [cross-entropy, margin] }
`);
    expect(space.fixed).toEqual({ model: 'complex', reciprocal: true });
    expect(space.searched).toEqual([
      { name: 'learningRate', whole: false, range: { kind: 'log', low: 0.01, high: 1 } },
      { name: 'rateDecay', whole: false, range: { kind: 'uniform', low: 0.9, high: 1 } },
      { name: 'dimension', whole: true, range: { kind: 'integer', low: 16, high: 64 } },
      { name: 'negatives', whole: true, range: { kind: 'log', low: 8, high: 512 } },
      { name: 'loss', whole: false, range: { kind: 'values', values: ['cross-entropy', 'margin'] } },
    ]);
  });

  it.each([...EMBEDDING_MODELS])('has a built-in space of %s', (model) => {
    expect(parse(defaultSpace(model)).fixed['model']).toBe(model);
  });

  it.each([
    ['learnRate: 3\ndimension: { values: [8] }', 'settings.invalid', 'space.yaml:1:12', /unknown.*learningRate/],
    ['dimension: { values: [8, 0] }', 'settings.invalid', 'space.yaml:1:26', /dimension/],
    ['dimension: { values: [8, 8.5] }', 'settings.invalid', 'space.yaml:1:26', /integer/],
    ['\nloss: { values: [hinge] }', 'settings.invalid', 'space.yaml:2:18', /loss/],
    ['rateDecay: { uniform: [0.5, 1.5] }', 'settings.invalid', 'space.yaml:1:29', /rateDecay/],
    ['learningRate: { log: [.nan, 1] }', 'settings.invalid', 'space.yaml:1:23', /learningRate/],
    ['margin: { uniform: [1, .inf] }', 'settings.invalid', 'space.yaml:1:24', /margin/],
    ['reciprocal: yes please\nnorm: { values: [1] }', 'settings.invalid', 'space.yaml:1:13', /reciprocal/],
    ['learningRate: { log: [0, 1] }', 'embedding.space', 'space.yaml:1:22', /above 0/],
    ['learningRate: { log: [1, 0.1] }', 'embedding.space', 'space.yaml:1:22', /two numbers/],
    ['learningRate: { log: [1, 2, 3] }', 'embedding.space', 'space.yaml:1:22', /two numbers/],
    ['learningRate: { uniform: 1 }', 'embedding.space', 'space.yaml:1:26', /a list/],
    ['dimension: { uniform: [8, 16] }', 'embedding.space', 'space.yaml:1:23', /whole number/],
    ['margin: { integer: [0.5, 2] }', 'embedding.space', 'space.yaml:1:20', /whole numbers/],
    ['margin: { normal: [0, 2] }', 'embedding.space', 'space.yaml:1:9', /no range/],
    ['margin: { uniform: [1, 2], log: [1, 2] }', 'embedding.space', 'space.yaml:1:9', /no range/],
    ['margin: { values: [] }', 'embedding.space', 'space.yaml:1:19', /no values/],
    ['margin: { values: [[1]] }', 'embedding.space', 'space.yaml:1:20', /no plain value/],
    ['margin: [1, 2]', 'embedding.space', 'space.yaml:1:9', /no plain value/],
    ['margin:\nnorm: { values: [1] }', 'embedding.space', 'space.yaml:1:8', /no plain value/],
    ['seed: { values: [1, 2] }', 'embedding.space', 'space.yaml:1:7', /same for all/],
    ['valid: /etc/passwd\nnorm: { values: [1] }', 'embedding.space', 'space.yaml:1:8', /same for all/],
    ['startFrom: /some/x\nnorm: { values: [1] }', 'embedding.space', 'space.yaml:1:12', /same for all/],
    ['keepKnown: true\nnorm: { values: [1] }', 'embedding.space', 'space.yaml:1:12', /same for all/],
    ['margin: 3', 'embedding.space', 'space.yaml', /nothing to search/],
    ['', 'embedding.space', 'space.yaml', /no search space/],
    ['- margin', 'embedding.space', 'space.yaml', /no search space/],
    ['margin: { values: [1, 2', 'embedding.space', 'space.yaml:1:24', /./],
    ['margin: 1\nmargin: 2', 'embedding.space', 'space.yaml:2:1', /unique/],
    ['? [a]\n: 1', 'embedding.space', 'space.yaml:1:3', /no name/],
    ['margin: !!js/function "x"\nnorm: { values: [1] }', 'embedding.space', 'space.yaml:1:9', /tag/],
    ['margin: &a 1\nnorm: { values: [*a] }', 'embedding.space', 'space.yaml:2:18', /no plain value/],
    ['__proto__: { values: [1] }', 'settings.invalid', 'space.yaml:1:12', /unknown/],
    ['constructor: 1', 'settings.invalid', 'space.yaml:1:14', /unknown/],
  ])('refuses %j', (text, code, place, message) => {
    const { details, ...error } = failure(text);
    expect({ code: error.code, place: details.place }).toEqual({ code, place });
    expect(String(failure(text).message)).toMatch(message);
  });
});
