/**
 * Requests a minute by key or address, in this process only: several services behind one name each count for themselves.
 * While the workspace has no key all calls are one person's own, and nobody is held back.
 */
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { ServiceSettings } from '../../settings/service-settings.js';
import { RequestError } from '../request-error.js';
import { ACCESS } from './access.decorator.js';
import { ApiKeys } from './api-keys.store.js';
import { BoundedCounts } from './bounded-counts.js';
import { callerOf, trackerOf } from './caller.js';

const MINUTE_MILLISECONDS = 60_000;

@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() counts: ThrottlerStorage,
    reflector: Reflector,
    private readonly settings: ServiceSettings,
    private readonly keys: ApiKeys,
  ) {
    super(options, counts, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride(ACCESS, targets) === 'open') return true;
    return this.settings.requestsPerMinute === 0 || !this.keys.exist;
  }

  protected override async getTracker(request: FastifyRequest): Promise<string> {
    return trackerOf(request, callerOf(request, this.keys));
  }

  /** One count for all routes. */
  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return tracker;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { timeToExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const hint = `wait ${timeToExpire} s; the service allows ${this.settings.requestsPerMinute} requests a minute`;
    throw new RequestError(429, 'access.rate', 'too many requests', hint);
  }
}

/** What Nest's throttler module is given. */
export function rateLimits({ requestsPerMinute }: ServiceSettings): ThrottlerModuleOptions {
  return {
    throttlers: [{ name: 'default', ttl: MINUTE_MILLISECONDS, limit: requestsPerMinute }],
    storage: new BoundedCounts(),
  };
}
