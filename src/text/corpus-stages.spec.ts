import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFile } from '../formats/byte-sink.js';
import { writeNpy } from '../formats/npy.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { RANKS_FILE } from '../graph/load-ranks.js';
import { PackedNames } from '../graph/packed-names.js';
import { writeSnapshot } from '../graph/snapshot-file.js';
import type { Artefact } from '../runs/artefact.js';
import type { StageEvent, StageFigures } from '../runs/stage.js';
import { LinkCorpusSettings, linkCorpus } from './link-corpus.stage.js';
import { openLinkedCorpus } from './linked-corpus-file.js';
import { readMentionFrequency } from './mention-frequency.store.js';
import { PrepareCorpusSettings, prepareCorpus } from './prepare-corpus.stage.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'medgraft-corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LINES = ['患者高血压十年，长期服用阿司匹林。', '', '查CT未见异常，<b>ACTH</b>正常；HTN控制良好。', '无关的话。'];

/** 高血压 (alias HTN) - 阿司匹林; CT has no edge, and a namesake of higher rank. */
function graph(): GraphSnapshot {
  const names = ['高血压', '阿司匹林', 'CT', 'CT'];
  const row = (entities: number[], offsets: number[]) => ({
    offsets: Uint32Array.from(offsets),
    entities: Uint32Array.from(entities),
    relations: new Uint16Array(entities.length),
  });
  return {
    entityCount: 4,
    relationCount: 1,
    typeCount: 1,
    tripleCount: 1,
    outgoing: row([1], [0, 1, 1, 1, 1]),
    incoming: row([0], [0, 0, 1, 1, 1]),
    entityKeys: PackedNames.from(['e0', 'e1', 'e2', 'e3']),
    entityNames: PackedNames.from(names),
    relationNames: PackedNames.from(['治疗']),
    typeNames: PackedNames.from(['事物']),
    entityTypes: new Uint16Array(4),
    aliasOffsets: Uint32Array.of(0, 1, 1, 1, 1),
    aliasTexts: PackedNames.from(['HTN']),
  };
}

function artefact(stage: string, at: string, figures: StageFigures = {}): Artefact {
  return {
    stage,
    hash: 'h',
    folder: at,
    manifest: { figures, settings: {}, sources: [], inputs: {} } as unknown as Artefact['manifest'],
  };
}

async function finish(
  run: AsyncGenerator<StageEvent, StageFigures>,
  see: (event: StageEvent) => void = () => undefined,
): Promise<StageFigures> {
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    see(next.value);
  }
}

function context(signal = new AbortController().signal) {
  return { folder, home: folder, threads: 1, signal, scratch: async () => folder };
}

function prepare(
  changes: Partial<PrepareCorpusSettings> = {},
  see?: (event: StageEvent) => void,
): Promise<StageFigures> {
  const file = join(folder, 'text.txt');
  writeFileSync(file, LINES.join('\n'));
  const settings = Object.assign(new PrepareCorpusSettings(), { corpus: 'c', files: [file], minimumCharacters: 0 });
  return finish(prepareCorpus.run(Object.assign(settings, changes), {}, context()), see);
}

async function link(changes: Partial<LinkCorpusSettings> = {}): Promise<StageFigures> {
  const figures = await prepare();
  await writeSnapshot(folder, graph());
  await writeFile(join(folder, RANKS_FILE), (sink) => writeNpy(sink, [4], Float64Array.of(0.4, 0.3, 0.1, 0.2)));
  const inputs = {
    graph: artefact('kg.import', folder),
    ranks: artefact('kg.rank', folder),
    corpus: artefact('corpus.prepare', folder, figures),
  };
  const settings = Object.assign(new LinkCorpusSettings(), { kg: 'g', corpus: 'c' });
  return finish(linkCorpus.run(Object.assign(settings, changes), inputs, context()));
}

