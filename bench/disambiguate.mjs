/**
 * Abbreviations in 10,964 paragraphs of open articles. `forms`: how many of the table's cannot be told from ordinary words.
 * `pace`: megabytes a second from text to answer, by frequency, one document of a megabyte. `frequency`: where a text defines an
 * abbreviation of the table by one of its expansions, how often the most frequent sense is that one. `own`: a sense that texts
 * spell out is taken out of the table and given back as an own sense, by EXAMPLES of its texts or by its expansion alone; other
 * articles, with the abbreviation in the place of the expansion, are asked: how often it is chosen where it is meant, and where
 * another sense is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { DISAMBIGUATION_DEFAULTS, Disambiguator } from '../dist/medal/disambiguation/disambiguator.js';
import { FrequencyRanker } from '../dist/medal/disambiguation/frequency-ranker.js';
import { readDefinitions } from '../dist/medal/disambiguation/read-definitions.js';
import { readInventory } from '../dist/medal/inventory/read-inventory.store.js';

const data = (path) => fileURLToPath(new URL(`../../shared/data/medal/${path}`, import.meta.url));
const TABLE = data('valid_adam.txt');
const TEXTS = data('pmc-ccby-paragraphs.tsv.gz');
const CHARACTERS = 1_000_000;
const EXAMPLES = 5;
/** Articles beyond the examples that are asked, and how many an expansion needs. */
const ASKED = 20;
const LEAST = EXAMPLES + 5;
const AROUND = 300;
const STEM = 4;

export async function run({ emit }) {
  if (!existsSync(TABLE) || !existsSync(TEXTS)) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const inventory = await readInventory(TABLE);
  const paragraphs = gunzipSync(readFileSync(TEXTS))
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, text]) => text)
    .map(([article, text]) => ({ article, text }));
  const disambiguator = new Disambiguator(new FrequencyRanker(inventory), 'frequency');
  emit({ bench: 'disambiguate', ...(await forms(disambiguator, inventory)) });
  emit({ bench: 'disambiguate', ...(await pace(disambiguator, paragraphs)) });
  emit({ bench: 'disambiguate', ...(await frequency(disambiguator, inventory, paragraphs)) });
  for (const by of ['examples', 'expansion']) {
    emit({ bench: 'disambiguate', ...(await own(disambiguator, inventory, paragraphs, by)) });
  }
}

async function forms(disambiguator, inventory) {
  const abbreviations = inventory.abbreviations();
  const answers = [];
  for (const form of abbreviations) {
    const [{ mentions }] = await disambiguator.disambiguate([`we gave ${form} here`]);
    answers.push(mentions.length === 1 && mentions[0].text === form && mentions[0].abbreviation === form);
  }
  return { case: 'forms', abbreviations: answers.length, notFound: answers.filter((found) => !found).length };
}

async function pace(disambiguator, paragraphs) {
  const text = paragraphs
    .map((paragraph) => paragraph.text)
    .join('\n')
    .slice(0, CHARACTERS);
  const seconds = [];
  let total = 0;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    [{ total }] = await disambiguator.disambiguate([text], { ...DISAMBIGUATION_DEFAULTS, mentions: 100_000 });
    seconds.push((performance.now() - start) / 1000);
  }
  seconds.sort((a, b) => a - b);
  const megabytes = Buffer.byteLength(text) / 1e6;
  return { case: 'pace', megabytes, mentions: total, seconds: seconds[2], megabytesPerSecond: megabytes / seconds[2] };
}

