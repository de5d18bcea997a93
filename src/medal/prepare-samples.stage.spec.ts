/** The stage as a person runs it. One file, long as it is: every case asks the same made-up texts through the same few helpers. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeArticles, writeAbbreviationTable } from '../../test/support/abbreviation-texts.js';
import type { Artefact } from '../runs/artefact.js';
import { runStage } from '../runs/stage-runner.js';
import { Workspace } from '../runs/workspace.js';
import { parseSettings } from '../settings/parse-settings.js';
import { prepareSamples } from './prepare-samples.stage.js';
import { PrepareSamplesSettings } from './prepare-samples-settings.js';
import { openSampleSet } from './samples/open-samples.store.js';
import { SPLITS } from './samples/sample-layout.js';

let root: string;
let table: string;
let homes = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'medgraft-samples-'));
  table = join(root, 'adam.tsv');
  writeAbbreviationTable(table);
});
afterAll(() => rmSync(root, { recursive: true }));

interface Running {
  threads?: number;
  home?: string;
  signal?: AbortSignal;
  /** Called at each event. */
  onEvent?(): void;
}

async function prepare(given: Partial<PrepareSamplesSettings>, running: Running = {}): Promise<Artefact> {
  const { threads = 1, home = join(root, `home-${homes++}`), signal = new AbortController().signal, onEvent } = running;
  const settings = parseSettings(PrepareSamplesSettings, { samples: 'test', inventory: table, ...given }, 'test');
  const options = { workspace: new Workspace(home), environment: { threads }, signal };
  const steps = runStage(prepareSamples, settings, options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
    onEvent?.();
  }
}

function file(name: string, content: string | Buffer): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

const tsv = (name: string, articles: readonly { id: string; text: string }[]) =>
  file(name, articles.map(({ id, text }) => `${id}\t${text}\n`).join(''));

/** Every file but the manifest, which has times. */
function contentOf(folder: string, prefix = ''): Record<string, string> {
  const names = readdirSync(join(folder, prefix)).sort();
  return Object.assign(
    {},
    ...names.map((name) => {
      const path = join(prefix, name);
      if (statSync(join(folder, path)).isDirectory()) return contentOf(folder, path);
      return name === 'manifest.json' ? {} : { [path]: readFileSync(join(folder, path), 'latin1') };
    }),
  );
}

async function textsOf({ folder }: Artefact) {
  const set = await openSampleSet(folder);
  const texts: { split: string; id: string; text: string; original: string; senses: [string, string][] }[] = [];
  for (const name of SPLITS) {
    const split = await set.split(name);
    for (let number = 0; number < split.texts; number++) {
      const text = split.text(number);
      const own = Array.from(split.classes.subarray(split.sampleStarts[number], split.sampleStarts[number + 1]));
      const senses = own.map((sense, i): [string, string] => [
        text.split(' ')[split.locations[split.sampleStarts[number] + i]],
        set.inventory.senses[sense].expansion,
      ]);
      texts.push({ split: name, id: split.id(number), text, original: split.original(number), senses });
    }
    split.close();
  }
  return texts;
}

