/** Records of a corpus that hold no text: counted by code, the first of them listed, and more than are allowed end the work. */
import { MedgraftError } from '../base/errors.js';

export interface CorpusProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Stable, `room.problem`. */
  readonly code: string;
  readonly reason: string;
}

/** What was found so far; plain data, to go on from. */
export interface FoundProblems {
  readonly listed: readonly CorpusProblem[];
  readonly byCode: Readonly<Record<string, number>>;
  readonly total: number;
}

export class CorpusProblems {
  /** The first of them. */
  readonly listed: CorpusProblem[];
  readonly byCode: Record<string, number>;
  private count: number;

  /**
   * @param maximum more end the work; undefined: never
   * @param listedAtMost so many are kept with place and reason
   */
  constructor(
    private readonly maximum: number | undefined,
    private readonly listedAtMost: number,
    from: FoundProblems = { listed: [], byCode: {}, total: 0 },
  ) {
    this.listed = [...from.listed];
    this.byCode = { ...from.byCode };
    this.count = from.total;
  }

  /** As they are now. */
  found(): FoundProblems {
    return { listed: [...this.listed], byCode: { ...this.byCode }, total: this.count };
  }

  get total(): number {
    return this.count;
  }

  /** @throws MedgraftError `text.too-many-errors` */
  add(problem: CorpusProblem): void {
    const { file, line, code, reason } = problem;
    this.count++;
    this.byCode[code] = (this.byCode[code] ?? 0) + 1;
    if (this.listed.length < this.listedAtMost) this.listed.push(problem);
    if (this.maximum === undefined || this.count <= this.maximum) return;
    throw new MedgraftError('input', 'text.too-many-errors', `${reason} [${code}]`, {
      place: `${file}:${line}`,
      expected: `at most ${this.maximum} bad records`,
      got: String(this.count),
      hint: 'mend the records, correct textFields, or raise maximumErrors',
    });
  }
}
