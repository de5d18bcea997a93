/**
 * Diagnoses as numbered classes: ICD-9 codes cut to their first three characters, with V or E in front to four, so that
 * `42731` and `4271` are both `427`, `V4581` is `V458`.
 */
export function shortCode(code: string): string {
  const plain = code.trim().toUpperCase().replaceAll('.', '');
  return plain.slice(0, /^[VE]/.test(plain) ? 4 : 3);
}

export class DiagnosisIndex {
  private readonly numbers: ReadonlyMap<string, number>;

  /** @param codes cut, the place is the class */
  constructor(readonly codes: readonly string[]) {
    this.numbers = new Map(codes.map((code, at) => [code, at]));
    if (this.numbers.size !== codes.length) throw new RangeError('a code stands there twice');
  }

  /** Of the codes that occur, in their order as text. */
  static of(codes: Iterable<string>): DiagnosisIndex {
    return new DiagnosisIndex([...new Set(codes)].sort());
  }

  get size(): number {
    return this.codes.length;
  }

  /** @param code cut */
  numberOf(code: string): number | undefined {
    return this.numbers.get(code);
  }

  /** The classes among some codes, ascending, each once. */
  numbersOf(codes: Iterable<string>): number[] {
    const numbers = new Set<number>();
    for (const code of codes) {
      const number = this.numbers.get(code);
      if (number !== undefined) numbers.add(number);
    }
    return [...numbers].sort((a, b) => a - b);
  }

  /** Code to number, as it is written. */
  toRecord(): Record<string, number> {
    return Object.fromEntries(this.codes.map((code, at) => [code, at]));
  }
}
