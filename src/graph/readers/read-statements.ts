/**
 * RDF statements of a Turtle file, with the line where each ends. The file is decoded strictly and handed to n3 line by
 * line, which keeps memory bounded and gives errors and rows their place.
 */
import { EventEmitter } from 'node:events';
import { Parser, type Quad } from 'n3';
import { MedgraftError } from '../../base/errors.js';
import { readLines } from '../../formats/text-lines.js';

export interface Statement {
  readonly subject: string;
  readonly predicate: string;
  /** IRI or blank node; undefined for a literal. */
  readonly object: string | undefined;
  readonly line: number;
}

/** @throws MedgraftError `graph.turtle` with file and line, and as `readLines` */
export async function* readStatements(file: string): AsyncGenerator<Statement> {
  const input = new EventEmitter();
  const found: Statement[] = [];
  let line = 0;
  let failure: Error | undefined;
  const onQuad = (error: Error | null, quad: Quad | null): void => {
    if (error) failure ??= error;
    else if (quad) found.push(statementOf(quad, line));
  };
  new Parser({ format: 'text/turtle' }).parse(input, { onQuad });
  // n3 works while the event is emitted: what it finds and where it fails belongs to this line.
  const push = (event: 'data' | 'end', text?: string): Statement[] => {
    input.emit(event, text);
    if (failure) throw turtleError(`${file}:${line}`, failure);
    return found.splice(0);
  };
  for await (const { line: number, text } of readLines(file)) {
    line = number;
    yield* push('data', `${text}\n`);
  }
  yield* push('end');
}

function statementOf({ subject, predicate, object }: Quad, line: number): Statement {
  const iri = object.termType === 'Literal' ? undefined : object.value;
  return { subject: subject.value, predicate: predicate.value, object: iri, line };
}

function turtleError(place: string, cause: Error): MedgraftError {
  return new MedgraftError('input', 'graph.turtle', 'the file is not valid Turtle', {
    place,
    got: cause.message,
    cause,
  });
}
