import { type CardFile, cardFiles, cardHeader, cardTable, inline, shownSettings } from '../../nn/card-sections.js';
import type { StageFigures } from '../../runs/stage.js';
import { PretrainSettings } from '../pretrain-settings.js';

/** The model card of a finished run: what was trained on what, under which licences, with which settings, and how it ended. */
export interface CardFacts {
  readonly graph: {
    readonly hash: string;
    readonly figures: Readonly<Record<string, unknown>>;
    readonly sources: readonly CardSource[];
    readonly files: readonly CardFile[];
  };
  readonly vectors: { readonly hash: string; readonly model: string };
  readonly corpus: {
    readonly hash: string;
    readonly figures: Readonly<Record<string, unknown>>;
    readonly licence?: string;
    /** Hash of the text before it was linked. */
    readonly prepared?: string;
    readonly files: readonly CardFile[];
  };
  readonly vocabulary: { readonly pieces: number; readonly sha256: string };
  readonly codeVersion: string;
}

export interface CardSource {
  readonly name: string;
  readonly licence?: string;
  readonly origin?: string;
}

/** Markdown with the header that Hugging Face reads (huggingface.co/docs/hub/model-cards). */
export function modelCard(settings: PretrainSettings, figures: StageFigures, facts: CardFacts): string {
  return [
    ...cardHeader('fill-mask', ['bert', 'knowledge-graph', 'medical', 'smedbert']),
    `# SMedBERT on ${inline(settings.corpus)} with ${inline(settings.kg)}`,
    '',
    ...about(settings),
    ...graphSection(settings, facts),
    ...corpusSection(facts),
    '## Training',
    '',
    `Seed ${settings.seed}, MedGraft ${facts.codeVersion}. Losses are those of the first and the last step, and of the last`,
    'evaluation on held-out segments; the weights are those of the best one. `log.jsonl` has every step.',
    '',
    ...cardTable('figure', Object.entries(figures)),
    ...cardTable('setting', shownSettings(PretrainSettings, settings)),
  ].join('\n');
}

function about({ graph }: PretrainSettings): string[] {
  return [
    `A BERT that was pre-trained by MedGraft as SMedBERT (Zhang et al. 2021, 2021.acl-long.457); graph: ${graph}. The encoder opens`,
    "with transformers' `BertModel.from_pretrained`; the knowledge part is kept as extra tensors (`knowledge.*`) and in",
    '`knowledge.json`. `manifest.json` has the hash of every file.',
    '',
    '## Use and limits',
    '',
    'To be fine-tuned on tasks of medical text in the language of its corpus. It has seen one corpus and one graph, with their',
    'errors and gaps, and takes a mention for what the graph calls by that name. It is no medical device: nothing that comes out',
    'of it is medical advice, and what it says has to be checked by people who know.',
    '',
  ];
}

function graphSection({ kg }: PretrainSettings, { graph, vectors }: CardFacts): string[] {
  return [
    '## Graph',
    '',
    ...cardTable('graph', [
      ['name', kg],
      ['hash', graph.hash],
      ...Object.entries(graph.figures),
      ['vectors', `${vectors.model}, ${vectors.hash}`],
    ]),
    ...graph.sources.map(({ name, licence, origin }) => {
      const from = origin === undefined ? '' : `, from ${inline(origin)}`;
      return `- ${inline(name)}: licence ${inline(licence ?? 'not stated')}${from}`;
    }),
    ...cardFiles(graph.files),
    '',
  ];
}

function corpusSection({ corpus, vocabulary }: CardFacts): string[] {
  return [
    '## Corpus',
    '',
    ...cardTable('corpus', [
      ['hash', corpus.hash],
      ...(corpus.prepared === undefined ? [] : [['text', corpus.prepared] as [string, unknown]]),
      ...Object.entries(corpus.figures),
      ['licence', corpus.licence ?? 'not stated'],
      ['vocabulary', `${vocabulary.pieces} pieces, SHA-256 ${vocabulary.sha256}`],
    ]),
    ...cardFiles(corpus.files),
    '',
  ];
}