describe('medal.prepare from texts', () => {
  it('says where each abbreviation stands and what it meant', async () => {
    const path = tsv('few.tsv', [
      { id: '1', text: 'Computed tomography (CT) after renal failure.' },
      { id: '2', text: 'Nothing of that kind' },
    ]);
    const made = await prepare({ files: [path], probability: 1, validShare: 0, testShare: 0, keepOriginal: true });
    expect(await textsOf(made)).toEqual([
      {
        split: 'train',
        id: '1',
        text: 'CT ct after RF',
        original: 'Computed tomography (CT) after renal failure.',
        senses: [
          ['CT', 'computed tomography'],
          ['RF', 'renal failure'],
        ],
      },
    ]);
    expect(made.manifest.figures).toMatchObject({ texts: 2, dropped: 1, samples: 2, candidates: 2, classes: 2 });
  });

  it('puts all paragraphs of an article in one split, by the shares', async () => {
    const made = await prepare({ files: [tsv('many.tsv', makeArticles(1500, 60))], validShare: 0.3, testShare: 0.1 });
    const splits = new Map<string, Set<string>>();
    for (const { id, split } of await textsOf(made)) splits.set(id, (splits.get(id) ?? new Set()).add(split));
    expect([...splits.values()].filter((own) => own.size > 1)).toEqual([]);
    const shareOf = (name: string) => [...splits.values()].filter((own) => own.has(name)).length / splits.size;
    expect(Math.abs(shareOf('valid') - 0.3)).toBeLessThan(0.05);
    expect(Math.abs(shareOf('test') - 0.1)).toBeLessThan(0.04);
  });

  it('gives the same whatever the number of threads', async () => {
    const path = tsv('long.tsv', makeArticles(6000, 90));
    const folders: string[] = [];
    for (const threads of [1, 2, 3]) folders.push((await prepare({ files: [path], csv: true }, { threads })).folder);
    const first = contentOf(folders[0]);
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['train.csv', join('train', 'shard-00000.bin')]));
    for (const folder of folders.slice(1)) expect(contentOf(folder)).toEqual(first);
  });

  it('goes on where it was interrupted, and gives the same', async () => {
    const articles = makeArticles(20_000, 130);
    const paths = [tsv('part-1.tsv', articles.slice(0, 12_000)), tsv('part-2.tsv', articles.slice(12_000))];
    const bad = file('part-0.tsv', 'no tab here\n7\trenal failure\n');
    const settings = { files: [bad, ...paths], shardMebibytes: 1 };
    const home = join(root, 'interrupted');
    const scratchOf = () =>
      readdirSync(join(home, 'artifacts', 'medal.prepare')).find((name) => name.endsWith('.scratch'));
    const stop = new AbortController();
    const onEvent = () => {
      const scratch = existsSync(join(home, 'artifacts')) ? scratchOf() : undefined;
      if (scratch && existsSync(join(home, 'artifacts', 'medal.prepare', scratch, 'progress.json'))) stop.abort();
    };
    await expect(prepare(settings, { home, signal: stop.signal, onEvent, threads: 2 })).rejects.toMatchObject({
      code: 'run.cancelled',
    });
    const continued = await prepare(settings, { home });
    const straight = await prepare(settings);
    expect(contentOf(continued.folder)).toEqual(contentOf(straight.folder));
    expect(continued.manifest.figures).toEqual(straight.manifest.figures);
    expect(continued.manifest.figures['rejectedRecords']).toBe(1);
    expect(scratchOf()).toBeUndefined();
  });

  it('reads records, tables, lines, packed files and folders', async () => {
    const folder = join(root, 'folder');
    mkdirSync(folder);
    const text = 'renal failure';
    writeFileSync(
      join(folder, 'a.jsonl'),
      `{"pmid":5,"body":{"text":"${text}"}}\n{"pmid":6}\n{"body":{"text":"x"}}\n[`,
    );
    writeFileSync(join(folder, 'b.csv.gz'), gzipSync(`pmid,body.text\n8,"${text}, acute"\n9\n`));
    writeFileSync(join(folder, 'c.md'), text);
    const common = { probability: 1, validShare: 0, testShare: 0 };
    const records = await prepare({ files: [folder], textFields: ['body.text'], idField: 'pmid', ...common });
    expect((await textsOf(records)).map(({ id, text: shown }) => [id, shown])).toEqual([
      ['5', 'RF'],
      ['8', 'RF acute'],
    ]);
    expect(records.manifest.figures).toMatchObject({
      'rejected text.row-without-text': 1,
      'rejected text.row-without-id': 1,
      'rejected text.row-malformed': 2,
      files: 2,
    });
    const listed = readFileSync(join(records.folder, 'rejected.jsonl'), 'utf8').trimEnd().split('\n');
    expect(listed.map((line) => JSON.parse(line).line)).toEqual([2, 3, 4, 3]);
    const lines = await prepare({ files: [file('lines.txt', `x\n${text}\n`)], ...common });
    expect((await textsOf(lines)).map(({ id }) => id)).toEqual(['lines.txt:2']);
  });

  it('reads the abstracts of PubMed, and lists articles that are none', async () => {
    const cite = (inner: string) => `<PubmedArticle><MedlineCitation>${inner}</MedlineCitation></PubmedArticle>`;
    const abstract = (text: string) => `<Article><Abstract><AbstractText>${text}</AbstractText></Abstract></Article>`;
    const document = `<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet SYSTEM "http://localhost:1/pubmed.dtd">
<PubmedArticleSet>${cite(`<PMID>31</PMID>${abstract('Renal <i>failure</i>')}`)}
${cite(abstract('calcitonin'))}
${cite(`<PMID>33</PMID>${abstract('calcitonin &unknown;')}`)}
${cite('<PMID>34</PMID>')}</PubmedArticleSet>`;
    const path = file('pubmed.xml.gz', gzipSync(document));
    const made = await prepare({ files: [path], probability: 1, validShare: 0, testShare: 0 });
    expect((await textsOf(made)).map(({ id, text }) => [id, text])).toEqual([['31', 'RF']]);
    expect(made.manifest.figures).toMatchObject({ texts: 1, 'rejected medal.article': 2 });
    const listed = readFileSync(join(made.folder, 'rejected.jsonl'), 'utf8').trimEnd().split('\n');
    expect(listed.map((line) => JSON.parse(line).line)).toEqual([4, 5]);
  });

  it('keeps texts of lines that are equal together', async () => {
    const text = 'renal failure and calcitonin';
    const path = file(
      'twice.txt',
      Array.from({ length: 300 }, (_, i) => `${text} ${'x'.repeat(1 + (i % 30))}\n`).join(''),
    );
    const made = await prepare({ files: [path], probability: 1, validShare: 0.4, testShare: 0.3 });
    const splits = new Map<string, Set<string>>();
    for (const { text: shown, split } of await textsOf(made))
      splits.set(shown, (splits.get(shown) ?? new Set()).add(split));
    expect([...splits.values()].every((own) => own.size === 1)).toBe(true);
    expect(new Set([...splits.values()].flatMap((own) => [...own])).size).toBe(3);
  });

  it('leaves alone what its files say', async () => {
    const made = await prepare({
      files: [tsv('stop.tsv', [{ id: '1', text: 'The renal failure of computed tomography a calcitonin' }])],
      stopWords: file('stop-words.txt', 'The\nof\n'),
      stopExpansions: file('stop-expansions.txt', 'Calcitonin\n'),
      ...{ probability: 1, validShare: 0, testShare: 0 },
    });
    expect((await textsOf(made)).map(({ text }) => text)).toEqual(['RF CT calcitonin']);
  });
});

