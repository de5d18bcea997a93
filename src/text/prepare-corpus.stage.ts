/**
 * `corpus.prepare`: text files to cleaned segments of bounded length, with the vocabulary that cuts them. Without a
 * vocabulary one is built from the same text, for models that start from random weights.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { HandleSink } from '../formats/byte-sink.js';
import { readVocabulary } from '../formats/vocabulary.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { type DocumentCounts, readDocuments } from './corpus-documents.js';
import { SEGMENTS_FILE, writeTokenizer } from './prepared-corpus.store.js';
import { segmentDocument } from './segment-document.js';
import { VocabularyBuilder } from './vocabulary-builder.js';
import { WordPieceTokenizer } from './word-piece.js';

const PROGRESS_DOCUMENTS = 1000;

export class PrepareCorpusSettings {
  @Setting({ type: 'string', meaning: 'Name of the corpus.', required: true })
  corpus!: string;

  @Setting({
    type: 'strings',
    meaning: 'Text files (UTF-8, .gz too), one document a line.',
    required: true,
    path: 'data',
  })
  files!: string[];

  @Setting({
    type: 'string',
    meaning: "The model's vocab.txt; without, one is built from the text.",
    optional: true,
    path: 'data',
  })
  vocabulary?: string;

  @Setting({ type: 'integer', meaning: 'Pieces of a vocabulary built from the text, at most.', minimum: 16 })
  vocabularySize = 21128;

  @Setting({ type: 'integer', meaning: 'Documents with fewer characters after cleaning are dropped.', minimum: 0 })
  minimumCharacters = 256;

  @Setting({
    type: 'integer',
    meaning: 'Word pieces of a segment, at most: 509 leave room for [CLS] and two [SEP] in 512 positions.',
    minimum: 8,
    maximum: 65536,
  })
  maximumTokens = 509;

  @Setting({ type: 'boolean', meaning: 'Lower the case of letters and strip accents, as uncased models do.' })
  lowerCase = true;

  @Setting({ type: 'boolean', meaning: 'Join consecutive lines to documents; an empty line ends a document.' })
  joinLines = false;
}

async function* run(
  settings: PrepareCorpusSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const pieces = settings.vocabulary
    ? (await readVocabulary(settings.vocabulary)).tokens
    : yield* buildVocabulary(settings, signal);
  const tokenizer = new WordPieceTokenizer(pieces, { lowerCase: settings.lowerCase });
  const counts = noDocuments();
  const handle = await open(join(folder, SEGMENTS_FILE), 'w');
  let segments = 0;
  let characters = 0;
  try {
    const sink = new HandleSink(handle);
    const encoder = new TextEncoder();
    for await (const document of readDocuments(settings.files, documentOptions(settings), counts)) {
      for (const segment of segmentDocument(document, tokenizer, settings.maximumTokens)) {
        segments++;
        characters += segment.length;
        await sink.write(encoder.encode(`${segment}\n`));
      }
      if (counts.kept % PROGRESS_DOCUMENTS === 0) yield progress('segments', counts, signal);
    }
    await sink.flush();
  } finally {
    await handle.close();
  }
  if (segments === 0) throw nothingLeft(settings, counts);
  if (counts.dropped > 0) yield { kind: 'note', message: droppedNote(counts, settings) };
  await writeTokenizer(folder, pieces, settings.lowerCase);
  yield progress('segments', counts, signal);
  const { kept: documents, dropped } = counts;
  return { documents, dropped, segments, characters, vocabularySize: pieces.length };
}

async function* buildVocabulary(
  settings: PrepareCorpusSettings,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, string[]> {
  const builder = new VocabularyBuilder(settings.lowerCase);
  const counts = noDocuments();
  for await (const document of readDocuments(settings.files, documentOptions(settings), counts)) {
    builder.add(document);
    if (counts.kept % PROGRESS_DOCUMENTS === 0) yield progress('vocabulary', counts, signal);
  }
  return builder.build(settings.vocabularySize);
}

function documentOptions({ minimumCharacters, joinLines, maximumTokens }: PrepareCorpusSettings) {
  return { minimumCharacters, joinLines, joinedCharacters: maximumTokens };
}

function noDocuments(): DocumentCounts {
  return { lines: 0, kept: 0, dropped: 0 };
}

function progress(phase: string, { kept }: DocumentCounts, signal: AbortSignal): StageEvent {
  throwIfCancelled(signal);
  return { kind: 'progress', phase, done: kept, unit: 'documents' };
}

function droppedNote({ kept, dropped }: DocumentCounts, { minimumCharacters }: PrepareCorpusSettings): string {
  return `${dropped} of ${kept + dropped} documents have fewer than ${minimumCharacters} characters and were dropped`;
}

function nothingLeft(settings: PrepareCorpusSettings, { lines, dropped }: DocumentCounts): MedgraftError {
  return new MedgraftError('input', 'text.corpus-empty', 'no text is left after cleaning', {
    place: settings.files.join(', '),
    expected: `documents, one a line, of at least ${settings.minimumCharacters} characters`,
    got: `${lines} lines; ${dropped} documents were too short`,
    hint: 'for a corpus of short lines: --minimum-characters 0, or --join-lines to make documents of them',
  });
}

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
