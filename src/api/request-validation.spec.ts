import type { ArgumentMetadata } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { NeighboursQuery } from './neighbours-query.dto.js';
import { RequestValidation } from './request-validation.js';
import { SearchQuery } from './search.controller.js';

const query = (metatype: ArgumentMetadata['metatype']): ArgumentMetadata => ({ type: 'query', metatype });

describe('RequestValidation', () => {
  it('gives equal queries equal answers, each of its own', async () => {
    const pipe = new RequestValidation();
    const ask = () => pipe.transform({ limit: '7', relation: 'a' }, query(NeighboursQuery)) as Promise<NeighboursQuery>;
    const first = await ask();
    expect(first).toBeInstanceOf(NeighboursQuery);
    expect(first).toMatchObject({ limit: 7, relation: ['a'], direction: 'both' });
    first.limit = 1;
    const second = await ask();
    expect(second).toBeInstanceOf(NeighboursQuery);
    expect(second.limit).toBe(7);
    expect(() => second.relation.push('b')).toThrow(TypeError);
  });

  it('refuses what is wrong each time, and keeps classes apart', async () => {
    const pipe = new RequestValidation();
    for (let i = 0; i < 2; i++) {
      await expect(pipe.transform({ limit: '0' }, query(NeighboursQuery))).rejects.toThrow();
      await expect(pipe.transform({ q: 'x', unknown: '1' }, query(SearchQuery))).rejects.toThrow();
    }
    expect(await pipe.transform({}, query(NeighboursQuery))).toMatchObject({ limit: 20 });
    await expect(pipe.transform({}, query(SearchQuery))).rejects.toThrow();
  });

  it('forgets the oldest', async () => {
    const pipe = new RequestValidation();
    for (let limit = 1; limit <= 600; limit++) {
      expect(await pipe.transform({ limit: String(limit) }, query(NeighboursQuery))).toMatchObject({ limit });
    }
  });
});
