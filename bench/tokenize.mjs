/**
 * BERT WordPiece with offsets over the medical corpus (48,164 lines, 3.01 M characters) and the bert-base-chinese
 * vocabulary, on one thread, line by line. Peer: Hugging Face tokenizers (Rust), the same lines, in turn; both count
 * their pieces, which have to agree.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { WordPieceTokenizer } from '../dist/text/word-piece.js';
import { startLinePeer } from './peers/line-peer.mjs';

const DATA = new URL('../../shared/data/text/chineseblue/', import.meta.url);
const CORPUS = fileURLToPath(new URL('corpus.txt.gz', DATA));
const VOCABULARY = fileURLToPath(new URL('vocab.txt', DATA));
const ROUNDS = 15;
const PEER_ROUNDS = 5;

export async function run({ python, emit }) {
  if (!existsSync(CORPUS)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const bytes = gunzipSync(readFileSync(CORPUS));
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  const tokenizer = new WordPieceTokenizer(readFileSync(VOCABULARY, 'utf8').trimEnd().split('\n'));
  const ours = () => encodeAll(tokenizer, lines);
  for (let i = 0; i < 3; i++) ours();
  const speed = (milliseconds) => bytes.length / milliseconds / 1000;
  const record = { bench: 'tokenize', case: 'offsets', unit: 'MB/s', threads: 1 };
  if (!python) {
    const times = Array.from({ length: ROUNDS }, () => ours().milliseconds);
    emit({ ...record, value: speed(median(times)) });
    return;
  }
  const { times, version } = await inTurn(python, ours);
  const [mine, theirs] = [median(times.ours), median(times.theirs)];
  const peer = `Hugging Face tokenizers ${version}`;
  emit({ ...record, value: speed(mine), peer, peerValue: speed(theirs), ratio: mine / theirs });
}

async function inTurn(python, ours) {
  const peer = startLinePeer(python, 'word_piece.py', { corpus: CORPUS, vocabulary: VOCABULARY });
  try {
    const times = { ours: [], theirs: [] };
    const { version } = JSON.parse(await peer.ask('version'));
    for (let round = 0; round < PEER_ROUNDS; round++) {
      const mine = ours();
      const { ms, pieces } = JSON.parse(await peer.ask('run'));
      if (mine.pieces !== pieces) throw new Error(`we cut ${mine.pieces} pieces, the peer ${pieces}`);
      times.ours.push(mine.milliseconds);
      times.theirs.push(ms);
    }
    return { times, version };
  } finally {
    peer.stop();
  }
}

function encodeAll(tokenizer, lines) {
  const start = performance.now();
  let pieces = 0;
  for (const line of lines) pieces += tokenizer.encode(line).ends.length;
  return { pieces, milliseconds: performance.now() - start };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
