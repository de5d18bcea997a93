/** Which servers we write to: labels and types as parameters came with Neo4j 5.26. */
import { MedgraftError } from '../../../base/errors.js';

const LEAST = [5, 26] as const;

/** @param agent as the server names itself, `Neo4j/5.26.1` or `Neo4j/2025.10.1` @throws MedgraftError `graph.neo4j-version` */
export function checkServerVersion(agent: string, place: string): void {
  const [, major, minor] = /^Neo4j\/(\d+)\.(\d+)/.exec(agent)?.map(Number) ?? [];
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new MedgraftError('environment', 'graph.neo4j-version', 'this server cannot hold a graph of MedGraft', {
    place,
    expected: `Neo4j ${LEAST.join('.')} (LTS) or newer`,
    got: agent || 'a server that does not say what it is',
    hint: 'upgrade the server; docker-compose.yml starts one that fits',
  });
}
