/**
 * RDF statements of a Turtle or N-Triples file, with the line where each ends. The file is decoded strictly and handed to n3
 * line by line, which keeps memory bounded and gives errors and rows their place.
 */
import { EventEmitter } from 'node:events';
import { Parser, type Quad, type Term } from 'n3';
import { MedgraftError } from '../../base/errors.js';
import { readLines } from '../../formats/text-lines.js';
import type { Literal } from './literal-names.js';

export interface Statement {
  readonly subject: string;
  readonly predicate: string;
  /** IRI or blank node; undefined for a literal. */
  readonly object: string | undefined;
  readonly literal: Literal | undefined;
  readonly line: number;
}

const SYNTAX = { turtle: 'text/turtle', 'n-triples': 'N-Triples' } as const;

/** @throws MedgraftError `graph.turtle` with file and line, and as `readLines` */
export async function* readStatements(file: string, syntax: keyof typeof SYNTAX): AsyncGenerator<Statement> {
  const input = new EventEmitter();
  const found: Statement[] = [];
  const nodes = new BlankNodes();
  let line = 0;
  let failure: Error | undefined;
  const onQuad = (error: Error | null, quad: Quad | null): void => {
    if (error) failure ??= error;
    else if (quad) found.push(statementOf(quad, line, nodes));
  };
  new Parser({ format: SYNTAX[syntax] }).parse(input, { onQuad });
  // n3 works while the event is emitted: what it finds and where it fails belongs to this line.
  const push = (event: 'data' | 'end', text?: string): Statement[] => {
    input.emit(event, text);
    if (failure) throw syntaxError(`${file}:${line}`, failure);
    return found.splice(0);
  };
  for await (const { line: number, text } of readLines(file)) {
    line = number;
    yield* push('data', `${text}\n`);
  }
  yield* push('end');
}

function statementOf({ subject, predicate, object }: Quad, line: number, nodes: BlankNodes): Statement {
  const literal =
    object.termType === 'Literal' ? { text: object.value, language: object.language.toLowerCase() } : undefined;
  return {
    subject: nodes.idOf(subject),
    predicate: predicate.value,
    object: literal === undefined ? nodes.idOf(object) : undefined,
    literal,
    line,
  };
}

/** Blank nodes numbered within the file: n3 numbers them by what else the process has read. */
class BlankNodes {
  private readonly ids = new Map<string, string>();

  idOf({ termType, value }: Term): string {
    if (termType !== 'BlankNode') return value;
    const known = this.ids.get(value);
    if (known !== undefined) return known;
    const id = `_:${this.ids.size + 1}`;
    this.ids.set(value, id);
    return id;
  }
}

function syntaxError(place: string, cause: Error): MedgraftError {
  return new MedgraftError('input', 'graph.turtle', 'the file is not valid RDF of this kind', {
    place,
    got: cause.message,
    cause,
  });
}
