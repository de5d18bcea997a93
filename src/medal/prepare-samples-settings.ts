import { Setting } from '../settings/setting.js';
import { shownEndings } from '../text/corpus-files.store.js';
import { ARTICLE_FORMATS } from './substitution/read-articles.store.js';

/** Settings of `medal.prepare`: texts to substitute in, or the published tables, one for each split. */
export class PrepareSamplesSettings {
  @Setting({ type: 'string', meaning: 'Name of the sample set.', required: true })
  samples!: string;

  @Setting({
    type: 'string',
    meaning: 'Table of abbreviations and expansions (ADAM: PREFERRED_AB, VARIANT_AB, EXPANSION); a row is a class.',
    required: true,
    path: 'data',
  })
  inventory!: string;

  @Setting({
    type: 'strings',
    meaning: `Texts: files, or folders with files of ${shownEndings(ARTICLE_FORMATS)}; .tsv without --text-fields: id, tab, paragraph.`,
    path: 'data',
  })
  files: string[] = [];

  @Setting({
    type: 'string',
    meaning: 'In place of texts: the published table to train on.',
    optional: true,
    path: 'data',
  })
  publishedTrain?: string;

  @Setting({ type: 'string', meaning: 'The published table to choose by.', optional: true, path: 'data' })
  publishedValid?: string;

  @Setting({ type: 'string', meaning: 'The published table to judge by.', optional: true, path: 'data' })
  publishedTest?: string;

  @Setting({
    type: 'strings',
    meaning:
      'Where records hold their text: keys of JSON (a.b for one within another), columns of tables; joined by spaces.',
    freeText: true,
  })
  textFields: string[] = [];

  @Setting({
    type: 'string',
    meaning: 'Where records hold the id of their article; not set: each record is an article.',
    optional: true,
    freeText: true,
  })
  idField?: string;

  @Setting({ type: 'number', meaning: 'Probability that an expansion is replaced.', minimum: 0, maximum: 1 })
  probability = 0.15;

  @Setting({
    type: 'integer',
    meaning: 'How often each text to train on is taken, each time with other replacements.',
    minimum: 1,
    maximum: 1000,
  })
  rounds = 1;

  @Setting({ type: 'integer', meaning: 'Seed of the replacements and of the split.', minimum: 0 })
  seed = 1;

  @Setting({ type: 'number', meaning: 'Share of the articles in the split to choose by.', minimum: 0, maximum: 1 })
  validShare = 0.2;

  @Setting({ type: 'number', meaning: 'Share of the articles in the split to judge by.', minimum: 0, maximum: 1 })
  testShare = 0.2;

  @Setting({ type: 'integer', meaning: 'Expansions of fewer words are left alone.', minimum: 1, maximum: 100 })
  minimumWords = 1;

  @Setting({
    type: 'string',
    meaning: 'File of expansions that are left alone, one a line: single common words, for example.',
    optional: true,
    path: 'data',
  })
  stopExpansions?: string;

  @Setting({
    type: 'string',
    meaning: 'File of words that are dropped from texts and expansions, one a line; words of one letter go with them.',
    optional: true,
    path: 'data',
  })
  stopWords?: string;

  @Setting({ type: 'boolean', meaning: 'Leave letters of texts in their case.' })
  keepCase = false;

  @Setting({ type: 'boolean', meaning: 'Leave punctuation and digits in texts.' })
  keepPunctuation = false;

  @Setting({ type: 'boolean', meaning: 'Keep each text as it was before, beside the one with abbreviations.' })
  keepOriginal = false;

  @Setting({ type: 'boolean', meaning: 'Also write train.csv, valid.csv and test.csv, as MeDAL publishes them.' })
  csv = false;

  @Setting({
    type: 'integer',
    meaning: 'A file of texts ends before it gets longer than so many mebibytes.',
    minimum: 1,
    maximum: 4095,
  })
  shardMebibytes = 256;

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
    meaning: 'Licence of the texts and whence they are, as the manifest shall say it.',
    optional: true,
    freeText: true,
  })
  licence?: string;
}
