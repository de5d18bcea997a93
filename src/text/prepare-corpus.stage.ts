/**
 * `corpus.prepare`: files or folders of text to cleaned segments of bounded length, with the vocabulary that cuts them.
 * Without a vocabulary one is built from the same text, for models that start from random weights. Memory is bounded
 * whatever the length of the corpus.
 */
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { HandleSink, writeFile } from '../formats/byte-sink.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { readVocabulary } from '../formats/vocabulary.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { type DocumentCounts, readDocuments } from './corpus-documents.js';
import { CORPUS_ENDINGS, type CorpusFile, findCorpusFiles, namesOfCorpus } from './corpus-files.store.js';
import { CorpusProblems } from './corpus-problems.js';
import { SEGMENTS_FILE, writeTokenizer } from './prepared-corpus.store.js';
import { segmentDocument } from './segment-document.js';
import { VocabularyBuilder } from './vocabulary-builder.js';
import { WordPieceTokenizer } from './word-piece.js';

const PROGRESS_DOCUMENTS = 1000;
/** Bad records that are also shown on the way, and skipped files that are named. */
const SHOWN = 10;

export class PrepareCorpusSettings {
  @Setting({ type: 'string', meaning: 'Name of the corpus.', required: true })
  corpus!: string;

  @Setting({
    type: 'strings',
    meaning: `Files, or folders with files of ${CORPUS_ENDINGS}; a document a line of text, a record or a row.`,
    required: true,
    path: 'data',
  })
  files!: string[];

  @Setting({
    type: 'strings',
    meaning:
      'Where records hold their text: keys of JSON (a.b for one within another), columns of CSV; joined by spaces.',
    freeText: true,
  })
  textFields: string[] = [];

  @Setting({
    type: 'boolean',
    meaning: 'Tables begin with the names of their columns; without such a line columns are called 1, 2, 3.',
  })
  header = true;

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

  @Setting({ type: 'integer', meaning: 'More bad records end the work; not set: never.', minimum: 0, optional: true })
  maximumErrors?: number;

  @Setting({
    type: 'integer',
    meaning: 'So many bad records are listed in rejected.jsonl.',
    minimum: 0,
    maximum: 1_000_000,
  })
  errorsListed = 1000;

  @Setting({
    type: 'string',
    meaning: 'Licence of the texts and whence they are, as the manifest and the model card shall say it.',
    optional: true,
    freeText: true,
  })
  licence?: string;
}

async function* run(
  settings: PrepareCorpusSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { files, skipped } = findCorpusFiles(settings.files);
  if (files.length === 0) throw noFiles(settings, skipped);
  yield { kind: 'note', message: foundNote(files, skipped) };
  const pieces = settings.vocabulary
    ? (await readVocabulary(settings.vocabulary)).tokens
    : yield* buildVocabulary(files, settings, signal);
  const tokenizer = new WordPieceTokenizer(pieces, { lowerCase: settings.lowerCase });
  const reading = newReading(settings);
  const written = yield* writeSegments(join(folder, SEGMENTS_FILE), files, tokenizer, settings, reading, signal);
  const { counts, problems } = reading;
  yield* showProblems(problems);
  await writeFile(join(folder, 'rejected.jsonl'), (sink) => writeJsonLines(sink, problems.listed));
  if (written.segments === 0) throw nothingLeft(settings, reading);
  if (counts.dropped > 0) yield { kind: 'note', message: droppedNote(counts, settings) };
  await writeTokenizer(folder, pieces, settings.lowerCase);
  yield progress('segments', counts, signal);
  const { kept: documents, dropped } = counts;
  const rejected = Object.entries(problems.byCode).map(([code, count]) => [`rejected ${code}`, count]);
  return {
    files: files.length,
    documents,
    dropped,
    rejectedRecords: problems.total,
    ...Object.fromEntries(rejected),
    ...written,
    vocabularySize: pieces.length,
  };
}

/** One pass over the corpus. */
interface Reading {
  readonly counts: DocumentCounts;
  readonly problems: CorpusProblems;
}

function newReading({ maximumErrors, errorsListed }: PrepareCorpusSettings): Reading {
  return { counts: { lines: 0, kept: 0, dropped: 0 }, problems: new CorpusProblems(maximumErrors, errorsListed) };
}

