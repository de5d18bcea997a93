/**
 * `medal.prepare`: texts, in which expansions become their abbreviations with a given probability, or the published tables,
 * to a sample set (samples/sample-layout.ts): `inventory.tsv`, a folder for each split, `rejected.jsonl` and, where asked
 * for, a table for each split. Goes on where an interrupted attempt stopped; memory is bounded, and the number of threads
 * changes no byte.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { adamLines } from '../formats/adam-table.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { readLines } from '../formats/text-lines.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { findFiles, namesOfCorpus, shownEndings } from '../text/corpus-files.store.js';
import type { CorpusProblems } from '../text/corpus-problems.js';
import { readInventory } from './inventory/read-inventory.store.js';
import type { SenseInventory } from './inventory/sense-inventory.js';
import { PrepareSamplesSettings } from './prepare-samples-settings.js';
import { describeSamples } from './samples/describe-samples.store.js';
import { importTables } from './samples/import-tables.store.js';
import { INVENTORY_FILE } from './samples/open-samples.store.js';
import { SPLITS, type SplitName } from './samples/sample-layout.js';
import { cleanWords } from './substitution/clean-words.js';
import { knownExpansions } from './substitution/known-expansions.js';
import { ARTICLE_FORMATS } from './substitution/read-articles.store.js';
import { substituteArticles } from './substitution/substitute-articles.store.js';
import type { SubstitutionTask } from './substitution/substitute-block.js';

/** Bad records that are also shown on the way. */
const SHOWN = 10;
const REJECTED_FILE = 'rejected.jsonl';

interface Prepared {
  readonly figures: StageFigures;
  readonly problems: CorpusProblems;
}

async function* run(
  settings: PrepareSamplesSettings,
  _inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const tables = tablesOf(settings);
  const inventory = await readInventory(settings.inventory);
  const { folder } = context;
  const scratch = await context.scratch();
  const { figures, problems } =
    tables === undefined
      ? yield* prepareTexts(scratch, settings, inventory, context)
      : yield* prepareTables(scratch, settings, tables, inventory, context);
  yield* showProblems(problems);
  const statistics = await describeSamples(scratch, inventory, {
    tables: settings.csv ? folder : undefined,
    withOriginal: settings.keepOriginal && tables === undefined,
  });
  if (statistics['samples'] === 0) throw nothingLeft(settings, figures, problems);
  await writeFile(join(folder, REJECTED_FILE), (sink) => writeJsonLines(sink, problems.listed));
  await writeFile(join(folder, INVENTORY_FILE), async (sink) => {
    const encoder = new TextEncoder();
    for (const line of adamLines(inventory.rows)) await sink.write(encoder.encode(line));
  });
  for (const split of SPLITS) await rename(join(scratch, split), join(folder, split));
  const rejected = Object.entries(problems.byCode).map(([code, count]) => [`rejected ${code}`, count]);
  return { ...figures, rejectedRecords: problems.total, ...Object.fromEntries(rejected), ...statistics };
}

async function* prepareTexts(
  scratch: string,
  settings: PrepareSamplesSettings,
  inventory: SenseInventory,
  { threads, signal }: StageContext,
): AsyncGenerator<StageEvent, Prepared> {
  const { files, skipped } = findFiles(settings.files, ARTICLE_FORMATS);
  if (files.length === 0) throw noFiles(settings, skipped);
  yield { kind: 'note', message: `${files.length} files; passed over ${skipped.length}` };
  const substitution = await substitutionOf(settings, inventory);
  const { expansions, shared, leftOut } = knownExpansions(inventory, substitution);
  yield { kind: 'note', message: `looking for ${expansions.length} expansions of ${inventory.size}` };
  const { counts, problems } = yield* substituteArticles(scratch, {
    source: { ...settings, files, fields: settings, maximumErrors: settings.maximumErrors },
    substitution,
    shardBytes: settings.shardMebibytes * 2 ** 20,
    threads,
    signal,
  });
  const figures = {
    files: files.length,
    ...counts,
    expansions: expansions.length,
    expansionsShared: shared,
    expansionsLeftOut: leftOut,
  };
  return { figures, problems };
}

async function* prepareTables(
  scratch: string,
  settings: PrepareSamplesSettings,
  tables: Readonly<Record<SplitName, string | undefined>>,
  inventory: SenseInventory,
  { signal }: StageContext,
): AsyncGenerator<StageEvent, Prepared> {
  const { maximumErrors, errorsListed, shardMebibytes } = settings;
  const shardBytes = shardMebibytes * 2 ** 20;
  const task = { tables, inventory, shardBytes, maximumErrors, errorsListed, signal };
  const { counts, problems } = yield* importTables(scratch, task);
  if (counts.otherAbbreviations > 0) {
    const message = `${counts.otherAbbreviations} samples stand at a word that is not the abbreviation of their label; they are kept`;
    yield { kind: 'warning', message };
  }
  return { figures: { ...counts }, problems };
}

