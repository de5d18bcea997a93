/** Errors of the Neo4j driver become errors for people. */
import { Neo4jError } from 'neo4j-driver';
import { MedgraftError } from '../../../base/errors.js';

/** Where the server is, as people gave it. */
type Place = string;

const KINDS: readonly [code: RegExp, make: (place: Place, cause: Neo4jError) => MedgraftError][] = [
  [
    /^(ServiceUnavailable|SessionExpired)$/,
    (place, cause) =>
      new MedgraftError('environment', 'graph.neo4j-unreachable', 'the Neo4j server does not answer', {
        place,
        got: cause.message,
        hint: 'check that it runs and that MEDGRAFT_NEO4J_URI is its Bolt address; what was written is kept, the same command goes on',
        cause,
      }),
  ],
  [
    /^Neo\.ClientError\.Security\./,
    (place, cause) =>
      new MedgraftError('environment', 'graph.neo4j-denied', 'the Neo4j server does not let us in', {
        place,
        got: cause.message,
        hint: 'check MEDGRAFT_NEO4J_USER and MEDGRAFT_NEO4J_PASSWORD, and the rights of that user',
        cause,
      }),
  ],
  [
    /^Neo\.ClientError\.Database\.DatabaseNotFound$/,
    (place, cause) =>
      new MedgraftError('missing', 'graph.neo4j-database', 'the Neo4j server has no such database', {
        place,
        got: cause.message,
        hint: 'leave MEDGRAFT_NEO4J_DATABASE out: community has one database, neo4j',
        cause,
      }),
  ],
  [
    /^Neo\.(TransientError\.General|DatabaseError\.General)\.(OutOfMemoryError|MemoryPoolOutOfMemoryError)/,
    (place, cause) =>
      new MedgraftError('environment', 'graph.neo4j-memory', 'the Neo4j server has too little memory', {
        place,
        got: cause.message,
        hint: 'raise server.memory.heap.max_size',
        cause,
      }),
  ],
];

/** What people did not cause, a mistake in a statement for example, stays what it is. */
export function neo4jError(error: unknown, place: Place): unknown {
  if (!(error instanceof Neo4jError)) return error;
  const known = KINDS.find(([pattern]) => pattern.test(error.code))?.[1](place, error);
  return known ?? refused(error, place);
}

function refused(cause: Neo4jError, place: Place): MedgraftError {
  return new MedgraftError('environment', 'graph.neo4j-refused', 'the Neo4j server refused a statement', {
    place,
    got: `${cause.code}: ${cause.message}`,
    hint: "look at the server's log",
    cause,
  });
}