function readText(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

describe('corpus.prepare', () => {
  it('writes cleaned segments and the vocabulary that cuts them', async () => {
    expect(await prepare()).toMatchObject({ documents: 3, segments: 3, dropped: 0 });
    expect(readText('segments.txt')).toBe(`${LINES[0]}\n查CT未见异常， ACTH 正常；HTN控制良好。\n无关的话。\n`);
    expect(readText('vocab.txt').split('\n').slice(0, 5)).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
    expect(JSON.parse(readText('tokenizer_config.json'))).toMatchObject({ do_lower_case: true });
  });

  it('joins lines up to an empty one, and to the length of a segment', async () => {
    await prepare({ joinLines: true });
    expect(readText('segments.txt').trimEnd().split('\n').length).toBe(2);
  });

  it('says what to do when every document is too short', async () => {
    await expect(prepare({ minimumCharacters: 256 })).rejects.toMatchObject({
      code: 'text.corpus-empty',
      details: { got: '4 lines; 3 documents were too short' },
    });
  });

  it('reads a folder in the order of names, by endings, and says what it passes over', async () => {
    const corpus = join(folder, 'corpus');
    mkdirSync(join(corpus, 'b'), { recursive: true });
    writeFileSync(join(corpus, 'b', 'one.csv'), 'id,title,body\n1,"头痛，\n发热",咳嗽\n2,只有两列\n');
    writeFileSync(
      join(corpus, 'a.jsonl.gz'),
      gzipSync('{"title":"胸痛","body":"气短"}\n{"title":\n{"other":1}\n[1]\n'),
    );
    writeFileSync(join(corpus, 'c.json'), '[{"title": ["腹痛", "腹泻"]}, {"title": {"x": 1}}]');
    writeFileSync(join(corpus, 'd.tsv'), 'body\ttitle\n乏力\t"盗汗\n');
    writeFileSync(join(corpus, 'e.TXT'), '恶心\n');
    writeFileSync(join(corpus, 'scan.pdf'), 'PDF');
    symlinkSync(join(corpus, 'e.TXT'), join(corpus, 'z.txt'));
    const events: StageEvent[] = [];
    const figures = await prepare({ files: [corpus], textFields: ['title', 'body'] }, (event) => events.push(event));
    expect(readText('segments.txt')).toBe('胸痛 气短\n头痛， 发热 咳嗽\n腹痛 腹泻\n"盗汗 乏力\n恶心\n');
    expect(figures).toMatchObject({
      files: 5,
      rejectedRecords: 5,
      'rejected text.row-malformed': 4,
      'rejected text.row-without-text': 1,
    });
    const rejected = readText('rejected.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejected.map(({ file, line, code }) => [file.slice(corpus.length + 1), line, code])).toEqual([
      ['a.jsonl.gz', 2, 'text.row-malformed'],
      ['a.jsonl.gz', 3, 'text.row-without-text'],
      ['a.jsonl.gz', 4, 'text.row-malformed'],
      [join('b', 'one.csv'), 4, 'text.row-malformed'],
      ['c.json', 1, 'text.row-malformed'],
    ]);
    expect(events).toContainEqual({ kind: 'note', message: '5 files; passed over 2: scan.pdf, z.txt' });
    await expect(prepare({ files: [corpus], textFields: ['title', 'body'], maximumErrors: 2 })).rejects.toMatchObject({
      code: 'text.too-many-errors',
      details: { place: `${join(corpus, 'a.jsonl.gz')}:4`, expected: 'at most 2 bad records' },
    });
  });

  it('reads tables without a header by the numbers of their columns, and says how many there are', async () => {
    const file = join(folder, 'bare.tsv');
    writeFileSync(file, 'P1\tchest pain\nP1\tfever\ta third\nP2\tcough\n');
    const figures = await prepare({ files: [file], textFields: ['2'], header: false });
    expect(readText('segments.txt')).toBe('chest pain\ncough\n');
    expect(figures).toMatchObject({ documents: 2, 'rejected text.row-malformed': 1 });
    await expect(prepare({ files: [file], textFields: ['3'], header: false })).rejects.toMatchObject({
      code: 'text.fields',
      details: { expected: '3', got: '1, 2' },
    });
  });

  it.each([
    ['x.jsonl', '{"title":"a","text":"b"}\n', [], { got: 'title, text' }],
    ['x.csv', 'title,text\na,b\n', [], { got: 'title, text' }],
    ['x.csv', 'title,text\na,b\n', ['titel'], { expected: 'titel', got: 'title, text' }],
  ])('says which fields there are when %s has none of those given', async (name, content, textFields, details) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    await expect(prepare({ files: [file], textFields })).rejects.toMatchObject({
      code: 'text.fields',
      details: { place: `${file}:1`, ...details },
    });
  });

  it('names a folder without files of a corpus, and counts a renamed file as another corpus', async () => {
    const corpus = join(folder, 'corpus');
    mkdirSync(corpus);
    writeFileSync(join(corpus, 'scan.pdf'), 'PDF');
    await expect(prepare({ files: [corpus] })).rejects.toMatchObject({
      code: 'text.no-files',
      details: { got: 'scan.pdf' },
    });
    const namesOf = (files: string[]) =>
      prepareCorpus.outside?.(Object.assign(new PrepareCorpusSettings(), { files }), new AbortController().signal);
    writeFileSync(join(corpus, 'a.txt'), '头痛');
    const before = await namesOf([corpus]);
    renameSync(join(corpus, 'a.txt'), join(corpus, 'a.jsonl'));
    expect(await namesOf([corpus])).not.toEqual(before);
  });

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort();
    writeFileSync(join(folder, 'text.txt'), LINES[0]);
    const settings = Object.assign(new PrepareCorpusSettings(), {
      corpus: 'c',
      files: [join(folder, 'text.txt')],
      minimumCharacters: 0,
    });
    await expect(finish(prepareCorpus.run(settings, {}, context(signal)))).rejects.toMatchObject({
      code: 'run.cancelled',
    });
  });
});

