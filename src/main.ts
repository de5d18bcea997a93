/** The service: `npm start`. */
import { startService } from './api/start-service.js';
import { describeError, exitCodeOf } from './cli/exit-code.js';
import { serviceConfig } from './cli/service-config.js';

try {
  const { environment, settings } = await serviceConfig({});
  await startService(environment, settings);
} catch (error) {
  process.stderr.write(`${describeError(error, false)}\n`);
  process.exitCode = exitCodeOf(error);
}
