/**
 * From an expansion to the entity that bears it as its name or an alias, letters in either case. The whole expansion has to be
 * the surface: "right atrium" is not linked to an atrium. Of several entities the linker's choice counts.
 */
import type { Linker } from '../../text/linker.js';

export class ExpansionLinker {
  private readonly known = new Map<string, number | undefined>();

  constructor(private readonly linker: Pick<Linker, 'link'>) {}

  entityOf(expansion: string): number | undefined {
    if (!this.known.has(expansion)) this.known.set(expansion, this.find(expansion));
    return this.known.get(expansion);
  }

  private find(expansion: string): number | undefined {
    const [mention] = this.linker.link(expansion);
    return mention?.start === 0 && mention.end === expansion.length ? mention.entity : undefined;
  }
}
