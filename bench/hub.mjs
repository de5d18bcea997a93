/**
 * S12 of the service: 200,000 entities, 2,000,000 triples, a hub of degree 93,923; 100 parallel requests for all within 3
 * edges of the hub. Every answer has to keep to its budgets; the other figures are printed: answers' and health's 99th
 * percentile, and the memory they took. `first` are the first requests to a graph that nobody has asked about yet, `known`
 * the same question again and again, after some that had the time to count, `new` questions whose count is not known yet, `relevance` in that order.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HUB, KG, makeHubGraph } from './support/hub-graph.mjs';
import { healthWhile, quantile, startService } from './support/running-service.mjs';

const PARALLEL = 100;
const ROUNDS = 5;
/** Questions, one after another and then at once, until the compiler has seen enough of them and connections are open. */
const WARM_UP = 500;
const NODES = 100;
const EDGES = 1000;

export async function run({ hub, emit }) {
  const home = hub ?? mkdtempSync(join(tmpdir(), 'medgraft-hub-'));
  try {
    await makeHubGraph(home);
    const service = await startService(home);
    try {
      await measure(service, emit);
    } finally {
      await service.stop();
    }
  } finally {
    if (hub === undefined) rmSync(home, { recursive: true });
  }
}

async function measure(service, emit) {
  const path = (entity, more) =>
    `/v1/kgs/${KG}/entities/${entity}/neighbourhood?hops=3&nodes=${NODES}&edges=${EDGES}${more}`;
  const cases = {
    first: () => path(HUB, ''),
    known: () => path(HUB, ''),
    new: (i, round) => path(`e${1 + i + PARALLEL * round}`, ''),
    relevance: () => path(HUB, '&sort=relevance'),
  };
  let before = 0;
  const warmUp = async () => {
    const url = path(HUB, '&milliseconds=10000');
    for (let i = 0; i < WARM_UP; i++) await service.ask(url);
    await Promise.all(Array.from({ length: PARALLEL }, () => service.ask(url)));
  };
  for (const [name, url] of Object.entries(cases)) {
    const answers = [];
    if (name === 'known') await warmUp();
    const { times } = await healthWhile(service.base, async () => {
      for (let round = 0; round < (name === 'first' ? 1 : ROUNDS); round++) {
        answers.push(...(await Promise.all(Array.from({ length: PARALLEL }, (_, i) => service.ask(url(i, round))))));
      }
    });
    const exact = answers.filter(withinBudgets).length;
    const record = { bench: 'hub', unit: 'ms', threads: 1, parallel: PARALLEL };
    const latencies = answers.map(({ milliseconds }) => milliseconds);
    emit({ ...record, case: `${name} p50`, value: quantile(latencies, 0.5) });
    emit({ ...record, case: `${name} p99`, value: quantile(latencies, 0.99), exact: exact / answers.length });
    emit({ ...record, case: `${name} health p99`, value: quantile(times, 0.99), asked: times.length });
    const resident = service.residentMegabytes();
    if (name !== 'first') {
      emit({ ...record, case: `${name} memory`, value: resident - before, unit: 'MB more' });
    }
    before = resident;
  }
}

/** @returns whether the counts are exact. @throws Error when a budget was not kept */
function withinBudgets({ status, text }) {
  const { shown, total, endedBy } = JSON.parse(text);
  if (status !== 200 || shown.entities > NODES || shown.edges > EDGES || endedBy.length === 0) {
    throw new Error(`not within the budgets: ${status} ${text.slice(0, 300)}`);
  }
  return total.exact;
}
