import { mergeConfig } from 'vitest/config';
import everyday from './vitest.config.js';

// What needs a real Neo4j. `npm run test:neo4j` starts one; files run one after the other, as they share its database.
const config = mergeConfig(everyday, {});
config.test = {
  ...config.test,
  include: ['test/neo4j/**/*.spec.ts'],
  exclude: [],
  fileParallelism: false,
  testTimeout: 120_000,
};

export default config;
