import { Setting } from './setting.js';

/**
 * How the service listens, whom it lets in and what it spends. Given by `MEDGRAFT_HOST`, `MEDGRAFT_PORT`, ..., by a
 * `--config` file, or by the flags of `medgraft serve`; the later wins.
 */
export class ServiceSettings {
  @Setting({
    meaning: 'Address to listen on; one that others can reach needs an API key (medgraft keys create).',
    type: 'string',
    freeText: true,
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

  @Setting({
    meaning: 'Seconds a request may take to arrive and to be answered; an upload may pause so long.',
    type: 'integer',
    minimum: 1,
    maximum: 3600,
  })
  requestTimeout = 25;

  @Setting({
    meaning: 'Requests a minute of one API key or, without a valid one, of one address; 0: no limit.',
    type: 'integer',
    minimum: 0,
  })
  requestsPerMinute = 1200;

  @Setting({
    meaning: 'Addresses or networks of reverse proxies whose X-Forwarded-For is believed; several with commas.',
    type: 'strings',
    freeText: true,
  })
  trustedProxies: string[] = [];

  @Setting({
    meaning: 'Folder of the files that jobs over HTTP may read; not set: uploads/ of the workspace.',
    type: 'string',
    optional: true,
    freeText: true,
  })
  dataRoot?: string;

  @Setting({ meaning: 'Largest file that may be uploaded, in MiB.', type: 'integer', minimum: 1, maximum: 1_048_576 })
  uploadLimit = 4096;

  @Setting({ meaning: 'Jobs that run at the same time.', type: 'integer', minimum: 1, maximum: 64 })
  concurrentJobs = 1;

  @Setting({
    meaning: 'Attempts of a job whose process or service died, the first included; 1: only a resume begins it again.',
    type: 'integer',
    minimum: 1,
    maximum: 100,
  })
  jobAttempts = 1;

  @Setting({
    meaning: 'Seconds before the second attempt of a job; doubled with each further one.',
    type: 'integer',
    minimum: 0,
    maximum: 3600,
  })
  jobBackoff = 10;

  @Setting({
    meaning: 'Seconds after which a job whose service is silent counts as abandoned.',
    type: 'integer',
    minimum: 1,
    maximum: 3600,
  })
  jobLease = 15;

  @Setting({
    meaning: 'Where jobs wait: a file of the workspace, or Redis (BullMQ), which several machines share.',
    type: 'string',
    choices: ['embedded', 'redis'],
  })
  queue = 'embedded';

  @Setting({ meaning: 'redis:// address of the queue.', type: 'string', optional: true, secret: true, freeText: true })
  redisUrl?: string;

  @Setting({
    meaning: 'Seconds a stopping service waits for its jobs to write their checkpoints.',
    type: 'integer',
    minimum: 0,
  })
  stopTimeout = 20;
}
