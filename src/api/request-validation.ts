/**
 * Validation of what a request says, with the answers for queries kept: the same few query strings come again and again, and
 * checking one costs as much as answering it. Bodies are checked each time.
 */
import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';

/** Query objects kept for each class; the oldest go first. */
const KEPT = 256;
const LONGEST_KEY = 1000;

export class RequestValidation extends ValidationPipe {
  private readonly kept = new Map<unknown, Map<string, object>>();

  constructor() {
    super({ whitelist: true, forbidNonWhitelisted: true, transform: true });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'query') return super.transform(value, metadata);
    const key = JSON.stringify(value);
    const checked = this.keptOf(metadata.metatype);
    const known = checked.get(key);
    // A copy: whoever gets it may change it; lists are frozen.
    if (known !== undefined) return Object.assign(Object.create(Object.getPrototypeOf(known)), known);
    const result: unknown = await super.transform(value, metadata);
    if (typeof result !== 'object' || result === null || key.length > LONGEST_KEY) return result;
    if (checked.size >= KEPT) checked.delete(checked.keys().next().value ?? '');
    for (const part of Object.values(result)) if (Array.isArray(part)) Object.freeze(part);
    checked.set(key, Object.assign(Object.create(Object.getPrototypeOf(result)), result));
    return result;
  }

  private keptOf(metatype: unknown): Map<string, object> {
    const found = this.kept.get(metatype) ?? new Map<string, object>();
    this.kept.set(metatype, found);
    return found;
  }
}
