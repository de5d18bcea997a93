import type { CompiledProgram, Engine, NamedData } from '../../engine/engine.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import type { MentionSpan } from '../instances/collate-mentions.js';
import { buildSentence } from '../instances/sentence.js';
import { collateSentences, type SentenceBatch, sentenceShape } from '../instances/sentence-batch.js';
import { sentenceLookups } from '../model/sentence-inputs.js';
import type { SmedbertConfig } from '../model/smedbert-model.js';
import { describeMention, type GraphNames } from './describe-mention.js';
import type { Explanation, MaskView, TokenView } from './explanation.js';
import { type ExplanationShape, explanationParameters, explanationProgram } from './explanation-program.js';
import { type FoundMention, type ReadText, readText, type TextReader } from './read-text.js';

/** A trained model that infuses its graph, and what it read its corpus with. */
export interface ExplainedModel {
  readonly config: SmedbertConfig;
  readonly store: ParameterStore;
  readonly snapshot: GraphSnapshot;
  /** [entities] */
  readonly ranks: Float64Array;
  /** Those that the model was trained with. */
  readonly neighbours: TopNeighbours;
}

/** Sample lengths are multiples of this. */
const LENGTH_STEP = 16;
/** [CLS] stands before the first token. */
const BEFORE_TEXT = 1;
const KEPT_PROGRAMS = 8;

/** Explains texts by one model; programs are compiled once for each shape, the last few kept. */
export class TextExplainer {
  private readonly programs = new Map<string, CompiledProgram>();

  constructor(
    private readonly model: ExplainedModel,
    private readonly engine: Engine,
  ) {}

  /** @param masks best pieces that are shown of each `[MASK]` */
  async explain(text: string, reader: TextReader, masks: number): Promise<Explanation> {
    const { config, neighbours, snapshot } = this.model;
    const read = readText(text, reader);
    const { special } = reader.tokenizer;
    const maximumTokens = config.encoder.maximumPositions;
    const sentence = buildSentence([read.segment], {
      special,
      maximumTokens,
      maximumMentionTokens: reader.maximumMentionTokens,
    });
    const [{ length }] = sentence.parts;
    const asked = read.masks.filter((token) => token < length);
    const shape: ExplanationShape = {
      ...sentenceShape([sentence], { samples: 1, width: LENGTH_STEP, maximumTokens }, neighbours.counts),
      masks: asked.length === 0 || masks === 0 ? 0 : 2 ** Math.ceil(Math.log2(asked.length)),
    };
    const batch = collateSentences([sentence], shape, special.pad, { neighbours, entityTypes: snapshot.entityTypes });
    const outputs = await this.run(shape, batch, asked);
    return {
      text,
      tokens: tokensOf(read, length, reader, batch, outputs),
      cutTokens: read.segment.tokens.length - length,
      mentions: this.mentionsOf(text, read, length, reader, batch, outputs),
      predictions: outputs['probabilities']
        ? asked.map((token, p) => maskOf(read, token, bestOf(outputs, p, config, masks), reader))
        : [],
    };
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }

  private async run(shape: ExplanationShape, batch: SentenceBatch, asked: readonly number[]): Promise<NamedData> {
    const { store, config } = this.model;
    const names = explanationParameters(store, config, shape.masks > 0);
    const program = await this.program(shape);
    return program.run({
      ...Object.fromEntries(names.map((name) => [name, store.value(name)])),
      ...pick(batch.inputs, program),
      ...(shape.masks > 0 && maskInputs(asked, shape)),
      ...lookUpRows(store, sentenceLookups(config), batch.lookups),
    });
  }

  private async program(shape: ExplanationShape): Promise<CompiledProgram> {
    const key = `${shape.tokens} ${shape.infusedMentions} ${shape.masks}`;
    const known = this.programs.get(key);
    this.programs.delete(key);
    const { store, config } = this.model;
    const program = known ?? (await this.engine.compile(explanationProgram(store, config, shape)));
    this.programs.set(key, program);
    if (this.programs.size > KEPT_PROGRAMS) {
      const [oldest, unused] = this.programs.entries().next().value as [string, CompiledProgram];
      this.programs.delete(oldest);
      await unused.dispose();
    }
    return program;
  }

  private mentionsOf(
    text: string,
    { mentions }: ReadText,
    length: number,
    reader: TextReader,
    { infused }: SentenceBatch,
    outputs: NamedData,
  ) {
    const { config, snapshot, ranks, neighbours } = this.model;
    const names: GraphNames = { snapshot, ranks, neighbours };
    const rows = new Map(infused.map(({ start }: MentionSpan, row) => [start - BEFORE_TEXT, row]));
    return mentions.map((mention) => {
      const row = mention.state === 'infused' ? rows.get(mention.token ?? -1) : undefined;
      const state = row === undefined ? leftOut(mention, length) : 'infused';
      return describeMention(text, { ...mention, state }, row, reader.ambiguity, outputs, config.knowledge, names);
    });
  }
}

function leftOut({ state, token = 0, length: size = 0 }: FoundMention, length: number) {
  if (state !== 'infused' && state !== 'too-long') return state;
  if (token + size > length) return 'cut';
  return state === 'infused' ? 'no-neighbours' : state;
}

function tokensOf(
  { segment, starts, ends }: ReadText,
  length: number,
  { tokenizer }: TextReader,
  { inputs }: SentenceBatch,
  outputs: NamedData,
): TokenView[] {
  const slots = inputs['infusedSlots'];
  const room = inputs['infusedPositions'].length;
  return Array.from({ length }, (_, token) => {
    const slot = slots[token + BEFORE_TEXT];
    const infused = slot < room && { gate: outputs['gates'][slot], change: outputs['changes'][slot] };
    return { piece: tokenizer.piece(segment.tokens[token]), start: starts[token], end: ends[token], ...infused };
  });
}

function maskInputs(asked: readonly number[], { masks, tokens, samples }: ExplanationShape): NamedData {
  const maskPositions = new Int32Array(masks).fill(samples * tokens);
  const maskSlots = new Int32Array(samples * tokens).fill(masks);
  asked.forEach((token, p) => {
    maskPositions[p] = token + BEFORE_TEXT;
    maskSlots[token + BEFORE_TEXT] = p;
  });
  return { maskPositions, maskSlots };
}

/** The `limit` most probable ids of mask p; ties by id. */
function bestOf(outputs: NamedData, p: number, { encoder }: SmedbertConfig, limit: number) {
  const { vocabularySize } = encoder;
  const row = outputs['probabilities'].subarray(p * vocabularySize, (p + 1) * vocabularySize);
  return Array.from(row.keys())
    .sort((a, b) => row[b] - row[a] || a - b)
    .slice(0, limit)
    .map((id) => ({ id, probability: row[id] }));
}

function maskOf(
  { starts, ends }: ReadText,
  token: number,
  best: readonly { id: number; probability: number }[],
  { tokenizer }: TextReader,
): MaskView {
  return {
    start: starts[token],
    end: ends[token],
    best: best.map(({ id, probability }) => ({ piece: tokenizer.piece(id) ?? `#${id}`, probability })),
  };
}

/** Of the batch's inputs those that the program takes: a model without mixer has none for it. */
function pick(inputs: NamedData, program: CompiledProgram): NamedData {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name in program.inputs));
}
