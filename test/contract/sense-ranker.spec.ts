import { FrequencyRanker } from '../../src/medal/disambiguation/frequency-ranker.js';
import { readInventory } from '../../src/medal/inventory/read-inventory.store.js';
import { senseRankerSuite } from './sense-ranker.suite.js';

senseRankerSuite('by frequency', async () => ({
  ranker: new FrequencyRanker(await readInventory('toy_kg/abbreviations.txt')),
  close: async () => {},
}));
