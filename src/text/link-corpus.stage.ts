import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { readLines } from '../formats/text-lines.js';
import { readVocabulary } from '../formats/vocabulary.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadRanks } from '../graph/load-ranks.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { alignMentions } from './align-mentions.js';
import { AutomatonLinker } from './automaton-linker.js';
import { Coverage } from './coverage.js';
import { createJiebaSegmenter, JiebaLinker, type Segmenter } from './jieba-linker.js';
import { LinkedCorpusWriter } from './linked-corpus-file.js';
import { buildLexicon, type SurfaceLexicon } from './surface-lexicon.js';
import { WordPieceTokenizer } from './word-piece.js';
import { wordStartsOf } from './word-starts.js';

export class LinkCorpusSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the knowledge graph.' })
  kg!: string;

  @Setting({ type: 'string', required: true, meaning: 'Name of the corpus.' })
  corpus!: string;

  @Setting({
    type: 'string',
    choices: ['automaton', 'jieba'],
    meaning: "How mentions are found: exact names, longest first, or jieba's words that are names.",
  })
  linker = 'automaton';

  @Setting({
    type: 'string',
    choices: ['characters', 'jieba'],
    meaning:
      'What a word is for whole-word masking outside mentions: a Chinese character or Latin word, or a word of jieba.',
  })
  words = 'jieba';

  @Setting({ type: 'boolean', meaning: 'Latin letters of names match in either case.' })
  ignoreCase = true;

  @Setting({ type: 'boolean', meaning: 'Lower-case Latin letters and strip accents when cutting word pieces.' })
  lowerCase = true;

  @Setting({ type: 'integer', minimum: 0, maximum: 10_000, meaning: 'Linked texts written out as examples.' })
  examples = 20;
}

/** Segments to token ids with word starts and mentions (linked-corpus-file.ts), `vocab.txt` and `coverage.json`. */
export const linkCorpus: Stage<LinkCorpusSettings> = {
  name: 'corpus.link',
  summary: 'Link the segments of a corpus to the entities of a graph and report the coverage.',
  version: 1,
  kind: 'artefact',
  settings: LinkCorpusSettings,
  labels: ['kg', 'corpus'],
  needs: { graph: 'kg.import', ranks: 'kg.rank', prepared: 'corpus.prepare' },
  run,
};

const PROGRESS_EVERY = 2000;
const LISTED = 20;

async function* run(
  settings: LinkCorpusSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const lexicon = buildLexicon(snapshot, await loadRanks(inputs['ranks'].folder));
  const prepared = inputs['prepared'].folder;
  const vocabulary = await readVocabulary(join(prepared, 'vocab.txt'));
  const tokenizer = new WordPieceTokenizer(vocabulary.tokens, { lowerCase: settings.lowerCase });
  const segmenter = createSegmenter(settings, lexicon);
  const linker =
    settings.linker === 'jieba' && segmenter
      ? new JiebaLinker(lexicon, segmenter)
      : new AutomatonLinker(lexicon, { ignoreCase: settings.ignoreCase });
  const writer = new LinkedCorpusWriter(folder, vocabulary.tokens.length, snapshot.entityCount);
  const coverage = new Coverage(snapshot.entityCount, (entity) => hasNeighbour(snapshot, entity));
  const examples: string[] = [];
  const total = Number(inputs['prepared'].manifest.figures['segments']);
  let done = 0;
  let unaligned = 0;
  for await (const { text } of readLines(join(prepared, 'segments.txt'))) {
    throwIfCancelled(signal);
    const mentions = linker.link(text);
    const encoding = tokenizer.encode(text);
    const aligned = alignMentions(mentions, encoding);
    unaligned += mentions.length - aligned.length;
    const words = settings.words === 'jieba' ? segmenter?.words(text) : undefined;
    writer.add({
      tokens: encoding.ids,
      wordStarts: wordStartsOf(text, encoding, aligned, words),
      mentionStarts: Int32Array.from(aligned, ({ first }) => first),
      mentionLengths: Int32Array.from(aligned, ({ first, end }) => end - first),
      mentionEntities: Int32Array.from(aligned, ({ entity }) => entity),
    });
    coverage.add(text, mentions);
    if (examples.length < settings.examples && mentions.length > 0) {
      const named = mentions.map((mention) => ({ ...mention, entity: snapshot.entityNames.at(mention.entity) }));
      examples.push(JSON.stringify({ text, mentions: named }));
    }
    if (++done % PROGRESS_EVERY === 0) yield { kind: 'progress', phase: 'link', done, total, unit: 'segments' };
  }
  writer.finish();
  yield { kind: 'progress', phase: 'link', done, total, unit: 'segments' };
  const figures = { ...coverage.figures(), surfaces: lexicon.surfaces.length, unaligned };
  await copyFile(join(prepared, 'vocab.txt'), join(folder, 'vocab.txt'));
  await writeFileAtomically(join(folder, 'coverage.json'), report(figures, coverage, snapshot));
  await writeFileAtomically(join(folder, 'examples.jsonl'), examples.map((line) => `${line}\n`).join(''));
  return figures;
}

function createSegmenter({ linker, words }: LinkCorpusSettings, lexicon: SurfaceLexicon): Segmenter | undefined {
  return linker === 'jieba' || words === 'jieba' ? createJiebaSegmenter(lexicon.surfaces) : undefined;
}

function hasNeighbour({ outgoing, incoming }: GraphSnapshot, entity: number): boolean {
  const degree = (offsets: Uint32Array) => offsets[entity + 1] - offsets[entity];
  return degree(outgoing.offsets) + degree(incoming.offsets) > 0;
}

function report(figures: object, coverage: Coverage, snapshot: GraphSnapshot): string {
  const top = coverage
    .topEntities(LISTED)
    .map(({ entity, mentions }) => ({ name: snapshot.entityNames.at(entity), mentions }));
  const content = { ...figures, topEntities: top, topAmbiguous: coverage.topAmbiguous(LISTED) };
  return `${JSON.stringify(content, null, 2)}\n`;
}