describe('corpus.link', () => {
  it.each(['automaton', 'jieba'])('writes tokens, words and mentions found by %s', async (linker) => {
    expect(await link({ linker })).toMatchObject({ segments: 3, mentions: 4, ambiguousMentions: 1 });
    const corpus = openLinkedCorpus(folder);
    const vocabulary = readText('vocab.txt').split('\n');
    const mentions = Array.from({ length: corpus.segmentCount }, (_, index) => {
      const { tokens, wordStarts, mentionStarts, mentionLengths, mentionEntities } = corpus.segment(index);
      return Array.from(mentionStarts, (start, m) => {
        const end = start + mentionLengths[m];
        expect([...wordStarts.slice(start, end + 1)]).toEqual([1, ...new Array(end - start - 1).fill(0), 1]);
        return [Array.from(tokens.slice(start, end), (id) => vocabulary[id]).join(''), mentionEntities[m]];
      });
    });
    corpus.close();
    expect(mentions).toEqual([
      [
        ['高血压', 0],
        ['阿司匹林', 1],
      ],
      [
        ['c##t', 3],
        ['h##t##n', 0],
      ],
      [],
    ]);
  });

  it('resolves ambiguous surfaces by context, or leaves them unlinked', async () => {
    expect(await link({ ambiguity: 'context' })).toMatchObject({ mentions: 4, ambiguousMentions: 1 });
    expect(Array.from((await readMentionFrequency(folder, 4)) ?? [])).toEqual([2, 1, 0, 0]);
    await expect(readMentionFrequency(folder, 5)).rejects.toMatchObject({ code: 'text.frequency' });
    // CT has two entities without neighbours: their ranks are 0.1 and 0.2.
    expect(await link({ ambiguity: 'context', ambiguityThreshold: 0.6 })).toMatchObject({ ambiguousMentions: 1 });
    expect(await link({ ambiguity: 'context', ambiguityThreshold: 0.7 })).toMatchObject({
      mentions: 3,
      ambiguousMentions: 0,
    });
  });

  it('reports coverage and examples by name', async () => {
    await link();
    expect(JSON.parse(readText('coverage.json'))).toMatchObject({
      distinctEntities: 3,
      vectorShare: 0.75,
      topEntities: [{ key: 'e0', entity: '高血压', mentions: 2 }, { mentions: 1 }, { mentions: 1 }],
    });
    expect(readText('examples.jsonl')).toBe('');
  });
});
