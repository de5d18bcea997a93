/**
 * Articles of one file, whatever it is: PubMed XML, records with fields for id and text, tab-separated `id paragraph` (an
 * article may have several), or plain text, a text a line.
 */
import { basename } from 'node:path';
import { readPubmed } from '../../formats/pubmed-xml.js';
import { readLines } from '../../formats/text-lines.js';
import {
  CORPUS_FORMATS,
  type CorpusFile,
  type CorpusFormat,
  type FormatEndings,
} from '../../text/corpus-files.store.js';
import type { CorpusProblems } from '../../text/corpus-problems.js';
import { readCorpusTexts } from '../../text/corpus-texts.js';
import type { Article } from './substitute-block.js';

export type ArticleFormat = CorpusFormat | 'pubmed';
export type ArticleFile = CorpusFile<ArticleFormat>;

export const ARTICLE_FORMATS: FormatEndings<ArticleFormat> = { ...CORPUS_FORMATS, xml: 'pubmed' };

export interface ArticleFields {
  /** Dotted keys or columns with the text; a tab-separated file without them has no header. */
  readonly textFields: readonly string[];
  readonly idField?: string;
}

/** @throws MedgraftError as the readers of the formats */
export async function* readArticles(
  { path, format }: ArticleFile,
  { textFields, idField }: ArticleFields,
  problems: CorpusProblems,
): AsyncGenerator<Article, void> {
  if (format === 'pubmed') {
    yield* readAbstracts(path, problems);
    return;
  }
  if (format === 'tsv' && textFields.length === 0) {
    yield* readParagraphs(path, problems);
    return;
  }
  const name = basename(path);
  for await (const { line, text, id } of readCorpusTexts(
    { path, format },
    { texts: textFields, id: idField },
    problems,
  )) {
    yield { id: id ?? `${name}:${line}`, key: id ?? text, text };
  }
}

async function* readParagraphs(path: string, problems: CorpusProblems): AsyncGenerator<Article, void> {
  for await (const { line, text } of readLines(path)) {
    if (text === '') continue;
    const tab = text.indexOf('\t');
    const id = text.slice(0, Math.max(0, tab)).trim();
    if (id !== '') yield { id, key: id, text: text.slice(tab + 1) };
    else
      problems.add({
        file: path,
        line,
        code: 'text.row-without-id',
        reason: 'the line has no id and tab before its text',
      });
  }
}

/** Articles without an abstract are passed over: PubMed has many. */
async function* readAbstracts(path: string, problems: CorpusProblems): AsyncGenerator<Article, void> {
  for await (const { line, pmid, abstract, problem } of readPubmed(path)) {
    if (problem !== undefined) problems.add({ file: path, line, code: 'medal.article', reason: problem });
    else if (abstract !== '') yield { id: pmid, key: pmid, text: abstract };
  }
}
