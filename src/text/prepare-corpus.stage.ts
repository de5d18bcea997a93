import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { readLines } from '../formats/text-lines.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { cleanText } from './clean-text.js';
import { segmentDocument } from './segment-document.js';
import { VocabularyBuilder } from './vocabulary-builder.js';
import { WordPieceTokenizer } from './word-piece.js';

export class PrepareCorpusSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the corpus.' })
  corpus!: string;

  @Setting({ type: 'strings', required: true, meaning: 'Text files, one document a line; .gz too.' })
  files!: string[];

  @Setting({
    type: 'string',
    optional: true,
    meaning: "A BERT vocab.txt; without it one of the corpus's characters and Latin words is made.",
  })
  vocabulary?: string;

  @Setting({ type: 'integer', minimum: 100, maximum: 1_000_000, meaning: 'Pieces of a vocabulary that is made.' })
  vocabularySize = 21128;

  @Setting({ type: 'boolean', meaning: 'Lower-case Latin letters and strip accents.' })
  lowerCase = true;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    meaning: 'Documents of fewer characters are dropped (paper: 256).',
  })
  minimumCharacters = 256;

  @Setting({
    type: 'integer',
    minimum: 8,
    maximum: 4096,
    meaning: 'Longest segment in word pieces, without [CLS] and [SEP].',
  })
  maximumTokens = 509;

  @Setting({
    type: 'boolean',
    meaning: 'Join consecutive lines into documents of about `maximumTokens` characters: for corpora of short lines.',
  })
  joinLines = false;
}

/** Raw text to cleaned segments: `segments.txt`, one a line, and `vocab.txt`. */
export const prepareCorpus: Stage<PrepareCorpusSettings> = {
  name: 'corpus.prepare',
  summary: 'Clean a corpus and cut it into segments.',
  version: 1,
  kind: 'artefact',
  settings: PrepareCorpusSettings,
  labels: ['corpus'],
  needs: {},
  sources: ({ files, vocabulary }) => (vocabulary ? [...files, vocabulary] : files),
  run,
};

const PROGRESS_EVERY = 5000;

async function* run(
  settings: PrepareCorpusSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const pieces = yield* vocabularyOf(settings, signal);
  const tokenizer = new WordPieceTokenizer(pieces, { lowerCase: settings.lowerCase });
  const out = createWriteStream(join(folder, 'segments.txt'));
  const figures = { documents: 0, dropped: 0, segments: 0, characters: 0, vocabulary: pieces.length };
  for await (const document of documents(settings)) {
    throwIfCancelled(signal);
    figures.documents++;
    if (figures.documents % PROGRESS_EVERY === 0) yield progress('prepare', figures.documents);
    const text = cleanText(document);
    if (text.length < settings.minimumCharacters || text === '') {
      figures.dropped++;
      continue;
    }
    for (const segment of segmentDocument(text, tokenizer, settings.maximumTokens)) {
      figures.segments++;
      figures.characters += segment.length;
      if (!out.write(`${segment}\n`)) await once(out, 'drain');
    }
  }
  out.end();
  await once(out, 'finish');
  if (figures.segments === 0) throw nothingLeft(settings, figures.documents);
  await writeFileAtomically(join(folder, 'vocab.txt'), `${pieces.join('\n')}\n`);
  yield progress('prepare', figures.documents);
  return figures;
}

/** The given vocabulary, or one counted over the whole corpus first. */
async function* vocabularyOf(
  settings: PrepareCorpusSettings,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, string[]> {
  if (settings.vocabulary) return [...(await readVocabulary(settings.vocabulary)).tokens];
  const builder = new VocabularyBuilder(settings.lowerCase);
  let count = 0;
  for await (const document of documents(settings)) {
    throwIfCancelled(signal);
    builder.add(cleanText(document));
    if (++count % PROGRESS_EVERY === 0) yield progress('vocabulary', count);
  }
  return builder.build(settings.vocabularySize);
}

/** The documents of all files in order; short lines joined where asked. A blank line ends a document that is being joined. */
async function* documents({ files, joinLines, maximumTokens }: PrepareCorpusSettings): AsyncGenerator<string> {
  for (const file of files) {
    let joined = '';
    for await (const { text } of readLines(file)) {
      if (!joinLines) {
        if (text.trim() !== '') yield text;
        continue;
      }
      if (joined !== '' && (text.trim() === '' || joined.length + text.length > maximumTokens)) {
        yield joined;
        joined = '';
      }
      joined += text;
    }
    if (joined !== '') yield joined;
  }
}

function progress(phase: string, done: number): StageEvent {
  return { kind: 'progress', phase, done, unit: 'documents' };
}

function nothingLeft(settings: PrepareCorpusSettings, documentCount: number): MedgraftError {
  return new MedgraftError('input', 'text.corpus-empty', 'no segment is left of the corpus', {
    place: settings.files.join(', '),
    expected: `documents of at least ${settings.minimumCharacters} characters, one a line`,
    got: `${documentCount} documents, all shorter`,
    hint: 'lower --minimum-characters, or join short lines with --join-lines',
  });
}
