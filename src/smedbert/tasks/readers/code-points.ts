import { foldCase } from '../../../text/fold-case.js';
import type { TextSpan } from '../task-example.js';

/** UTF-16 unit of code point `index`, as Python counts characters. */
export function unitOfCodePoint(text: string, index: number): number {
  let unit = 0;
  for (let i = 0; i < index && unit < text.length; i++) unit += (text.codePointAt(unit) as number) > 0xffff ? 2 : 1;
  return unit;
}

/** A published place may be off by so many characters: the sets were cleaned after they were annotated. */
const NEAR = 3;

/**
 * Where a mention stands: at the unit given, in either case of its letters, else at its nearest place within a few
 * characters; undefined when it is not there.
 */
export function findMention(text: string, mention: string, at: number): TextSpan | undefined {
  const folded = foldCase(text);
  const wanted = foldCase(mention);
  for (let away = 0; away <= NEAR; away++) {
    for (const start of [at - away, at + away]) {
      if (start >= 0 && folded.startsWith(wanted, start)) return { start, end: start + mention.length };
    }
  }
  return undefined;
}
