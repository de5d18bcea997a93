/**
 * What the abbreviations of free texts mean. Definitions of the text itself win; every other mention is ranked over the senses
 * of its abbreviation only, with the ranker's temperature (Guo et al. 2017) under the softmax, and is left open where the best
 * of them is less probable than the threshold.
 */
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { placesOf } from './context-windows.js';
import { type DefinedAbbreviation, definedAbbreviations } from './defined-abbreviations.js';
import { type FoundAbbreviation, mergeFound } from './find-abbreviations.js';
import { OwnSenseEvidence } from './own-sense-evidence.js';
import { NO_EDITS, type SenseEdits } from './own-senses.js';
import { readDefinitions } from './read-definitions.js';
import { type Candidates, inventoryFinder, SenseCatalogue } from './sense-catalogue.js';
import type { SensePlace, SenseRanker } from './sense-ranker.js';

export const SENSE_SOURCES = ['definition', 'model', 'frequency'] as const;
export type SenseSource = (typeof SENSE_SOURCES)[number];

export interface RankedSense {
  expansion: string;
  probability: number;
  /** Added by the user: its probability is not calibrated. */
  own?: true;
}

export interface DisambiguatedMention {
  /** UTF-16 units: text.slice(start, end) is `text`. */
  start: number;
  end: number;
  text: string;
  /** Its preferred form. */
  abbreviation: string;
  source: SenseSource;
  /** null: no sense is as probable as the threshold. */
  expansion: string | null;
  /** Of the expansion, or of the best sense where there is none. */
  probability: number;
  own?: true;
  /** The other senses, the most probable first; all of them where there is no expansion. */
  alternatives: RankedSense[];
}

export interface DisambiguatedText {
  mentions: DisambiguatedMention[];
  /** All that were found, also those beyond the limit. */
  total: number;
}

export interface DisambiguationOptions {
  /** The least probability of an expansion. */
  readonly threshold: number;
  /** Other senses that are told of each mention. */
  readonly alternatives: number;
  /** Mentions of each text, from its start. */
  readonly mentions: number;
}

export const DISAMBIGUATION_DEFAULTS: DisambiguationOptions = { threshold: 0, alternatives: 5, mentions: 10_000 };

/** Places that the ranker is given at once. */
const BATCH = 64;

/** A mention that has to be ranked. */
interface Question extends FoundAbbreviation {
  readonly place: SensePlace;
  readonly candidates: Candidates;
}

export class Disambiguator {
  private readonly catalogue: SenseCatalogue;
  private readonly evidence: OwnSenseEvidence;

  /**
   * @param source who ranks, for the answers
   * @param edits own senses and removals
   * @param finder of the ranker's inventory, where it is there already
   * @throws MedgraftError `medal.sense-unknown`
   */
  constructor(
    private readonly ranker: SenseRanker,
    readonly source: Exclude<SenseSource, 'definition'>,
    edits: SenseEdits = NO_EDITS,
    private readonly finder = inventoryFinder(ranker.inventory),
  ) {
    this.catalogue = new SenseCatalogue(ranker.inventory, finder, edits);
    this.evidence = new OwnSenseEvidence(ranker);
  }

  /** The same with other edits. */
  with(edits: SenseEdits): Disambiguator {
    return new Disambiguator(this.ranker, this.source, edits, this.finder);
  }

  async disambiguate(
    texts: readonly string[],
    options: Partial<DisambiguationOptions> = {},
  ): Promise<DisambiguatedText[]> {
    const asked = { ...DISAMBIGUATION_DEFAULTS, ...options };
    const read = texts.map((text) => this.read(text, asked.mentions));
    const questions = read.flatMap(({ found }) => found.filter((each): each is Question => 'place' in each));
    const ranked = new Map<Question, RankedSense[]>();
    for (let i = 0; i < questions.length; i += BATCH) {
      const batch = questions.slice(i, i + BATCH);
      for (const [k, senses] of (await this.rank(batch)).entries()) ranked.set(batch[k], senses);
    }
    return read.map(({ found, total }, i) => ({
      mentions: found.map((each) =>
        'place' in each
          ? this.rankedMention(texts[i], each, ranked.get(each) as RankedSense[], asked)
          : this.definedMention(texts[i], each),
      ),
      total,
    }));
  }

