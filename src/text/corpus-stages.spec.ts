import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  return { stage, hash: 'h', folder: at, manifest: { figures } as Artefact['manifest'] };
}

async function finish(run: AsyncGenerator<StageEvent, StageFigures>): Promise<StageFigures> {
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}

function context(signal = new AbortController().signal) {
  return { folder, home: folder, threads: 1, signal, scratch: async () => folder };
}

function prepare(changes: Partial<PrepareCorpusSettings> = {}): Promise<StageFigures> {
  const file = join(folder, 'text.txt');
  writeFileSync(file, LINES.join('\n'));
  const settings = Object.assign(new PrepareCorpusSettings(), { corpus: 'c', files: [file], minimumCharacters: 0 });
  return finish(prepareCorpus.run(Object.assign(settings, changes), {}, context()));
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
