import { mkdtempSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningService } from '../support/running-service.js';
import { loadService } from '../support/service-load.js';
import { runToyStage } from '../support/toy-chain.js';

/** R13 in short: two minutes of mixed load after one of warm-up; the figures are printed, what must hold is asserted. */
const SECONDS = 120;
const WARM_UP_SECONDS = 60;
/** A leak of a few KiB a request would show as more than that. */
const STEEPEST_MEGABYTES_A_MINUTE = 20;

let home: string;
let service: RunningService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-soak-'));
  await runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' });
  service = await RunningService.start(home);
});
afterAll(async () => {
  await service?.kill();
  rmSync(home, { recursive: true, force: true });
});

it.skipIf(platform() !== 'linux')('R13: no answer 5xx, handles and memory flat', async () => {
  const figures = await loadService(service, SECONDS, WARM_UP_SECONDS);
  process.stdout.write(`R13: ${JSON.stringify(figures)}\n`);
  expect(Object.keys(figures.statuses).sort()).toEqual(['2xx', '4xx']);
  expect(figures.handles[1]).toBeLessThanOrEqual(figures.handles[0] + 2);
  expect(figures.slope).toBeLessThan(STEEPEST_MEGABYTES_A_MINUTE);
});
