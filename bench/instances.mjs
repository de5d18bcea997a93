/**
 * Samples for pre-training from text on one thread: words, mentions, word pieces, whole-word masking, sentence order; segments
 * of about 500 characters of the medical corpus, 7,500 names. Peer: the reference's preparation re-created in Python (jieba,
 * BERT's tokenizer in Python, whole-word masking over linked words), the same segments in turn.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildInstance } from '../dist/smedbert/instances/build-instance.js';
import { continuationTable } from '../dist/text/align-mentions.js';
import { AutomatonLinker } from '../dist/text/automaton-linker.js';
import { JiebaSegmenter } from '../dist/text/jieba-segmenter.js';
import { linkSegment } from '../dist/text/link-segment.js';
import { WordPieceTokenizer } from '../dist/text/word-piece.js';
import { startLinePeer } from './peers/line-peer.mjs';
import { drawnSurfaces, lexiconOf } from './support/drawn-surfaces.mjs';

const DATA = new URL('../../shared/data/text/chineseblue/', import.meta.url);
const CORPUS = fileURLToPath(new URL('corpus.txt.gz', DATA));
const VOCABULARY = fileURLToPath(new URL('vocab.txt', DATA));
const SURFACES = 7500;
const CHARACTERS = 500;
const SEGMENTS = 2000;
/** The peer is slow: it gets fewer of the same. */
const PEER_SEGMENTS = 200;
const ROUNDS = 5;
const SPECIAL = { classify: 101, separate: 102, mask: 103 };
const FIRST_ORDINARY = 672;

export async function run({ python, emit }) {
  if (!existsSync(CORPUS)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const text = gunzipSync(readFileSync(CORPUS)).toString('utf8');
  const segments = joined(text.trimEnd().split('\n'));
  const surfaces = drawnSurfaces(text, SURFACES);
  const ours = preparation(segments, surfaces);
  const peer = python && startPeer(python, segments, surfaces);
  const times = { ours: [], peer: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const own = ours();
    const other = peer ? JSON.parse(await peer.ask(`run ${PEER_SEGMENTS}`)).ms : undefined;
    if (round < 0) continue;
    times.ours.push((1000 * segments.length) / own);
    if (peer) times.peer.push((1000 * PEER_SEGMENTS) / other);
  }
  peer?.stop();
  const value = median(times.ours);
  const record = { bench: 'instances', case: 'one thread', unit: 'segments/s', value: round3(value), threads: 1 };
  if (!peer) return emit(record);
  const peerValue = median(times.peer);
  emit({
    ...record,
    ...{ peer: 'the reference in Python', peerValue: round3(peerValue), ratio: round3(peerValue / value) },
    times: round3(value / peerValue),
  });
}

/** @returns a function that prepares all segments once and says how many milliseconds it took */
function preparation(segments, surfaces) {
  const pieces = readFileSync(VOCABULARY, 'utf8').trimEnd().split('\n');
  const linking = {
    tokenizer: new WordPieceTokenizer(pieces),
    linker: new AutomatonLinker(lexiconOf(surfaces)),
    segmenter: new JiebaSegmenter(surfaces, false),
    continues: continuationTable(pieces),
  };
  const options = {
    masking: { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] },
    ...{ maximumMentions: 30, maximumMentionTokens: 16, special: SPECIAL },
    ...{ firstOrdinary: FIRST_ORDINARY, vocabularySize: pieces.length, seed: 1 },
  };
  return () => {
    const start = performance.now();
    let masked = 0;
    segments.forEach((segment, i) => {
      const linked = linkSegment(segment, linking).segment;
      masked += buildInstance(linked, i, 0, options).maskedPositions.length;
    });
    if (masked === 0) throw new Error('nothing was masked');
    return performance.now() - start;
  };
}

function startPeer(python, segments, surfaces) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const files = { segments: join(folder, 'segments.json'), surfaces: join(folder, 'surfaces.json') };
  writeFileSync(files.segments, JSON.stringify(segments.slice(0, PEER_SEGMENTS)));
  writeFileSync(files.surfaces, JSON.stringify(surfaces));
  const peer = startLinePeer(python, 'instances.py', { ...files, vocabulary: VOCABULARY });
  return {
    ask: peer.ask,
    stop() {
      peer.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Lines put together to segments of about CHARACTERS. */
function joined(lines) {
  const segments = [];
  let segment = '';
  for (const line of lines) {
    segment += line;
    if (segment.length < CHARACTERS) continue;
    segments.push(segment.slice(0, CHARACTERS));
    segment = '';
    if (segments.length === SEGMENTS) break;
  }
  return segments;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function round3(value) {
  return Number(value.toPrecision(3));
}
