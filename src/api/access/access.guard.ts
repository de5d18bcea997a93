/**
 * Lets a request through when its route is open, when its key has the route's scope, or when the workspace has no key yet:
 * then everybody on this machine may enter, but only under a local name and from no other site's page (DNS rebinding,
 * cross-site forms). A route without a policy is refused. OWASP API1, API2, API5 (2023).
 */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../request-error.js';
import { ACCESS, type Access } from './access.decorator.js';
import { allows, type Scope } from './api-key.js';
import { ApiKeys } from './api-keys.store.js';
import { callerOf } from './caller.js';
import { isLoopback } from './loopback.js';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeys,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    if (access === undefined) throw new RequestError(403, 'access.no-policy', 'this route has no access policy');
    if (access === 'open') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.keys.exist) this.checkKey(request, access);
    else checkLocal(request);
    return true;
  }

  private checkKey(request: FastifyRequest, scope: Scope): void {
    const { key, presented } = callerOf(request, this.keys);
    if (!key) {
      const message = presented ? 'the API key is unknown, revoked or expired' : 'an API key is needed';
      throw new RequestError(401, 'access.key', message, 'Authorization: Bearer <key>; medgraft keys create makes one');
    }
    if (!allows(key, scope)) {
      throw new RequestError(403, 'access.scope', 'the API key lacks a scope', `this route needs the scope ${scope}`);
    }
  }
}

function checkLocal({ headers, hostname }: FastifyRequest): void {
  const local = isLoopback(hostname.replace(/^\[|\]$/g, ''));
  const origin = headers.origin;
  const foreign = origin !== undefined && hostOf(origin) !== headers.host;
  if (local && !foreign) return;
  throw new RequestError(
    403,
    'access.local',
    'without API keys only this machine is let in, under a local name',
    'medgraft keys create makes a key; then any name and any page works with it',
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
