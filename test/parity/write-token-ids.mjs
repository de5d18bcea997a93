// The ids that our tokenizer gives to each line of a text, for huggingface_load.py to compare:
//   npm run build && node test/parity/write-token-ids.mjs FOLDER TEXTS     (writes TEXTS.ids)
import { readFile, writeFile } from 'node:fs/promises';
import { readTokenizer } from '../../dist/text/prepared-corpus.store.js';

const [folder, texts] = process.argv.slice(2);
const { tokenizer } = await readTokenizer(folder);
const lines = (await readFile(texts, 'utf8')).split('\n').slice(0, -1);
await writeFile(`${texts}.ids`, lines.map((line) => `${[...tokenizer.encode(line).ids].join(' ')}\n`).join(''));
