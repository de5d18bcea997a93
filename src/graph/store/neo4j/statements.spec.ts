import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type StatementName, statementText } from './statements.js';

const folder = fileURLToPath(new URL('../../../../cypher/', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.cypher'))
  .map((path) => path.replaceAll('\\', '/').replace(/\.cypher$/, '') as StatementName);

describe('statementText', () => {
  it('has the statement of each file, without its comment', () => {
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      expect(statementText(name), name).toMatch(/^[A-Z]/);
      expect(statementText(name), name).not.toMatch(/^\/\/|;$/m);
    }
  });
});
