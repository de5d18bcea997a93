import { cardHeader, cardTable, inline, shownSettings } from '../../nn/card-sections.js';
import { codeVersion } from '../../runs/code-version.js';
import type { StageFigures } from '../../runs/stage.js';
import type { SenseModel } from '../model/sense-model.store.js';
import { TrainSettings } from '../train-settings.js';

/** The model card of a finished training: what it learned from, how it ended, and how it is asked. */
export function senseCard(settings: TrainSettings, figures: StageFigures, { inventory }: SenseModel): string {
  return [
    ...cardHeader('token-classification', ['medgraft', 'abbreviations', 'medical']),
    `# ${inline(settings.model)} on ${inline(settings.samples)}`,
    '',
    `Says which of ${inventory.size} senses of ${inventory.abbreviations().length} abbreviations stands at a place of a text.`,
    'Figures named `valid` are those of the best evaluation, over the candidates of the abbreviation unless they say `OfAll`;',
    '`mostFrequent` is the guess of the sense that training had most often. `log.csv` has every evaluation.',
    '',
    `Seed ${settings.seed}, MedGraft ${codeVersion()}. Licences are those of the texts and of the table of abbreviations.`,
    '',
    ...cardTable('figure', Object.entries(figures)),
    ...cardTable('setting', shownSettings(TrainSettings, settings)),
  ].join('\n');
}
