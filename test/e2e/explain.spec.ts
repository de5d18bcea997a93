import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelProcess } from '../../src/api/model-process.js';
import type { Explanation } from '../../src/smedbert/explanation/explanation.js';
import { RunningService } from '../support/running-service.js';
import { prepareToyChain, runToyStage, SMALL_MODEL } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

/** A small pre-trained model, asked on the command line and over HTTP. */
const TEXT = '患者震颤、动作迟缓，诊断为PD，服用[MASK]，有高血压。';

let home: string;
let service: RunningService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-explain-'));
  await prepareToyChain(home);
  await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 2, saveEvery: 1 });
  service = await RunningService.start(home);
}, 240_000);
afterAll(async () => {
  await service.kill();
  rmSync(home, { recursive: true, force: true });
});

interface Answer {
  model: string;
  texts: Explanation[];
  code?: string;
}

async function explain(...words: string[]): Promise<Answer> {
  const { code, out, err } = await medgraft(
    home,
    '--json',
    'smedbert',
    'explain',
    '--kg',
    'toy',
    '--corpus',
    'toy',
    ...words,
  );
  expect(code, err).toBe(0);
  return JSON.parse(out) as Answer;
}
const ask = (body: object, kg = 'toy') =>
  service.call('POST', `/v1/kgs/${kg}/explain`, body) as unknown as Promise<Answer>;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('smedbert explain', { timeout: 120_000 }, () => {
  it('gives weights that sum to 1, and is the same through both doors', async () => {
    const answer = await explain('--ambiguity', 'context', '--masks', '3', TEXT);
    const [{ mentions, predictions, tokens, cutTokens }] = answer.texts;
    expect(mentions.map(({ surface, state }) => [surface, state])).toEqual(
      ['震颤', '动作迟缓', 'PD', '高血压'].map((surface) => [surface, 'infused']),
    );
    expect(mentions[2]).toMatchObject({ entity: { name: '帕金森病' }, rule: 'context' });
    for (const { neighbours, candidates, start, end } of mentions) {
      expect(sum(neighbours.map(({ nodeWeight }) => nodeWeight))).toBeCloseTo(1, 5);
      for (const h of neighbours[0].headWeights.keys()) {
        expect(sum(neighbours.map(({ headWeights }) => headWeights[h]))).toBeCloseTo(1, 5);
      }
      const types = new Map(neighbours.map(({ type, typeWeight }) => [type, typeWeight as number]));
      expect(sum([...types.values()])).toBeCloseTo(1, 5);
      expect(sum(candidates.map(({ score }) => score))).toBeCloseTo(1, 9);
      expect(neighbours.map(({ rank }) => rank)).toEqual(neighbours.map(({ rank }) => rank).sort((a, b) => b - a));
      for (const token of tokens.filter((one) => one.start >= start && one.end <= end))
        expect(token.gate).toBeGreaterThan(0);
    }
    expect(tokens.filter(({ gate }) => gate !== undefined).length).toBeLessThan(tokens.length);
    expect(tokens.map(({ start, end }) => TEXT.slice(start, end)).join('')).toBe(TEXT);
    expect(predictions).toHaveLength(1);
    expect(predictions[0].best).toHaveLength(3);
    expect(cutTokens).toBe(0);
    expect(await ask({ corpus: 'toy', texts: [TEXT], ambiguity: 'context', masks: 3 })).toEqual(answer);
    expect((await ask({ corpus: 'toy', texts: [TEXT] })).texts[0].mentions[2].entity.name).not.toBe('帕金森病');
  });

  it('takes texts without mentions, without characters, and longer than the model', async () => {
    const long = '高血压患者。'.repeat(40);
    const { texts } = await ask({ corpus: 'toy', texts: ['今天天气很好。', '', long, `${TEXT}[MASK]`] });
    expect(texts[0].mentions).toEqual([]);
    expect(texts[1]).toMatchObject({ tokens: [], mentions: [], cutTokens: 0, predictions: [] });
    expect(texts[2].tokens).toHaveLength(62);
    expect(texts[2].cutTokens).toBe(240 - 62);
    expect(new Set(texts[2].mentions.map(({ state }) => state))).toEqual(new Set(['infused', 'cut']));
    expect(texts[3].predictions).toHaveLength(2);
    // What a text gets does not depend on those beside it.
    expect(texts[2]).toEqual((await ask({ corpus: 'toy', texts: [long] })).texts[0]);
  });

  it('writes a page, and takes lines of standard input and checkpoints', async () => {
    const page = join(home, 'page.html');
    const [run] = (await service.call('GET', '/v1/runs'))['runs'] as { id: string }[];
    const folder = join(home, 'runs', run.id, 'checkpoint-2');
    const answer = await explain('--model', folder, '--html', page, '<script>高血压</script>');
    expect(answer.model).toContain('checkpoint-2');
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script');
    const asked = await ask({ corpus: 'toy', texts: ['高血压'], run: run.id });
    expect(asked.model).toBe(run.id);
  });

  it('refuses what it cannot do, with a reason', async () => {
    expect(await ask({ corpus: 'other', texts: ['x'] })).toMatchObject({ status: 404, code: 'artefact.missing' });
    expect(await ask({ corpus: 'toy', texts: [] })).toMatchObject({ status: 400 });
    expect(await ask({ corpus: 'toy', texts: ['x'.repeat(10_001)] })).toMatchObject({ status: 400 });
    expect(await ask({ corpus: 'toy', texts: ['x'], run: '../../etc' })).toMatchObject({ code: 'workspace.name' });
    const { code, err } = await medgraft(
      home,
      'smedbert',
      'explain',
      '--kg',
      'toy',
      '--corpus',
      'toy',
      'x'.repeat(10_001),
    );
    expect(code).toBe(2);
    expect(err).toContain('at most 10000 characters');
  });

  it('answers other requests while it computes', async () => {
    let done = false;
    const texts = Array.from({ length: 16 }, (_, i) => `${i}${TEXT.repeat(2)}`.slice(0, 60 - i));
    const long = ask({ corpus: 'toy', texts }).then((answer) => {
      done = true;
      return answer;
    });
    const { status } = await service.call('GET', '/health/live');
    expect(status).toBe('ok');
    expect(done).toBe(false);
    expect((await long).texts).toHaveLength(16);
  });

  it('goes on after its process has died, and ends it when it is idle', async () => {
    const models = new ModelProcess(home, 1, 50);
    const question = () => models.ask('explain', 'toy', { corpus: 'toy', texts: [TEXT], masks: 0 }) as Promise<Answer>;
    const killed = question();
    process.kill(models.pid as number, 'SIGKILL');
    await expect(killed).rejects.toMatchObject({ code: 'model.died' });
    expect((await question()).texts).toHaveLength(1);
    while (models.pid !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    const waiting = Array.from({ length: 16 }, question);
    expect(() => models.ask('explain', 'toy', {})).toThrow(expect.objectContaining({ code: 'model.busy' }));
    models.onModuleDestroy();
    for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe('rejected');
  });

  it('says so when a model infuses no graph', async () => {
    await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 1, graph: 'off' });
    expect(await ask({ corpus: 'toy', texts: ['x'] })).toMatchObject({
      status: 409,
      code: 'explain.no-graph',
      got: 'one that was trained with --graph off',
    });
  });
});
