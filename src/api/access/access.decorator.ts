/**
 * Who may call a route. Every route carries one of these; the guard refuses a route without, and a test finds it before
 * that. `admin` includes every other scope.
 */
import { SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { Scope } from './api-key.js';

export const ACCESS = 'medgraft.access';

/** `open`: anybody, without a key. */
export type Access = Scope | 'open';

/** The scope that a route, or each route of a controller, asks for. */
export function Needs(scope: Scope): ClassDecorator & MethodDecorator {
  const marks = [SetMetadata(ACCESS, scope), ApiSecurity('apiKey')] as const;
  return <T>(target: object, key?: string | symbol, descriptor?: TypedPropertyDescriptor<T>) => {
    for (const mark of marks)
      (mark as MethodDecorator)(target, key as string, descriptor as TypedPropertyDescriptor<T>);
  };
}

/** A route that tells nothing worth a key. */
export function Open(): ClassDecorator & MethodDecorator {
  return SetMetadata(ACCESS, 'open' satisfies Access);
}
