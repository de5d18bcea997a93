/** What the abbreviations of texts mean: on the command line, and in the process that the service asks. */
import { statSync } from 'node:fs';
import { MedgraftError } from '../base/errors.js';
import {
  type DisambiguatedText,
  type DisambiguationOptions,
  Disambiguator,
} from '../medal/disambiguation/disambiguator.js';
import { FrequencyRanker } from '../medal/disambiguation/frequency-ranker.js';
import type { SenseEdits } from '../medal/disambiguation/own-senses.js';
import type { SenseRanker } from '../medal/disambiguation/sense-ranker.js';
import { readInventory } from '../medal/inventory/read-inventory.store.js';
import { SenseInventory } from '../medal/inventory/sense-inventory.js';
import { openSampleSet } from '../medal/samples/open-samples.store.js';
import type { Artefact } from '../runs/artefact.js';
import { readRun } from '../runs/run-record.js';
import type { Workspace } from '../runs/workspace.js';
import { checkName } from '../runs/workspace-name.js';
import { DISAMBIGUATION_LIMITS } from './disambiguation.view.js';
import { ModelShelf } from './model-shelf.js';
import { openTrainedRanker } from './open-trained-ranker.js';

/** Who ranks: at most one is named; without, the newest trained model, else the newest sample set. */
export interface RankerSource {
  /** Id of a run of medal.train. */
  readonly run?: string;
  /** A model folder. */
  readonly folder?: string;
  /** Label of medal.prepare. */
  readonly samples?: string;
  /** Path of a table. */
  readonly inventory?: string;
}

export interface DisambiguationQuestion extends DisambiguationOptions, RankerSource {
  readonly texts: readonly string[];
  readonly edits: SenseEdits;
}

export interface DisambiguationResult {
  readonly source: 'model' | 'frequency';
  readonly model?: string;
  readonly texts: readonly DisambiguatedText[];
}

/** A trained model that holds memory until it is closed. */
export interface OpenedRanker {
  readonly ranker: SenseRanker;
  close(): Promise<void>;
}

export type OpenRanker = (folder: string, threads: number) => Promise<OpenedRanker>;

interface Opened {
  readonly disambiguator: Disambiguator;
  readonly close: () => Promise<void>;
}

/** What is opened, under which key, and how. */
interface Found {
  readonly model?: string;
  readonly key: string;
  open(): Promise<Opened>;
}

const KEPT_RANKERS = 2;
const NOTHING_TO_CLOSE = async (): Promise<void> => undefined;

export class DisambiguationQueries {
  private readonly shelf = new ModelShelf<Opened>(KEPT_RANKERS, ({ close }) => close());

  /** @param openRanker opens the folder of a trained model */
  constructor(
    private readonly workspace: Workspace,
    private readonly threads: number,
    private readonly openRanker: OpenRanker = openTrainedRanker,
  ) {}

  /**
   * @throws MedgraftError `medal.question`, `medal.long`, `medal.no-inventory`, `medal.no-model`, `medal.sense-unknown`, ...
   */
  async disambiguate(question: DisambiguationQuestion): Promise<DisambiguationResult> {
    const { texts, edits, threshold, alternatives, mentions } = question;
    checkTexts(texts);
    const found = await this.find(question);
    const { disambiguator } = await this.shelf.get(found.key, found.open);
    const edited = edits.senses.length + edits.removals.length > 0 ? disambiguator.with(edits) : disambiguator;
    return {
      source: edited.source,
      ...(found.model !== undefined && { model: found.model }),
      texts: await edited.disambiguate(texts, { threshold, alternatives, mentions }),
    };
  }

  dispose(): Promise<void> {
    return this.shelf.dispose();
  }

  private async find({ run, folder, samples, inventory, edits }: DisambiguationQuestion): Promise<Found> {
    const named = Object.entries({ model: run ?? folder, samples, inventory }).filter(
      ([, source]) => source !== undefined,
    );
    if (named.length > 1) throw twoSources(named.map(([name]) => name));
    if (run !== undefined) return this.trained(run);
    if (folder !== undefined) return { model: folder, key: `model\n${folder}`, open: () => this.openModel(folder) };
    if (inventory !== undefined) return table(inventory);
    if (samples !== undefined) return this.prepared(samples);
    return this.newest(edits);
  }

