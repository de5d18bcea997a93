import neo4j, { type Driver } from 'neo4j-driver';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EntityRecord, TripleRecord } from '../../src/graph/graph-store.js';
import { hashContent } from '../../src/graph/store/graph-hash.js';
import { Neo4jGraphStore } from '../../src/graph/store/neo4j/neo4j-graph.store.js';
import { statementText } from '../../src/graph/store/neo4j/statements.js';
import { filesBelow, textOf } from '../house/source-files.js';
import { injectionPayloads } from '../support/cypher-payloads.js';
import { contentOf, fresh, storedHash, testConnection, writeGraph } from '../support/neo4j.js';

afterEach(() => vi.restoreAllMocks());

/** The texts that drivers which are opened from now on are given to run. */
function textsSent(): Set<string> {
  const texts = new Set<string>();
  const open = neo4j.driver;
  vi.spyOn(neo4j, 'driver').mockImplementation((...given: Parameters<typeof open>): Driver => {
    const driver = open(...given);
    const session = driver.session.bind(driver);
    driver.session = (config) => {
      const opened = session(config);
      const begin = opened.beginTransaction.bind(opened);
      opened.beginTransaction = (options) => {
        const transaction = begin(options);
        const run = transaction.run.bind(transaction);
        transaction.run = ((text: string, parameters: object) => {
          texts.add(text);
          return run(text, parameters);
        }) as typeof transaction.run;
        return transaction;
      };
      return opened;
    };
    return driver;
  });
  return texts;
}

describe('injection', () => {
  const payloads = injectionPayloads(500);
  const entities = payloads.map(
    (text, i): EntityRecord => ({
      key: `${text}#${i}`,
      name: text,
      types: [text],
      aliases: [`${text}'`],
      properties: { [text]: text, list: [text, text] },
    }),
  );
  const triples = payloads.map(
    (text, i): TripleRecord => ({
      head: entities[i].key,
      relation: text,
      tail: entities[(i + 1) % payloads.length].key,
      weight: 0.5,
    }),
  );

  it('has 500 payloads, each in every text field, and sends none of them as text', async () => {
    expect(new Set(payloads).size).toBe(500);
    const texts = textsSent();
    const connection = await testConnection();
    const witness = contentOf([entities[0]], [{ ...triples[0], tail: entities[0].key }]);
    await writeGraph(connection, witness, { kg: fresh(payloads[3]), contentId: payloads[4] });
    const content = contentOf(entities, triples);
    await writeGraph(connection, content, { kg: fresh('injected') });
    expect(await storedHash(connection, fresh('injected'))).toBe(hashContent(content));
    const store = await Neo4jGraphStore.open(connection, fresh('injected'));
    for (const entity of entities.slice(0, 100)) {
      expect(await store.entity(entity.key)).toEqual(entity);
      expect((await store.neighbours(entity.key, 5)).map(({ relation }) => relation)).toContain(entity.name);
      expect(await store.sourcesOf(entity.key)).toEqual(['one']);
    }
    expect(await storedHash(connection, fresh(payloads[3]))).toBe(hashContent(witness));
    await store.close();

    const files = filesBelow('cypher', '.cypher');
    const known = files.map((path) =>
      textOf(path)
        .replace(/^(\/\/.*\n)*/, '')
        .trim(),
    );
    expect(texts.size).toBeGreaterThan(10);
    expect([...texts].filter((text) => !known.includes(text))).toEqual([]);
    expect(statementText('read/entity')).not.toContain('//');
  });
});
