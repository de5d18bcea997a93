import { type ChartTime, hoursBetween, hoursLater, parseChartTime } from './chart-time.js';

/** Which notes count: their category, and the time between them and the discharge. */
export interface NoteFilterOptions {
  /** Without white space at their ends; `all`: any. */
  readonly categories: readonly string[];
  readonly hoursBeforeDischarge: number;
}

export const ALL_CATEGORIES = 'all';
/** A note without a time of the day may have been written late on that day. */
const LATEST_HOUR = 23;

export type NoteTimes = Readonly<Partial<Record<'CHARTTIME' | 'CHARTDATE', string>>>;

export class NoteFilter {
  private readonly categories: ReadonlySet<string>;

  constructor(private readonly options: NoteFilterOptions) {
    this.categories = new Set(options.categories.map((category) => category.trim()));
  }

  /** MIMIC-III has `Physician ` with a space. */
  hasCategory(category: string): boolean {
    return this.categories.has(ALL_CATEGORIES) || this.categories.has(category.trim());
  }

  /** Early enough: what is written in the last hours tells how it ended. @returns undefined where the note has no time */
  isEarly(times: NoteTimes, discharge: ChartTime): boolean | undefined {
    const charted = chartedAt(times);
    return charted && hoursBetween(charted, discharge) >= this.options.hoursBeforeDischarge;
  }
}

function chartedAt({ CHARTTIME = '', CHARTDATE = '' }: NoteTimes): ChartTime | undefined {
  if (CHARTTIME.trim() !== '') return parseChartTime(CHARTTIME);
  const date = parseChartTime(CHARTDATE);
  return date && hoursLater(date, LATEST_HOUR);
}
