/**
 * `corpus.link`: prepared segments and a graph to the linked corpus that SMedBERT reads (linked-corpus-file.ts), with
 * `coverage.json`, `examples.jsonl` (linked texts to look at), `sources.json` (whence the text is) and the tokenizer's files.
 */
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { readLines } from '../formats/text-lines.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadRanks } from '../graph/load-ranks.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { contextResolvers, exactLinker, segmentLinking } from './corpus-linking.js';
import { writeCorpusSources } from './corpus-sources.store.js';
import { Coverage, type CoverageReport } from './coverage.js';
import { linkSegment } from './link-segment.js';
import { LinkedCorpusWriter } from './linked-corpus-writer.store.js';
import type { Linker, Mention } from './linker.js';
import { writeMentionFrequency } from './mention-frequency.store.js';
import { readTokenizer, SEGMENTS_FILE, writeTokenizer } from './prepared-corpus.store.js';
import { AMBIGUITY_DEFAULTS, AMBIGUITY_RULES, ContextLinker } from './resolve-ambiguity.js';
import { buildSurfaceLexicon } from './surface-lexicon.js';

const PROGRESS_SEGMENTS = 2000;
const TOP_ENTITIES = 20;
/** An example shows something when it has at least so many mentions. */
const EXAMPLE_MENTIONS = 3;

export class LinkCorpusSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({ type: 'string', meaning: 'Name of the corpus.', required: true })
  corpus!: string;

  @Setting({
    type: 'string',
    meaning: 'How mentions are found: longest match of names, or words of jieba that are names.',
    choices: ['automaton', 'jieba'],
  })
  linker = 'automaton';

  @Setting({
    type: 'string',
    meaning: 'What is a word outside mentions: a single character or Latin word, or a word of jieba.',
    choices: ['lexicon', 'jieba'],
  })
  segmenter = 'jieba';

  @Setting({ type: 'boolean', meaning: 'Names match whatever the case of their letters.' })
  ignoreCase = true;

  @Setting({
    type: 'integer',
    meaning: 'A file of the linked corpus ends before it gets longer than so many mebibytes.',
    minimum: 1,
    maximum: 4095,
  })
  shardMebibytes = 256;

  @Setting({
    type: 'string',
    meaning:
      'Which entity an ambiguous surface means: exact, the one of highest rank (paper), or context, the one that fits the mentions around it.',
    choices: [...AMBIGUITY_RULES],
  })
  ambiguity = 'exact';

  @Setting({
    type: 'number',
    meaning: 'By context: a mention whose best entity scores less is left unlinked (scores of its entities sum to 1).',
    minimum: 0,
    maximum: 1,
  })
  ambiguityThreshold = AMBIGUITY_DEFAULTS.threshold;

  @Setting({
    type: 'number',
    meaning:
      'By context: how much rank and frequency weigh against the mentions around (0: only where there are none).',
    minimum: 0,
    maximum: 1000,
  })
  priorWeight = AMBIGUITY_DEFAULTS.priorWeight;

  @Setting({ type: 'integer', meaning: 'Linked texts written out to look at.', minimum: 0, maximum: 10_000 })
  examples = 20;
}

