/** Vectors of known and unknown words, also of other scripts, against fastText's own library (fasttext_vectors.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openWordVectors } from '../../src/formats/word-vectors.js';

type Reference = Record<string, { words: string[]; vectors: number[][] }>;

const REFERENCE: Reference = JSON.parse(readFileSync(new URL('fasttext-vectors.json', import.meta.url), 'utf8'));
/** In the script's list of unknown words, without `</s>`, which every model has. */
const NOT_TRAINED = 13;
const pathOf = (name: string) => fileURLToPath(new URL(`fasttext/${name}`, import.meta.url));

describe.each(Object.entries(REFERENCE))('the model %s', (name, { words, vectors }) => {
  it('gives the vectors of the library, and says where there is none', async () => {
    const model = await openWordVectors(pathOf(`${name}.bin`));
    const vector = new Float32Array(model.width);
    let known = 0;
    for (const [at, word] of words.entries()) {
      const found = model.vector(word, vector);
      known += Number(found);
      if (!found) expect(vectors[at], word).toEqual([0, 0, 0, 0]);
      for (const [i, value] of vectors[at].entries()) expect(Math.abs(vector[i] - value), word).toBeLessThan(1e-6);
    }
    await model.close();
    expect(known).toBe(name === 'words-only' ? words.length - NOT_TRAINED : words.length);
  });
});

it('a compressed model is refused by its name', async () => {
  await expect(openWordVectors(pathOf('compressed.ftz'))).rejects.toMatchObject({
    code: 'formats.fasttext-quantised',
    details: { hint: expect.stringContaining('.bin') },
  });
});