async function* writeSegments(
  path: string,
  files: readonly CorpusFile[],
  tokenizer: WordPieceTokenizer,
  settings: PrepareCorpusSettings,
  { counts, problems }: Reading,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, { segments: number; characters: number }> {
  const handle = await open(path, 'w');
  const written = { segments: 0, characters: 0 };
  try {
    const sink = new HandleSink(handle);
    const encoder = new TextEncoder();
    for await (const document of readDocuments(files, documentOptions(settings), counts, problems)) {
      for (const segment of segmentDocument(document, tokenizer, settings.maximumTokens)) {
        written.segments++;
        written.characters += segment.length;
        await sink.write(encoder.encode(`${segment}\n`));
      }
      if (counts.kept % PROGRESS_DOCUMENTS === 0) yield progress('segments', counts, signal);
    }
    await sink.flush();
  } finally {
    await handle.close();
  }
  return written;
}

async function* buildVocabulary(
  files: readonly CorpusFile[],
  settings: PrepareCorpusSettings,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, string[]> {
  const builder = new VocabularyBuilder(settings.lowerCase);
  const { counts, problems } = newReading(settings);
  for await (const document of readDocuments(files, documentOptions(settings), counts, problems)) {
    builder.add(document);
    if (counts.kept % PROGRESS_DOCUMENTS === 0) yield progress('vocabulary', counts, signal);
  }
  return builder.build(settings.vocabularySize);
}

function documentOptions(settings: PrepareCorpusSettings) {
  const { textFields, header, minimumCharacters, joinLines, maximumTokens } = settings;
  return { textFields, header, minimumCharacters, joinLines, joinedCharacters: maximumTokens };
}

function progress(phase: string, { kept }: DocumentCounts, signal: AbortSignal): StageEvent {
  throwIfCancelled(signal);
  return { kind: 'progress', phase, done: kept, unit: 'documents' };
}

function* showProblems({ listed, total }: CorpusProblems): Generator<StageEvent> {
  for (const { file, line, code, reason } of listed.slice(0, SHOWN)) {
    yield { kind: 'warning', place: `${file}:${line}`, message: `${reason} [${code}]` };
  }
  if (total > SHOWN) yield { kind: 'warning', message: `${total} bad records in all; see rejected.jsonl` };
}

function foundNote(files: readonly CorpusFile[], skipped: readonly string[]): string {
  const found = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return skipped.length === 0 ? found : `${found}; passed over ${skipped.length}: ${shortList(skipped)}`;
}

function shortList(paths: readonly string[]): string {
  const names = paths.slice(0, SHOWN).map((path) => basename(path));
  return paths.length > SHOWN ? `${names.join(', ')} ...` : names.join(', ');
}

function droppedNote({ kept, dropped }: DocumentCounts, { minimumCharacters }: PrepareCorpusSettings): string {
  return `${dropped} of ${kept + dropped} documents have fewer than ${minimumCharacters} characters and were dropped`;
}

function noFiles({ files }: PrepareCorpusSettings, skipped: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'text.no-files', 'the folder holds no file of a corpus', {
    place: files.join(', '),
    expected: `files of ${CORPUS_ENDINGS}`,
    got: skipped.length === 0 ? 'no file' : shortList(skipped),
  });
}

function nothingLeft(settings: PrepareCorpusSettings, { counts, problems }: Reading): MedgraftError {
  const bad =
    problems.total > 0 ? `; ${problems.total} records were bad, the first: ${problems.listed[0]?.reason}` : '';
  return new MedgraftError('input', 'text.corpus-empty', 'no text is left after cleaning', {
    place: settings.files.join(', '),
    expected: `documents, one a line, of at least ${settings.minimumCharacters} characters`,
    got: `${counts.lines} lines; ${counts.dropped} documents were too short${bad}`,
    hint: 'for a corpus of short lines: --minimum-characters 0, or --join-lines to make documents of them',
  });
}

export const prepareCorpus: Stage<PrepareCorpusSettings> = {
  name: 'corpus.prepare',
  summary: 'Clean a corpus and cut it into segments.',
  version: 2,
  kind: 'artefact',
  settings: PrepareCorpusSettings,
  labels: ['corpus'],
  needs: {},
  sources: ({ files, vocabulary }) => {
    const paths = findCorpusFiles(files).files.map(({ path }) => path);
    return vocabulary ? [...paths, vocabulary] : paths;
  },
  outside: async ({ files }) => namesOfCorpus(files),
  run,
};