async function* run(
  settings: LinkCorpusSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const ranks = await loadRanks(inputs['ranks'].folder);
  const lexicon = buildSurfaceLexicon(snapshot, ranks, settings.ignoreCase);
  const { pieces, lowerCase, tokenizer } = await readTokenizer(inputs['corpus'].folder);
  yield { kind: 'note', message: `linking by ${lexicon.surfaces.length} surfaces (${lexicon.excluded} left out)` };
  let linker = exactLinker(lexicon, settings);
  if (settings.ambiguity === 'context') {
    const frequency = yield* countMentions(linker, snapshot.entityCount, inputs, signal);
    await writeMentionFrequency(folder, frequency);
    linker = new ContextLinker(linker, contextResolvers(lexicon, snapshot, ranks, frequency)(settings));
  }
  const linking = segmentLinking(lexicon, linker, { tokenizer, pieces }, settings);
  const writer = new LinkedCorpusWriter(folder, {
    vocabularySize: pieces.length,
    entityCount: snapshot.entityCount,
    shardBytes: settings.shardMebibytes * 2 ** 20,
  });
  const coverage = new Coverage(degreesOf(snapshot));
  const examples: unknown[] = [];
  const total = segmentsOf(inputs);
  try {
    for await (const { line, text } of readLines(join(inputs['corpus'].folder, SEGMENTS_FILE), 'utf-8')) {
      const { segment, mentions, found } = linkSegment(text, linking);
      writer.add(segment);
      coverage.add(text, segment.tokens.length, mentions, found);
      if (examples.length < settings.examples && mentions.length >= EXAMPLE_MENTIONS) {
        examples.push(exampleOf(text, mentions, snapshot));
      }
      if (line % PROGRESS_SEGMENTS !== 0) continue;
      throwIfCancelled(signal);
      yield { kind: 'progress', phase: 'link', done: line, total, unit: 'segments' };
    }
    writer.finish();
  } finally {
    writer.abandon();
  }
  await writeTokenizer(folder, pieces, lowerCase);
  await writeCorpusSources(folder, inputs['corpus']);
  const report = coverage.report((entity) => degreeOf(snapshot, entity) > 0, TOP_ENTITIES);
  await writeReport(folder, report, examples, snapshot);
  yield { kind: 'progress', phase: 'link', done: report.segments, total, unit: 'segments' };
  if (report.mentions === 0) yield { kind: 'warning', message: 'the corpus mentions no entity of the graph' };
  return figuresOf(report);
}

/** A first pass: how often each entity is mentioned by surfaces that are its own. */
async function* countMentions(
  linker: Linker,
  entityCount: number,
  inputs: StageInputs,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, Int32Array> {
  const frequency = new Int32Array(entityCount);
  const total = segmentsOf(inputs);
  for await (const { line, text } of readLines(join(inputs['corpus'].folder, SEGMENTS_FILE), 'utf-8')) {
    for (const { entity, ambiguous } of linker.link(text)) if (!ambiguous) frequency[entity]++;
    if (line % PROGRESS_SEGMENTS !== 0) continue;
    throwIfCancelled(signal);
    yield { kind: 'progress', phase: 'count', done: line, total, unit: 'segments' };
  }
  return frequency;
}

/** The count in the manifest of the prepared corpus. */
function segmentsOf(inputs: StageInputs): number | undefined {
  const { segments } = inputs['corpus'].manifest.figures;
  return typeof segments === 'number' ? segments : undefined;
}

function degreesOf(snapshot: GraphSnapshot): Float64Array {
  return Float64Array.from({ length: snapshot.entityCount }, (_, entity) => degreeOf(snapshot, entity));
}

function degreeOf({ outgoing, incoming }: GraphSnapshot, entity: number): number {
  const edges = outgoing.offsets[entity + 1] - outgoing.offsets[entity];
  return edges + incoming.offsets[entity + 1] - incoming.offsets[entity];
}

function exampleOf(text: string, mentions: readonly Mention[], snapshot: GraphSnapshot): unknown {
  const described = mentions.map(({ start, end, entity, ambiguous }) => ({
    start,
    end,
    surface: text.slice(start, end),
    key: snapshot.entityKeys.at(entity),
    entity: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
    ambiguous,
  }));
  return { text, mentions: described };
}

async function writeReport(
  folder: string,
  report: CoverageReport,
  examples: readonly unknown[],
  snapshot: GraphSnapshot,
): Promise<void> {
  const topEntities = report.topEntities.map(({ entity, mentions }) => ({
    key: snapshot.entityKeys.at(entity),
    entity: snapshot.entityNames.at(entity),
    mentions,
  }));
  const text = `${JSON.stringify({ ...report, topEntities }, null, 2)}\n`;
  await writeFile(join(folder, 'coverage.json'), (sink) => sink.write(new TextEncoder().encode(text)));
  await writeFile(join(folder, 'examples.jsonl'), (sink) => writeJsonLines(sink, examples));
}

function figuresOf({ topEntities: _, ...figures }: CoverageReport): StageFigures {
  return { ...figures };
}

export const linkCorpus: Stage<LinkCorpusSettings> = {
  name: 'corpus.link',
  summary: 'Link the segments of a corpus to the entities of a graph and report the coverage.',
  version: 2,
  kind: 'artefact',
  settings: LinkCorpusSettings,
  labels: ['kg', 'corpus'],
  needs: { graph: 'kg.import', ranks: 'kg.rank', corpus: 'corpus.prepare' },
  run,
};