const HEADER = 'ABSTRACT_ID,TEXT,LOCATION,LABEL';

describe('medal.prepare from published tables', () => {
  it('takes them as they are, with equal texts once, and lists rows that are no samples', async () => {
    const train = file(
      'train.csv',
      [
        HEADER,
        '1,the CT of  RF,3,renal failure',
        '2,"a 1,5-AG test",1,anhydroglucitol',
        '1,the CT of RF,1,computed tomography',
        '3,the CT,2,computed tomography',
        '3,the CT,x,computed tomography',
        '3,the CT,1,computer tomograph',
        '3,the CT,0,computed tomography',
        '3,the CT,1',
      ].join('\n'),
    );
    const test = file('test.csv.gz', gzipSync(`,${HEADER}\n0,9,MI,0.0,myocardial infarction\n`));
    const made = await prepare({ publishedTrain: train, publishedTest: test, csv: true });
    expect(
      (await textsOf(made)).map(({ split, id, text, senses }) => [split, id, text, senses.flat().join('|')]),
    ).toEqual([
      ['train', '1', 'the CT of RF', 'CT|computed tomography|RF|renal failure'],
      ['train', '2', 'a 1,5-AG test', '1,5-AG|anhydroglucitol'],
      ['train', '3', 'the CT', 'the|computed tomography'],
      ['test', '9', 'MI', 'MI|myocardial infarction'],
    ]);
    expect(made.manifest.figures).toMatchObject({
      rows: 9,
      otherAbbreviations: 1,
      rejectedRecords: 4,
      'rejected medal.row-location': 2,
      'rejected medal.row-label': 1,
      'rejected text.row-malformed': 1,
      'valid texts': 0,
    });
    const listed = readFileSync(join(made.folder, 'rejected.jsonl'), 'utf8').trimEnd().split('\n');
    expect(listed.map((line) => JSON.parse(line).line)).toEqual([5, 6, 7, 9]);
    expect(readFileSync(join(made.folder, 'train.csv'), 'utf8').split('\n')[3]).toBe(
      '2,"a 1,5-AG test",1,anhydroglucitol',
    );
  });

  it('reads the tables that it writes itself', async () => {
    const texts = await prepare({ files: [tsv('round.tsv', makeArticles(300, 60))], csv: true });
    const tables = await prepare({
      publishedTrain: join(texts.folder, 'train.csv'),
      publishedValid: join(texts.folder, 'valid.csv'),
      publishedTest: join(texts.folder, 'test.csv'),
    });
    expect(await textsOf(tables)).toEqual(await textsOf(texts));
    expect(tables.manifest.figures['rejectedRecords']).toBe(0);
  });

  const SAMPLE = '../shared/data/medal/sample.csv';
  const present = existsSync(SAMPLE);
  if (!present) process.stdout.write('skipped: ../shared/data not present\n');
  it.skipIf(!present)('reads the published sample', async () => {
    const made = await prepare({ inventory: '../shared/data/medal/valid_adam.txt', publishedTest: SAMPLE });
    expect(made.manifest.figures).toMatchObject({
      rows: 268,
      otherAbbreviations: 0,
      rejectedRecords: 0,
      'test samples': 268,
      'test texts': 76,
    });
  });
});