async function frequency(disambiguator, inventory, paragraphs) {
  const counts = { definitions: 0, ofTable: 0, covered: 0, mostFrequent: 0, chance: 0 };
  const seen = new Set();
  for (const { article, text } of paragraphs) {
    for (const { shortForm, longForm } of readDefinitions(text)) {
      counts.definitions++;
      const candidates = inventory.candidates(shortForm);
      if (candidates.length === 0) continue;
      counts.ofTable++;
      const expansion = longForm.toLowerCase();
      const right = candidates.find((number) => inventory.senses[number].expansion === expansion);
      const key = `${article} ${shortForm} ${right}`;
      if (right === undefined || seen.has(key)) continue;
      seen.add(key);
      const [{ mentions }] = await disambiguator.disambiguate([shortForm]);
      counts.covered++;
      counts.chance += 1 / candidates.length;
      counts.mostFrequent += Number(mentions[0]?.expansion === expansion);
    }
  }
  const { covered, mostFrequent, chance } = counts;
  return { case: 'frequency', ...counts, chance: chance / covered, accuracy: mostFrequent / covered };
}

/** Texts in which an expansion is spelled out, one an article. */
function spelledOut(inventory, paragraphs) {
  const numbers = new Map(inventory.senses.map(({ expansion }, number) => [expansion, number]));
  const texts = new Map();
  for (const { article, text } of paragraphs) {
    const words = [...text.matchAll(/[a-z]+/gi)];
    for (let i = 0; i < words.length; i++) {
      for (let count = 2; count <= 4 && i + count <= words.length; count++) {
        const start = words[i].index;
        const end = words[i + count - 1].index + words[i + count - 1][0].length;
        const number = numbers.get(text.slice(start, end).toLowerCase());
        if (number === undefined) continue;
        const of = texts.get(number) ?? new Map();
        const { abbreviation } = inventory.senses[number];
        const before = text.slice(Math.max(0, start - AROUND), start);
        if (!of.has(article))
          of.set(article, `${before}${abbreviation}${text.slice(end, end + AROUND).replace(/^\s*\([^)]*\)/, '')}`);
        texts.set(number, of);
      }
    }
  }
  return texts;
}

async function own(disambiguator, inventory, paragraphs, by) {
  const texts = spelledOut(inventory, paragraphs);
  const sums = { senses: 0, meant: 0, chosenWhereMeant: 0, other: 0, chosenWhereOther: 0 };
  for (const [number, of] of texts) {
    if (of.size < LEAST) continue;
    const { abbreviation, expansion } = inventory.senses[number];
    const all = [...of];
    const examples = all.slice(0, EXAMPLES);
    const articles = new Set(examples.map(([article]) => article));
    const others = inventory
      .candidates(abbreviation)
      .filter((candidate) => !shareStem(inventory.senses[candidate].expansion, expansion))
      .flatMap((candidate) => [...(texts.get(candidate) ?? [])])
      .filter(([article]) => !articles.has(article))
      .slice(0, ASKED);
    if (others.length === 0) continue;
    const sense = {
      abbreviation,
      expansion,
      examples: by === 'examples' ? examples.map(([, text]) => text) : [],
    };
    const asked = disambiguator.with({ senses: [sense], removals: [{ abbreviation, expansion }] });
    const meant = all.slice(EXAMPLES, EXAMPLES + ASKED);
    sums.senses++;
    sums.meant += meant.length;
    sums.other += others.length;
    sums.chosenWhereMeant += await chosen(asked, sense, meant);
    sums.chosenWhereOther += await chosen(asked, sense, others);
  }
  const recall = sums.chosenWhereMeant / sums.meant;
  return { case: 'own', by, ...sums, recall, falseShare: sums.chosenWhereOther / sums.other };
}

/** The table has many spellings of one meaning: senses are told apart only where no word begins alike. */
function shareStem(one, other) {
  const stems = new Set(one.split(' ').map((word) => word.slice(0, STEM)));
  return other.split(' ').some((word) => stems.has(word.slice(0, STEM)));
}

async function chosen(disambiguator, { abbreviation, expansion }, texts) {
  let count = 0;
  for (const [, text] of texts) {
    const [{ mentions }] = await disambiguator.disambiguate([text]);
    const mention = mentions.find((each) => each.abbreviation === abbreviation && each.source !== 'definition');
    count += Number(mention?.expansion === expansion);
  }
  return count;
}
