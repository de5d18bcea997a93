// Opens a model and asks for the vectors of a list of words: what bench/word-vectors.mjs measures.
import { readFileSync } from 'node:fs';
import { openWordVectors } from '../../dist/formats/word-vectors.js';

const [, , model, list] = process.argv;
const words = JSON.parse(readFileSync(list, 'utf8'));
const start = performance.now();
const vectors = await openWordVectors(model);
const opened = performance.now();
const into = new Float32Array(vectors.width);
let sum = 0;
for (const word of words) {
  vectors.vector(word, into);
  sum += into[0];
}
const milliseconds = performance.now() - opened;
await vectors.close();
const result = {
  seconds: Number(((opened - start) / 1000).toFixed(3)),
  wordsPerSecond: Math.round((1000 * words.length) / milliseconds),
  megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  sum,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
