import { Setting } from './setting.js';

/** How the service listens. Given by `MEDGRAFT_HOST`, `MEDGRAFT_PORT`, ... or the flags of `medgraft serve`. */
export class ServiceSettings {
  @Setting({
    meaning: 'Loopback address to listen on.',
    type: 'string',
  })
  host = '127.0.0.1';

  @Setting({ meaning: 'TCP port; 0 takes a free one.', type: 'integer', minimum: 0, maximum: 65535 })
  port = 8080;

  @Setting({
    meaning: 'Least severe log line that is written.',
    type: 'string',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
  })
  logLevel = 'info';

  @Setting({ meaning: 'Seconds a request may take to arrive and to be answered.', type: 'integer', minimum: 1 })
  requestTimeout = 30;

  @Setting({ meaning: 'Jobs that run at the same time.', type: 'integer', minimum: 1, maximum: 64 })
  concurrentJobs = 1;

  @Setting({
    meaning: 'Seconds a stopping service waits for its jobs to write their checkpoints.',
    type: 'integer',
    minimum: 0,
  })
  stopTimeout = 20;
}
