import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MedgraftError } from '../base/errors.js';
import { HTTP_STATUS } from './http-status.js';
import { RequestError } from './request-error.js';

/** The body of every error answer: problem details of RFC 9457 with our code, hint and request id. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  place?: string;
  expected?: string;
  got?: string;
  hint?: string;
  requestId: string;
}

/** Errors to problem details. What nobody foresaw is logged and answered without its message. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, request.id);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (problem.status >= 500) this.logger.error({ requestId: request.id, code: problem.code, error });
    if (reply.sent) return;
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem));
  }
}

export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof MedgraftError) {
    const { place, expected, got, hint } = error.details;
    const problem = plain(HTTP_STATUS[error.kind], error.code, error.message, requestId);
    return { ...problem, place, expected, got, hint };
  }
  if (error instanceof RequestError)
    return { ...plain(error.getStatus(), error.code, error.message, requestId), hint: error.hint };
  const status = statusOf(error);
  if (status === undefined)
    return plain(500, 'internal', 'an unexpected error; the log has it by its request id', requestId);
  return plain(status, status === 400 ? 'request.invalid' : `http.${status}`, messageOf(error), requestId);
}

function plain(status: number, code: string, detail: string, requestId: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, requestId };
}

/** Errors of Nest and of Fastify (body too large, broken JSON) carry their status. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return status >= 400 && status < 500 ? status : undefined;
}

function messageOf(error: unknown): string {
  const response = error instanceof HttpException ? error.getResponse() : undefined;
  const message = typeof response === 'object' && 'message' in response ? response.message : undefined;
  if (Array.isArray(message)) return message.join('; ');
  return error instanceof Error ? error.message : String(error);
}
