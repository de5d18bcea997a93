/**
 * The neighbours of a mention as a fan: a line to each, as wide as its attention, coloured by type, the heaviest types and
 * neighbours first. Each neighbour has a row of its own, so that labels never meet however many there are.
 */
import type { ExplainedNeighbour } from './explained-text.js';
import { html, type Markup } from './markup.js';
import { percentText } from './number-text.js';

const WIDTH = 340;
const ROW = 19;
const TOP = 6;
const SOURCE = 8;
const DOT = 76;
const NAME = 88;
const PERCENT = WIDTH - 2;
const FONT_SIZE = 12.5;
const NAME_ROOM = PERCENT - 46 - NAME;
const THINNEST = 0.6;
const WIDEST = 11;
/** Types that have a colour of their own; the others share one. */
const TYPE_COLOURS = 8;

interface Row {
  readonly y: number;
  readonly colour: number;
  readonly neighbour?: ExplainedNeighbour;
  readonly type: string;
  readonly typeWeight?: number;
}

/** @param types in the order of their colours */
export function neighbourFan(
  surface: string,
  neighbours: readonly ExplainedNeighbour[],
  types: readonly string[],
): Markup {
  const rows = rowsOf(neighbours, types);
  const height = TOP + rows.length * ROW + 4;
  const middle = height / 2;
  const lines = rows.filter(({ neighbour }) => neighbour);
  return html`<svg class="fan" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${`Attention of ${surface} to its neighbours (${neighbours.length}); the table below has the numbers`}">
${lines.map((row) => lineOf(row, middle))}<circle class="source" cx="${SOURCE}" cy="${middle}" r="6"/>
${rows.map(labelOf)}</svg>`;
}

/** A heading for each type, then its neighbours. */
function rowsOf(neighbours: readonly ExplainedNeighbour[], types: readonly string[]): Row[] {
  const rows: Omit<Row, 'y'>[] = [];
  for (const members of byType(neighbours)) {
    const { type, typeWeight } = members[0];
    const place = types.indexOf(type);
    const colour = place < 0 ? TYPE_COLOURS : Math.min(TYPE_COLOURS, place);
    rows.push({ colour, type, typeWeight });
    for (const neighbour of members) rows.push({ colour, type, neighbour });
  }
  return rows.map((row, i) => ({ ...row, y: TOP + (i + 0.5) * ROW }));
}

/** Groups of one type, by the attention they have, each by its own. */
export function byType(neighbours: readonly ExplainedNeighbour[]): ExplainedNeighbour[][] {
  const groups = new Map<string, ExplainedNeighbour[]>();
  for (const neighbour of [...neighbours].sort((a, b) => b.nodeWeight - a.nodeWeight)) {
    groups.set(neighbour.type, [...(groups.get(neighbour.type) ?? []), neighbour]);
  }
  const weightOf = (members: ExplainedNeighbour[]) =>
    members[0].typeWeight ?? members.reduce((sum, { nodeWeight }) => sum + nodeWeight, 0);
  return [...groups.values()].sort((a, b) => weightOf(b) - weightOf(a));
}

function lineOf({ y, colour, neighbour }: Row, middle: number): Markup {
  const width = THINNEST + WIDEST * (neighbour?.nodeWeight ?? 0);
  const bend = (SOURCE + DOT) / 2;
  return html`<path class="edge c${colour}" stroke-width="${width.toFixed(2)}" d="M${SOURCE} ${middle}C${bend} ${middle} ${bend} ${y} ${DOT} ${y}"/>`;
}

function labelOf({ y, colour, neighbour, type, typeWeight }: Row): Markup {
  const base = y + 4;
  if (!neighbour) {
    const share =
      typeWeight === undefined
        ? undefined
        : html`<text class="share quiet" x="${PERCENT}" y="${base}">${percentText(typeWeight)}</text>`;
    return html`<text class="type" x="${DOT - 4}" y="${base}">${shorten(type, NAME_ROOM)}</text>${share}`;
  }
  const { name, relation, direction, nodeWeight } = neighbour;
  const full = direction === 'out' ? `${relation} → ${name}` : `${relation} ← ${name}`;
  return html`<g><title>${full}</title><circle class="dot c${colour}" cx="${DOT}" cy="${y}" r="4"/><text x="${NAME}" y="${base}">${shorten(name, NAME_ROOM)}</text><text class="share" x="${PERCENT}" y="${base}">${percentText(nodeWeight)}</text></g>`;
}

/** As much of the text as `room` holds; widths are estimated, an ideograph is as wide as high. */
export function shorten(text: string, room: number): string {
  if (widthOfText(text) <= room) return text;
  let fitting = '';
  let width = FONT_SIZE;
  for (const character of text) {
    width += widthOf(character);
    if (width > room) break;
    fitting += character;
  }
  return `${fitting}…`;
}

function widthOfText(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if ((character.codePointAt(0) as number) >= 0x1100) return FONT_SIZE;
  return FONT_SIZE * (/[A-ZMWmw@%]/.test(character) ? 0.75 : 0.58);
}