describe('medal.prepare refuses', () => {
  it.each<[string, () => Partial<PrepareSamplesSettings>, string, string]>([
    ['neither texts nor tables', () => ({}), 'medal.sources', 'files'],
    ['both', () => ({ files: [table], publishedTest: table }), 'medal.sources', 'files'],
    ['shares above one', () => ({ files: [table], validShare: 0.6, testShare: 0.6 }), 'medal.shares', 'validShare'],
    ['a table of other columns', () => ({ publishedTest: table }), 'medal.table-header', 'adam.tsv:1'],
    ['an empty table', () => ({ publishedTest: file('empty.csv', '') }), 'medal.table-header', 'empty.csv'],
    ['texts without samples', () => ({ files: [file('none.txt', 'x\n')] }), 'medal.samples-empty', 'none.txt'],
    ['a table without samples', () => ({ publishedTest: file('bare.csv', HEADER) }), 'medal.samples-empty', 'bare.csv'],
    [
      'gz data that is cut',
      () => ({ files: [file('cut.txt.gz', gzipSync('renal failure\n'.repeat(9000)).subarray(0, 60))] }),
      'formats.gzip',
      'cut.txt.gz',
    ],
    [
      'XML that declares entities',
      () => ({ files: [file('bomb.xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')] }),
      'formats.xml-declarations',
      'bomb.xml:1',
    ],
    [
      'too many bad records',
      () => ({ files: [file('bad.tsv', 'a\nb\n')], maximumErrors: 1 }),
      'text.too-many-errors',
      'bad.tsv:2',
    ],
  ])('%s', async (_, given, code, place) => {
    await expect(prepare(given())).rejects.toMatchObject({ code, details: { place: expect.stringContaining(place) } });
  });
});
