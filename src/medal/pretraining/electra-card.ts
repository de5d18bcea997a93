import { type CardFile, cardFiles, cardHeader, cardTable, inline, shownSettings } from '../../nn/card-sections.js';
import type { StageFigures } from '../../runs/stage.js';
import { PretrainElectraSettings } from '../pretrain-settings.js';

/** The model card of a finished pre-training: what was trained on what, under which licence, with which settings, and how it ended. */
export interface ElectraCardFacts {
  readonly corpus: {
    readonly hash: string;
    readonly figures: Readonly<Record<string, unknown>>;
    readonly licence?: string;
    readonly files: readonly CardFile[];
  };
  readonly vocabulary: { readonly pieces: number; readonly sha256: string };
  readonly codeVersion: string;
}

export function electraCard(
  settings: PretrainElectraSettings,
  figures: StageFigures,
  { corpus, vocabulary, codeVersion }: ElectraCardFacts,
): string {
  return [
    ...cardHeader('feature-extraction', ['electra', 'medical', 'replaced-token-detection']),
    `# ELECTRA on ${inline(settings.corpus)}`,
    '',
    'A discriminator that was pre-trained by MedGraft as ELECTRA (Clark et al. 2020, arXiv 2003.10555). It opens with',
    "transformers' `ElectraForPreTraining.from_pretrained`, or `ElectraModel` to be fine-tuned; `generator/` has the generator, which",
    'opens with `ElectraForMaskedLM`. `manifest.json` has the hash of every file.',
    '',
    '## Use and limits',
    '',
    'To be fine-tuned on tasks of text in the language of its corpus. It has seen one corpus, with its errors and gaps. It is no',
    'medical device: nothing that comes out of it is medical advice, and what it says has to be checked by people who know.',
    '',
    '## Corpus',
    '',
    ...cardTable('corpus', [
      ['hash', corpus.hash],
      ...Object.entries(corpus.figures),
      ['licence', corpus.licence ?? 'not stated'],
      ['vocabulary', `${vocabulary.pieces} pieces, SHA-256 ${vocabulary.sha256}`],
    ]),
    ...cardFiles(corpus.files),
    '',
    '## Training',
    '',
    `Seed ${settings.seed}, MedGraft ${codeVersion}. Losses are those of the first and the last step (mlm: masked tokens, rtd: replaced`,
    `tokens), and figures those of the last evaluation on held-out segments; the weights are those of the ${
      settings.patience > 0 ? 'best one' : 'last step'
    }. \`log.jsonl\` has`,
    'every step.',
    '',
    ...cardTable('figure', Object.entries(figures)),
    ...cardTable('setting', shownSettings(PretrainElectraSettings, settings)),
  ].join('\n');
}