async function substitutionOf(settings: PrepareSamplesSettings, { rows }: SenseInventory): Promise<SubstitutionTask> {
  const { probability, seed, minimumWords, keepCase, keepPunctuation, keepOriginal } = settings;
  const stopWords = settings.stopWords === undefined ? undefined : await linesOf(settings.stopWords);
  const stopExpansions = await linesOf(settings.stopExpansions, stopWords);
  const shares = { valid: settings.validShare, test: settings.testShare };
  const shown = { keepCase, keepPunctuation, keepOriginal, rounds: settings.rounds };
  return { rows, probability, seed, minimumWords, stopWords, stopExpansions, shares, ...shown };
}

/** Cleaned lines of a file, as they are compared. */
async function linesOf(path: string | undefined, stopWords?: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const lines = new Set<string>();
  if (path === undefined) return lines;
  for await (const { text } of readLines(path)) lines.add(cleanWords(text, stopWords).join(' '));
  return lines;
}

/** @throws MedgraftError `medal.sources` unless there are either texts or tables, `medal.shares` */
function tablesOf(settings: PrepareSamplesSettings): Record<SplitName, string | undefined> | undefined {
  const { files, publishedTrain: train, publishedValid: valid, publishedTest: test } = settings;
  const given = tablesIn(settings);
  if (files.length > 0 === given.length > 0) {
    throw new MedgraftError('input', 'medal.sources', 'samples are made of texts or read from published tables', {
      place: 'files',
      expected: '--files, or --published-train, --published-valid and --published-test',
      got: given.length > 0 ? 'both' : 'neither',
    });
  }
  const { validShare, testShare } = settings;
  if (validShare + testShare > 1) {
    throw new MedgraftError('input', 'medal.shares', 'the shares of the splits are more than the whole', {
      place: 'validShare, testShare',
      expected: 'together at most 1',
      got: `${validShare} and ${testShare}`,
    });
  }
  return files.length > 0 ? undefined : { train, valid, test };
}

function tablesIn({ publishedTrain, publishedValid, publishedTest }: PrepareSamplesSettings): string[] {
  return [publishedTrain, publishedValid, publishedTest].filter((table) => table !== undefined);
}

function* showProblems({ listed, total }: CorpusProblems): Generator<StageEvent> {
  for (const { file, line, code, reason } of listed.slice(0, SHOWN)) {
    yield { kind: 'warning', place: `${file}:${line}`, message: `${reason} [${code}]` };
  }
  if (total > SHOWN) yield { kind: 'warning', message: `${total} bad records in all; see ${REJECTED_FILE}` };
}

function noFiles({ files }: PrepareSamplesSettings, skipped: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'text.no-files', 'the folder holds no file with texts', {
    place: files.join(', '),
    expected: `files of ${shownEndings(ARTICLE_FORMATS)}`,
    got: skipped.length === 0 ? 'no file' : `${skipped.length} other files`,
  });
}

function nothingLeft(
  settings: PrepareSamplesSettings,
  { texts, rows }: StageFigures,
  { total, listed }: CorpusProblems,
): MedgraftError {
  const bad = total > 0 ? `; ${total} records were bad, the first: ${listed[0]?.reason}` : '';
  return new MedgraftError('input', 'medal.samples-empty', 'not a single sample came out', {
    place: [...settings.files, ...tablesIn(settings)].join(', '),
    expected: 'texts with expansions of the inventory, or rows with its labels',
    got: `${texts ?? rows} ${texts === undefined ? 'rows' : 'texts'}${bad}`,
    hint: 'look whether the inventory is that of the texts, and whether --probability is above 0',
  });
}

function sourcesOf(settings: PrepareSamplesSettings): string[] {
  const { inventory, files, stopWords, stopExpansions } = settings;
  const texts = findFiles(files, ARTICLE_FORMATS).files.map(({ path }) => path);
  const lists = [stopWords, stopExpansions].filter((path) => path !== undefined);
  return [inventory, ...texts, ...tablesIn(settings), ...lists];
}

export const prepareSamples: Stage<PrepareSamplesSettings> = {
  name: 'medal.prepare',
  summary: 'Make samples of abbreviations from texts, or from the published tables, split by article.',
  version: 1,
  kind: 'artefact',
  settings: PrepareSamplesSettings,
  labels: ['samples'],
  positional: 'files',
  needs: {},
  sources: sourcesOf,
  outside: async ({ files }) => namesOfCorpus(files, ARTICLE_FORMATS),
  run,
};
