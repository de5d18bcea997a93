/** Refusals that belong to HTTP alone, with a stable code and a hint; everything else is a MedgraftError. */
import { HttpException } from '@nestjs/common';

export class RequestError extends HttpException {
  constructor(
    status: 401 | 403 | 408 | 413 | 415 | 416 | 429 | 503,
    readonly code: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message, status);
  }
}
