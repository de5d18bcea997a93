/**
 * A sign to put between texts that none of them holds, so that lists in one cell can be taken apart again without loss.
 */
import { MedgraftError } from '../../base/errors.js';

/** The usual ones first; the last are of the private use area. */
const SIGNS = ['|', ';', '¦', '‖', '␟', '\u001f', '\ue000', '\ue001'];

export class FreeSigns {
  private readonly free: Set<string>;

  constructor(signs: readonly string[] = SIGNS) {
    this.free = new Set(signs);
  }

  /** The text will stand in a list. */
  see(text: string): void {
    for (const sign of this.free) if (text.includes(sign)) this.free.delete(sign);
  }

  /** @throws MedgraftError `graph.export-sign` when every sign was seen */
  take(): string {
    for (const sign of this.free) return sign;
    throw new MedgraftError('input', 'graph.export-sign', 'the names hold every sign that could separate them', {
      expected: `one of ${SIGNS.join(' ')} in no alias, type or list`,
      hint: 'take the format jsonl, which needs none',
    });
  }
}
