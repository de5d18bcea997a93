/** What the commands that ask a graph share: flags, and how pages, edges and ranks are shown. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LARGEST_PAGE } from '../api/graph-queries.js';
import { GraphShelf } from '../api/graph-shelf.store.js';
import { LINK_LIMITS } from '../api/link.view.js';
import { DIRECTIONS } from '../api/neighbours-query.dto.js';
import type { EdgeDirection } from '../graph/neighbour-filter.js';
import { AMBIGUITY_DEFAULTS, AMBIGUITY_RULES } from '../text/resolve-ambiguity.js';
import { workspaceOf } from './workspace-option.js';

export function shelfOf(home: string | undefined): GraphShelf {
  return new GraphShelf(workspaceOf(home));
}

/** A graph, and one page of what is asked of it. */
export function addPageOptions(command: Command): Command {
  return command
    .requiredOption('--kg <name>', 'graph')
    .option('--limit <integer>', `how many, 1 to ${LARGEST_PAGE}`, integerUpTo(LARGEST_PAGE), 20)
    .option('--cursor <text>', 'the `next` of the page before, from --json');
}

/** Which edges are walked. */
export function addWalkOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--direction <which>', 'edges from head to tail, or against').choices(DIRECTIONS).default('both'),
    )
    .option('--relation <name...>', 'only edges of these relations')
    .option('--type <name...>', 'only entities of these types');
}

export interface WalkOptions {
  direction: EdgeDirection;
  relation?: string[];
  type?: string[];
}

/** A reader of whole numbers from `least`. */
export function integerUpTo(most: number, least = 1): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}

/** A reader of numbers from `least` to `most`. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a number from ${least} to ${most}.`);
  };
}

/** How ambiguous surfaces are resolved; the names and ranges of POST /v1/kgs/:kg/link. */
export function addAmbiguityOptions(command: Command): Command {
  const { threshold, priorWeight } = LINK_LIMITS;
  return command
    .addOption(
      new Option('--ambiguity <rule>', 'the entity of highest rank, or what fits the mentions around')
        .choices(AMBIGUITY_RULES)
        .default('exact'),
    )
    .option(
      '--ambiguity-threshold <number>',
      'by context: mentions whose best entity scores less are left out',
      numberFrom(threshold.minimum, threshold.maximum),
      AMBIGUITY_DEFAULTS.threshold,
    )
    .option(
      '--prior-weight <number>',
      'by context: how much ranks weigh against the mentions around',
      numberFrom(priorWeight.minimum, priorWeight.maximum),
      AMBIGUITY_DEFAULTS.priorWeight,
    );
}

/** A reader of whole numbers with commas between them. */
export function integersFrom(least: number): (text: string) => number[] {
  const read = integerUpTo(Number.MAX_SAFE_INTEGER, least);
  return (text) => text.split(',').map((part) => read(part.trim() || 'nothing'));
}

export function edgeOf({ direction, relation }: { direction: 'out' | 'in'; relation: string }): string {
  return direction === 'out' ? `-[${relation}]->` : `<-[${relation}]-`;
}

export function rankCell(rank: number | undefined): string {
  return rank === undefined ? '' : rank.toExponential(3);
}

export function shownLine({ shown, total, next }: { shown: number; total: number; next?: string }): string {
  return `${shown} of ${total}${next === undefined ? '' : '; more by --limit, or by --cursor with the `next` of --json'}`;
}
