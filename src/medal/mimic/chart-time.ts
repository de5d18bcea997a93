/**
 * Times of MIMIC-III as its editions write them: `2101-10-20 19:08:00`, `2101-10-20`, `10/20/2101 19:08`, or with a year of
 * two digits `10/20/01 19:08`, of which the century is not told: the distance of two times is then the shortest one.
 */
export interface ChartTime {
  /** Minutes since some moment, in the years of the calendar; of two digits those of 2100 to 2199. */
  readonly minutes: number;
  readonly hasCentury: boolean;
  /** The time of the day is given. */
  readonly hasHour: boolean;
}

const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?$/;
const MONTH_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?: (\d{1,2}):(\d{2})(?::\d{2})?)?$/;
const CENTURY = 2100;
/** A hundred years as the calendar has them, give or take a day. */
const CENTURY_MINUTES = 36524 * 24 * 60;

/** @returns undefined for what is no time */
export function parseChartTime(text: string): ChartTime | undefined {
  const trimmed = text.trim();
  const yearFirst = YEAR_FIRST.exec(trimmed);
  if (yearFirst) return timeOf(yearFirst[1], yearFirst[2], yearFirst[3], yearFirst[4], yearFirst[5]);
  const monthFirst = MONTH_FIRST.exec(trimmed);
  return monthFirst ? timeOf(monthFirst[3], monthFirst[1], monthFirst[2], monthFirst[4], monthFirst[5]) : undefined;
}

/** Hours from one time to a later one; negative where it is earlier. */
export function hoursBetween(from: ChartTime, to: ChartTime): number {
  const minutes = to.minutes - from.minutes;
  const centuries = from.hasCentury && to.hasCentury ? 0 : Math.round(minutes / CENTURY_MINUTES);
  return (minutes - centuries * CENTURY_MINUTES) / 60;
}

export function hoursLater(time: ChartTime, hours: number): ChartTime {
  return { ...time, minutes: time.minutes + 60 * hours };
}

function timeOf(year: string, month: string, day: string, hour: string | undefined, minute = '0') {
  const hasCentury = year.length === 4;
  const fullYear = Number(year) + (hasCentury ? 0 : CENTURY);
  const time = Date.UTC(fullYear, Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute));
  const date = new Date(time);
  // The 31st of a month of 30 days would be the first of the next one.
  const isReal =
    date.getUTCMonth() === Number(month) - 1 && Number(hour ?? 0) < 24 && date.getUTCDate() === Number(day);
  return isReal && Number(minute) < 60 ? { minutes: time / 60000, hasCentury, hasHour: hour !== undefined } : undefined;
}
