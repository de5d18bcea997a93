// Writes docs/openapi.json, the description of the API as the service gives it at /openapi.json. Run it when a route or a
// setting has changed; a test compares.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../dist/api/open-api.js';
import { createService } from '../dist/api/start-service.js';
import { ServiceSettings } from '../dist/settings/service-settings.js';

const home = mkdtempSync(join(tmpdir(), 'medgraft-openapi-'));
try {
  const settings = Object.assign(new ServiceSettings(), { logLevel: 'silent', port: 0 });
  const app = await createService({ home, threads: 1, service: {} }, settings);
  await app.init();
  const document = await openApiDocument(app);
  await app.close();
  const path = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
  writeFileSync(path, `${JSON.stringify(document, undefined, 2)}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
