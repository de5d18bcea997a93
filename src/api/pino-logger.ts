/**
 * Nest's log lines as JSON lines of pino on standard error. Bodies and query texts are never logged; what looks like a
 * secret is masked by its name, and of an error's message nothing that it quotes, which may be a person's text.
 */
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { MedgraftError } from '../base/errors.js';
import { withoutSecrets } from './redaction.js';

const SECRET_NAMES = [
  'authorization',
  'password',
  'secret',
  'apiKey',
  'key',
  'token',
  'redisUrl',
  'x-api-key',
  'cookie',
];

export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string, destination: DestinationStream = pino.destination(2)) {
    const names = SECRET_NAMES.map((name) => (name.includes('-') ? `["${name}"]` : name));
    const nested = names.map((name) => (name.startsWith('[') ? `*${name}` : `*.${name}`));
    this.pino = pino({ level, redact: { paths: [...names, ...nested], censor: '***' } }, destination);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest gives the context last, and a stack before it. */
  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.length > 0 ? String(rest[rest.length - 1]) : undefined;
    const stack = rest.length > 1 ? withoutSecrets(String(rest[0])) : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: plainError(message) });
    else if (typeof message === 'object' && message !== null) {
      const { error, message: text, ...fields } = message as Record<string, unknown>;
      const err = error instanceof Error ? plainError(error) : undefined;
      this.pino[level]({ context, ...fields, ...(err ? { err } : {}) }, typeof text === 'string' ? text : undefined);
    } else this.pino[level]({ context, stack }, withoutSecrets(String(message)));
  }
}

/** Kind, code, message without quoted parts, and the frames of the stack; never details or a body that hangs on it. */
function plainError(error: Error): Record<string, unknown> {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.constructor.name,
    code: error instanceof MedgraftError ? error.code : (error as { code?: unknown }).code,
    message: withoutSecrets(error.message),
    stack: frames.join('\n'),
    cause: error.cause instanceof Error ? plainError(error.cause) : undefined,
  };
}
