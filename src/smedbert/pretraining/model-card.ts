import type { StageFigures } from '../../runs/stage.js';
import type { PretrainSettings } from '../pretrain-settings.js';

/** The model card of a finished run: what was trained on what, with which settings, and how it ended. */
export function modelCard(settings: PretrainSettings, figures: StageFigures): string {
  const row = ([name, value]: [string, unknown]) => `| ${name} | ${format(value)} |`;
  return [
    '---',
    'library_name: transformers',
    'tags: [bert, knowledge-graph, medical]',
    '---',
    `# SMedBERT on ${settings.corpus} with ${settings.kg}`,
    '',
    `Pre-trained by MedGraft; graph: ${settings.graph}. The encoder opens with transformers' \`BertModel.from_pretrained\`;`,
    'the knowledge part is kept as extra tensors (`knowledge.*`) and in `knowledge.json`. `manifest.json` names the graph,',
    'the corpus and the code by hash.',
    '',
    '| figure | value |',
    '| --- | --- |',
    ...Object.entries(figures).map(row),
    '',
    '| setting | value |',
    '| --- | --- |',
    ...Object.entries(settings).map(row),
    '',
  ].join('\n');
}

function format(value: unknown): string {
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}
