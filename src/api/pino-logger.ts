import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

/** Nest's log lines as JSON lines of pino on standard error. Bodies and query texts are never logged. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string) {
    this.pino = pino(
      { level, redact: ['authorization', 'password', '*.authorization', '*.password'] },
      pino.destination(2),
    );
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
    const stack = rest.length > 1 ? String(rest[0]) : undefined;
    if (typeof message === 'object' && message !== null) {
      const { error, ...fields } = message as Record<string, unknown>;
      this.pino[level]({ context, ...fields, ...(error instanceof Error ? { err: error } : {}) });
    } else this.pino[level]({ context, stack }, String(message));
  }
}