  /** Mentions in the order of the text, those that have to be ranked with their places. */
  private read(text: string, limit: number): { found: (Question | DefinedAbbreviation)[]; total: number } {
    const { catalogue } = this;
    const definitions = readDefinitions(text, (form) => catalogue.isKnown(form));
    const all = mergeFound(definedAbbreviations(text, definitions), catalogue.find(text));
    const preferred = all.map((each) => ({ ...each, abbreviation: catalogue.preferred(each.abbreviation) }));
    const places = placesOf(text, preferred);
    const found = all.slice(0, limit).map((each, i): Question | DefinedAbbreviation => {
      if ('longForm' in each) return each as DefinedAbbreviation;
      return { ...each, place: places[i], candidates: catalogue.candidates(each.abbreviation) };
    });
    return { found, total: all.length };
  }

  /** The senses of each question, the most probable first. */
  private async rank(questions: readonly Question[]): Promise<RankedSense[][]> {
    const trained = questions.filter(({ candidates }) => candidates.classes.length > 0);
    const compared = questions.filter(({ candidates }) => candidates.own.some(({ examples }) => examples.length > 0));
    const logits = await this.ranker.rank(
      trained.map(({ place }) => place),
      trained.map(({ candidates }) => candidates.classes),
    );
    const states = compared.length > 0 ? await this.ranker.states(compared.map(({ place }) => place)) : [];
    const logitsOf = new Map(trained.map((question, i) => [question, logits[i]]));
    const stateOf = new Map(compared.map((question, i) => [question, states[i]]));
    return Promise.all(
      questions.map((question) => this.sensesOf(question, logitsOf.get(question), stateOf.get(question))),
    );
  }

  private async sensesOf(
    { abbreviation, place, candidates }: Question,
    logits: Float32Array | undefined,
    state: Float32Array | undefined,
  ): Promise<RankedSense[]> {
    const { classes, own } = candidates;
    const trained = Array.from(logits ?? [], (logit) => logit / this.ranker.temperature);
    const best = trained.length > 0 ? Math.max(...trained) : 0;
    const evidence = await Promise.all(own.map((sense) => this.evidence.of(sense, abbreviation, place, state)));
    const scores = [...trained, ...evidence.map((odds) => best + odds)];
    const whole = logSumExp(scores);
    const names = [...namesOf(this.ranker.inventory, classes), ...own.map(({ expansion }) => expansion)];
    return names
      .map((expansion, i) => ({
        expansion,
        probability: Math.exp(scores[i] - whole),
        ...(i >= classes.length && { own: true as const }),
      }))
      .sort((a, b) => b.probability - a.probability);
  }

  private rankedMention(
    text: string,
    { start, end, abbreviation }: Question,
    senses: readonly RankedSense[],
    { threshold, alternatives }: DisambiguationOptions,
  ): DisambiguatedMention {
    const [best, ...others] = senses;
    const place = { start, end, text: text.slice(start, end), abbreviation, source: this.source };
    if (best.probability >= threshold) return { ...place, ...best, alternatives: others.slice(0, alternatives) };
    const { probability } = best;
    return { ...place, expansion: null, probability, alternatives: senses.slice(0, alternatives) };
  }

  private definedMention(text: string, { start, end, abbreviation, longForm }: DefinedAbbreviation) {
    const preferred = this.catalogue.preferred(abbreviation);
    return {
      ...{ start, end, text: text.slice(start, end), abbreviation: preferred },
      ...{ source: 'definition' as const, expansion: longForm, probability: 1, alternatives: [] },
    };
  }
}

function namesOf({ senses }: SenseInventory, classes: readonly number[]): string[] {
  return classes.map((number) => senses[number].expansion);
}

function logSumExp(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b));
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
