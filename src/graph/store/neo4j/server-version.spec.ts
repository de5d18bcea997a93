import { describe, expect, it } from 'vitest';
import { checkServerVersion } from './server-version.js';

describe('checkServerVersion', () => {
  it.each(['Neo4j/5.26.0', 'Neo4j/5.26.30', 'Neo4j/5.27.0', 'Neo4j/2025.10.1'])('lets %s pass', (agent) => {
    expect(() => checkServerVersion(agent, 'here')).not.toThrow();
  });

  it.each(['Neo4j/5.25.1', 'Neo4j/4.4.40', 'Memgraph/5.26.0', ''])('refuses "%s"', (agent) => {
    expect(() => checkServerVersion(agent, 'here')).toThrow(
      expect.objectContaining({ code: 'graph.neo4j-version', details: expect.objectContaining({ place: 'here' }) }),
    );
  });
});
