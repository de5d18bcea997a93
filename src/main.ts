/** The service: `npm start`. */
import { startService } from './api/start-service.js';
import { describeError, exitCodeOf } from './cli/exit-code.js';
import { readEnvironment } from './settings/environment.js';
import { parseSettings } from './settings/parse-settings.js';
import { ServiceSettings } from './settings/service-settings.js';

try {
  const environment = readEnvironment();
  await startService(environment, parseSettings(ServiceSettings, environment.service, 'environment', true));
} catch (error) {
  process.stderr.write(`${describeError(error, false)}\n`);
  process.exitCode = exitCodeOf(error);
}