  private async trained(id: string): Promise<Found> {
    const run = await readRun(this.workspace, id);
    if (run === undefined) {
      throw new MedgraftError('missing', 'run.unknown', 'there is no such run', { place: 'model', got: id });
    }
    if (run.manifest === undefined || run.record.stage !== 'medal.train') {
      const got = `${run.record.stage}, ${run.state}`;
      const expected = 'a finished run of medal.train';
      throw new MedgraftError('missing', 'medal.no-model', 'the run has no abbreviation model', {
        place: 'model',
        expected,
        got,
      });
    }
    const { hash, createdAt } = run.manifest;
    return { model: id, key: `run\n${hash} ${createdAt}`, open: () => this.openModel(run.folder) };
  }

  private async openModel(folder: string): Promise<Opened> {
    const { ranker, close } = await this.openRanker(folder, this.threads);
    return { disambiguator: new Disambiguator(ranker, 'model'), close };
  }

  private async prepared(label: string): Promise<Found> {
    const artefact = await this.workspace.newest('medal.prepare', { samples: checkName(label, 'samples') });
    if (artefact !== undefined) return sampleSet(artefact);
    throw new MedgraftError('missing', 'medal.no-inventory', 'there is no such sample set in this workspace', {
      place: 'samples',
      got: label,
      hint: 'medgraft artefacts list shows what there is',
    });
  }

  private async newest(edits: SenseEdits): Promise<Found> {
    const [run] = await this.newestOf('medal.train');
    if (run !== undefined) return this.trained(run.folder.slice(this.workspace.runsFolder.length + 1));
    const [samples] = await this.newestOf('medal.prepare');
    if (samples !== undefined) return sampleSet(samples);
    if (edits.senses.length > 0) return { key: 'none', open: async () => byFrequency(new SenseInventory([])) };
    throw new MedgraftError('missing', 'medal.no-inventory', 'it is not known what abbreviations stand for', {
      expected: 'a trained model, a sample set, a table of abbreviations, or own senses',
      hint: 'name one: model, samples, inventory or senses',
    });
  }

  /** The newest first. */
  private async newestOf(stage: string): Promise<Artefact[]> {
    const all = await this.workspace.newestOfEach(stage);
    return all.sort((a, b) => b.manifest.createdAt.localeCompare(a.manifest.createdAt));
  }
}

/** @throws MedgraftError `medal.question`, `medal.long` */
export function checkTexts(texts: readonly string[]): void {
  const { characters: most, texts: mostTexts } = DISAMBIGUATION_LIMITS;
  if (texts.length === 0 || texts.length > mostTexts) {
    throw new MedgraftError('input', 'medal.question', 'so many texts are not read at once', {
      place: 'texts',
      expected: `1 to ${mostTexts}`,
      got: String(texts.length),
    });
  }
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters <= most) return;
  throw new MedgraftError('input', 'medal.long', 'so long a text is not read at once', {
    place: 'text',
    expected: `at most ${most} characters`,
    got: String(characters),
    hint: 'ask for parts of it, cut between paragraphs; a part knows only the definitions in it',
  });
}

function sampleSet({ hash, folder }: Artefact): Found {
  return { key: `samples\n${hash}`, open: async () => byFrequency((await openSampleSet(folder)).inventory) };
}

/** A table that was changed is another. */
function table(path: string): Found {
  const stat = statSync(path, { throwIfNoEntry: false });
  const key = `inventory\n${path}\n${stat?.mtimeMs} ${stat?.size}`;
  return { key, open: async () => byFrequency(await readInventory(path)) };
}

function byFrequency(inventory: SenseInventory): Opened {
  return { disambiguator: new Disambiguator(new FrequencyRanker(inventory), 'frequency'), close: NOTHING_TO_CLOSE };
}

function twoSources(named: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'medal.question', 'more than one is named that could rank the senses', {
    place: 'model, samples, inventory',
    expected: 'at most one',
    got: named.join(', '),
  });
}
