import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PubmedArticle, PubmedReader } from './pubmed-xml.js';
import { xmlText } from './xml-text.js';

const HEADER = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
`;

function read(document: string, size = document.length): PubmedArticle[] {
  const reader = new PubmedReader('file.xml');
  const articles: PubmedArticle[] = [];
  for (let at = 0; at < document.length; at += size) articles.push(...reader.push(document.slice(at, at + size)));
  return [...articles, ...reader.finish()];
}

const article = (pmid: string, inner: string) =>
  `<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">${pmid}</PMID><Article>${inner}</Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">99</ArticleId></ArticleIdList></PubmedData></PubmedArticle>`;
const abstract = (...parts: string[]) =>
  `<Abstract>${parts.map((part) => `<AbstractText>${part}</AbstractText>`).join('')}</Abstract>`;

describe('articles of PubMed', () => {
  it('have all parts of their abstract, with what stands in elements within, and their own PMID', () => {
    const document = `${HEADER}<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">12</PMID><Article><ArticleTitle>A title</ArticleTitle>
<Abstract><AbstractText Label="AIM">To <i>treat
 it</i>.</AbstractText><AbstractText Label="RESULT">p &lt; 0.05 &#177; H<sub>2</sub>O<![CDATA[ & more]]></AbstractText>
<CopyrightInformation>Someone</CopyrightInformation></Abstract></Article>
<OtherAbstract Type="plain-language-summary"><AbstractText>Other words</AbstractText></OtherAbstract>
<CommentsCorrectionsList><CommentsCorrections><PMID>77</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation></PubmedArticle>
${article('13', '<ArticleTitle>No abstract</ArticleTitle>')}
<PubmedBookArticle><BookDocument><PMID>14</PMID>${abstract('Of a book')}</BookDocument></PubmedBookArticle>
<DeleteCitation><PMID>15</PMID></DeleteCitation></PubmedArticleSet>`;
    const expected = [
      { line: 4, pmid: '12', abstract: 'To treat it. p < 0.05 ± H2O & more' },
      { line: 11, pmid: '13', abstract: '' },
      { line: 12, pmid: '14', abstract: 'Of a book' },
    ];
    expect(read(document)).toEqual(expected);
    expect(read(document, 1)).toEqual(expected);
  });

  it('are read as they were written, whatever their text and the pieces', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.array(part, { maxLength: 3 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        (lists, size) => {
          const document = lists.map((parts, i) => article(String(i), abstract(...parts.map(xmlText)))).join('\n');
          const found = read(`<PubmedArticleSet>${document}</PubmedArticleSet>`, size);
          const folded = (text: string) => xmlFolded(text);
          expect(found.map(({ abstract: text }) => text)).toEqual(
            lists.map((parts) =>
              parts
                .map(folded)
                .filter((text) => text !== '')
                .join(' '),
            ),
          );
        },
      ),
    );
  });

  it('are bad ones without a PMID, or with an entity that nobody declared', () => {
    const document = `<PubmedArticleSet>${article('', abstract('x'))}
${article('2', abstract('a &alpha; b &constructor; c'))}
${article('3', abstract('whole'))}</PubmedArticleSet>`;
    expect(read(document)).toMatchObject([
      { line: 1, problem: 'the article has no PMID' },
      { line: 2, pmid: '2', problem: expect.stringContaining('undefined entity in line 2') },
      { line: 3, pmid: '3', abstract: 'whole' },
    ]);
    expect(read(document)[2]).not.toHaveProperty('problem');
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', 'formats.xml-declarations', 'file.xml:1'],
    ['<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]>\n<a>&y;</a>', 'formats.xml-declarations', 'file.xml:1'],
    ['<PubmedArticleSet>\n<a></b>', 'formats.xml', 'file.xml:2'],
    ['<PubmedArticleSet>\n<MedlineCitation>', 'formats.xml', 'file.xml:2'],
    ['<PubmedArticleSet>&nope;</PubmedArticleSet>', 'formats.xml', 'file.xml:1'],
    ['<html><body/></html>', 'formats.xml', 'file.xml'],
    ['no XML', 'formats.xml', 'file.xml:1'],
    ['', 'formats.xml', 'file.xml'],
    [`<PubmedArticleSet>${'<a>'.repeat(300)}`, 'formats.xml', 'file.xml:1'],
  ])('are refused with their place: %j', (document, code, place) => {
    expect(() => read(document)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ place: expect.stringContaining(place) }) }),
    );
  });
});

/** White space folded, and what XML cannot hold replaced. */
function xmlFolded(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .trim()
    .replace(/\s+/g, ' ');
}
