/**
 * The articles of all files in blocks for the threads, each with the place after it, so that a later attempt goes on from the
 * last block that was written.
 */
import { CorpusProblems, type FoundProblems } from '../../text/corpus-problems.js';
import { type ArticleFields, type ArticleFile, readArticles } from './read-articles.store.js';
import type { Article } from './substitute-block.js';

/** UTF-16 units from which a block ends. */
const BLOCK_CHARACTERS = 1 << 20;

/** Where the next article is; plain data. */
export interface ArticlePlace {
  readonly file: number;
  /** Articles of that file that were read. */
  readonly articles: number;
  /** What was wrong with the files before it. */
  readonly before: FoundProblems;
}

export interface ArticleBlock {
  readonly articles: readonly Article[];
  readonly characters: number;
  readonly after: ArticlePlace;
}

export interface ArticleSource {
  readonly files: readonly ArticleFile[];
  readonly fields: ArticleFields;
  readonly maximumErrors: number | undefined;
  readonly errorsListed: number;
}

export class ArticleBlocks {
  /** Of all files that were read so far. */
  problems: CorpusProblems;

  constructor(
    private readonly source: ArticleSource,
    private readonly from?: ArticlePlace,
  ) {
    this.problems = new CorpusProblems(source.maximumErrors, source.errorsListed, from?.before);
  }

  /** A file that was read in part is read again from its start, and what was taken of it passed over. */
  async *read(): AsyncGenerator<ArticleBlock, void> {
    const { files, fields } = this.source;
    let articles: Article[] = [];
    let characters = 0;
    for (let file = this.from?.file ?? 0; file < files.length; file++) {
      const before = this.problems.found();
      const taken = file === this.from?.file ? this.from.articles : 0;
      let read = 0;
      for await (const article of readArticles(files[file], fields, this.problems)) {
        if (++read <= taken) continue;
        articles.push(article);
        characters += article.text.length;
        if (characters < BLOCK_CHARACTERS) continue;
        yield { articles, characters, after: { file, articles: read, before } };
        [articles, characters] = [[], 0];
      }
    }
    const after = { file: files.length, articles: 0, before: this.problems.found() };
    if (articles.length > 0) yield { articles, characters, after };
  }
}
