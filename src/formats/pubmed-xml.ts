/**
 * PubMed's XML (NLM: PubmedArticleSet of the baseline and the update files), streamed: the abstract of each article with all
 * its parts, and its PMID. The DTD that the header names is never fetched, and what a document declares itself is refused, so
 * that no entity grows or reaches a file; an entity that nobody declares makes its article a bad one.
 */
import { SaxesParser } from 'saxes';
import { MedgraftError } from '../base/errors.js';
import { readText } from './text-chunks.js';

export interface PubmedArticle {
  /** Where the article begins, from 1. */
  readonly line: number;
  readonly pmid: string;
  /** The parts joined by a space; empty where there is none. */
  readonly abstract: string;
  /** What is wrong with it, for people. */
  readonly problem?: string;
}

/** Elements that hold one article, with an identifier and an abstract. */
const ARTICLES = new Set(['MedlineCitation', 'BookDocument']);
/** In UTF-16 units: an article has a few thousand. */
const LONGEST_ARTICLE = 1 << 24;
/** Elements within each other. */
const DEEPEST = 256;

/** @throws MedgraftError `formats.xml` with file and line, `formats.xml-declarations`, and as `readText` */
export async function* readPubmed(path: string): AsyncGenerator<PubmedArticle, void> {
  const reader = new PubmedReader(path);
  for await (const piece of readText(path)) for (const article of reader.push(piece)) yield article;
  for (const article of reader.finish()) yield article;
}

interface Draft {
  readonly line: number;
  readonly depth: number;
  pmid: string;
  parts: string[];
  length: number;
  problem?: string;
}

/** Turns pieces of a document into articles. */
export class PubmedReader {
  private readonly parser = new SaxesParser();
  private readonly open: string[] = [];
  private articles: PubmedArticle[] = [];
  private draft: Draft | undefined;
  private sawArticleSet = false;

  /** @param place names the document in error messages */
  constructor(private readonly place: string) {
    const { parser } = this;
    // Own keys only: `&constructor;` is an entity like others.
    parser.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" });
    parser.on('error', (error) => this.fail(error.message));
    parser.on('doctype', (text) => this.checkDoctype(text));
    parser.on('opentag', ({ name }) => this.begin(name));
    parser.on('text', (text) => this.take(text));
    parser.on('cdata', (text) => this.take(text));
    parser.on('closetag', () => this.end());
  }

  /** The articles that the piece completes. */
  push(piece: string): PubmedArticle[] {
    this.parser.write(piece);
    return this.taken();
  }

  finish(): PubmedArticle[] {
    this.parser.close();
    if (this.sawArticleSet) return this.taken();
    throw xmlError(
      this.place,
      'the document has no article of PubMed',
      'a PubmedArticleSet with MedlineCitation',
      'other elements',
    );
  }

  private begin(name: string): void {
    this.open.push(name);
    if (this.open.length > DEEPEST)
      throw xmlError(this.here(), 'the elements lie too deep', `at most ${DEEPEST}`, name);
    if (name === 'PubmedArticleSet' || name === 'PubmedBookArticleSet') this.sawArticleSet = true;
    if (this.draft === undefined && ARTICLES.has(name)) {
      this.sawArticleSet = true;
      this.draft = { line: this.parser.line, depth: this.open.length, pmid: '', parts: [], length: 0 };
    } else if (this.draft && this.isPart(this.open.length)) this.draft.parts.push('');
  }

  private take(text: string): void {
    const { draft } = this;
    if (draft === undefined) return;
    draft.length += text.length;
    if (draft.length > LONGEST_ARTICLE) {
      throw xmlError(
        this.here(),
        'the article does not end',
        `at most ${LONGEST_ARTICLE} characters`,
        `${draft.length}`,
      );
    }
    if (this.isIdentifier()) draft.pmid += text;
    else if (draft.parts.length > 0 && this.isWithinPart()) draft.parts[draft.parts.length - 1] += text;
  }

  private end(): void {
    const { draft } = this;
    if (draft && this.open.length === draft.depth) {
      const { line, problem } = draft;
      const pmid = draft.pmid.trim();
      const abstract = draft.parts
        .map((part) => part.trim().replace(/\s+/g, ' '))
        .filter((part) => part !== '')
        .join(' ');
      const wrong = problem ?? (pmid === '' ? 'the article has no PMID' : undefined);
      this.articles.push({ line, pmid, abstract, ...(wrong !== undefined && { problem: wrong }) });
      this.draft = undefined;
    }
    this.open.pop();
  }

  /** The article's own: references and comments have PMIDs too, deeper within. */
  private isIdentifier(): boolean {
    return this.open.length === this.draft!.depth + 1 && this.open[this.open.length - 1] === 'PMID';
  }

  /** `Abstract/AbstractText`, but not `OtherAbstract/AbstractText`. */
  private isPart(depth: number): boolean {
    return this.open[depth - 1] === 'AbstractText' && this.open[depth - 2] === 'Abstract';
  }

  /** Within the part, or an element of it: italics, indices, formulas. */
  private isWithinPart(): boolean {
    for (let depth = this.open.length; depth > this.draft!.depth; depth--) if (this.isPart(depth)) return true;
    return false;
  }

  private checkDoctype(text: string): void {
    if (!text.includes('[')) return;
    throw new MedgraftError('input', 'formats.xml-declarations', 'the document declares entities or elements itself', {
      place: this.here(),
      expected: 'a header that at most names the DTD of PubMed, which is not fetched',
      got: `<!DOCTYPE${text.slice(0, 80)}`,
      hint: 'take the file as PubMed publishes it, or remove what stands in brackets after <!DOCTYPE',
    });
  }

  /** An entity that nobody declared spoils its article; all else the document. */
  private fail(message: string): void {
    const reason = message.replace(/^\d+:\d+: /, '');
    if (this.draft && /undefined entity/.test(reason)) {
      this.draft.problem ??= `undefined entity in line ${this.parser.line}: entities of a DTD are not expanded`;
      return;
    }
    throw xmlError(this.here(), 'the document is not well-formed XML', 'XML as PubMed publishes it', reason);
  }

  private here(): string {
    return `${this.place}:${this.parser.line}`;
  }

  private taken(): PubmedArticle[] {
    const { articles } = this;
    this.articles = [];
    return articles;
  }
}

function xmlError(place: string, message: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.xml', message, {
    place,
    expected,
    got: got.slice(0, 120),
    hint: 'copy or download the file again',
  });
}
