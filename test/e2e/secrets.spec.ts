import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../house/source-files.js';
import { canariesBelow, canariesIn, filesBelow } from '../support/find-canaries.js';
import { RunningService } from '../support/running-service.js';
import { SMALL_MODEL } from '../support/toy-chain.js';
import { medgraftWith } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/**
 * S14: secrets and patients' texts are sent through every door, those that refuse them too; then everything that was
 * logged, answered and kept is searched for them.
 */
const PATIENT = '王翠花，身份证110101195001011234，住院号QX7741';
const PATIENT_PARTS = ['王翠花', '110101195001011234', 'QX7741'];
const SECRETS = {
  redis: 'RedisCanary81',
  neo4j: 'NeoCanary82',
  setting: 'SettingCanary83',
  header: 'HeaderCanary84',
};
/** What holds texts because it is made of them: the file that was sent, and the corpus prepared from it. */
const MADE_OF_TEXT = /^(uploads|artifacts\/corpus\.\w+\/[0-9a-f]+\/(?!manifest))/;

let home: string;
let key: string;
let wrongKey: string;
let service: RunningService;
let secrets: string[];
const answers: string[] = [];
const logs: string[] = [];
const environment = () => ({
  MEDGRAFT_HOME: home,
  MEDGRAFT_LOG_LEVEL: 'debug',
  MEDGRAFT_REDIS_URL: `redis://:${SECRETS.redis}@127.0.0.1:1/0`,
  MEDGRAFT_NEO4J_URI: `bolt://neo4j:${SECRETS.neo4j}@127.0.0.1:1`,
  MEDGRAFT_NEO4J_PASSWORD: SECRETS.neo4j,
  MEDGRAFT_NEO4J_RETRY_TIME: '0',
});

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-secrets-'));
  const made = await medgraftWith(environment(), '--json', 'keys', 'create', '--name', 'all', '--scopes', 'admin');
  ({ key } = JSON.parse(made.out) as { key: string });
  wrongKey = `mg_${'0'.repeat(12)}_${'WrongCanary85'.padEnd(43, 'x')}`;
  secrets = [...Object.values(SECRETS), key.slice(16), 'WrongCanary85'];
  service = await RunningService.start(home, environment(), key);
  service.process.stderr.on('data', (chunk: Buffer) => logs.push(chunk.toString()));
  service.process.stdout.on('data', (chunk: Buffer) => logs.push(chunk.toString()));
});
afterAll(async () => {
  await service?.kill();
  rmSync(home, { recursive: true, force: true });
});

/** @param own the question holds the patient's text itself, so that the answer may repeat it */
async function ask(method: string, path: string, { body, headers = {}, own = false }: Question = {}): Promise<number> {
  const type: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const all = { authorization: `Bearer ${key}`, ...type, ...headers };
  const answer = await fetch(`${service.base}${path}`, { method, body, headers: all });
  const text = `${[...answer.headers].join('\n')}\n${await answer.text()}`;
  answers.push(own ? PATIENT_PARTS.reduce((rest, part) => rest.replaceAll(part, ''), text) : text);
  return answer.status;
}

interface Question {
  body?: string | FormData;
  headers?: Record<string, string>;
  own?: boolean;
}

async function run(stage: string, settings: object, state: string): Promise<void> {
  const id = await service.submit(stage, settings);
  const messages = await service.all(id);
  answers.push(JSON.stringify(messages));
  expect(messages.at(-1), stage).toMatchObject({ data: { state } });
  for (const view of ['', '/metrics']) await ask('GET', `/v1/jobs/${id}${view}`);
}

function hits(): string[] {
  const everywhere = [...secrets, ...PATIENT_PARTS];
  return [
    ...answers.flatMap((text) => canariesIn(text, everywhere)),
    ...logs.flatMap((text) => canariesIn(text, everywhere)),
    ...canariesBelow(home, secrets, () => true),
    ...canariesBelow(home, PATIENT_PARTS, (path) => !MADE_OF_TEXT.test(path)),
  ];
}

describe('what must not be kept or told', () => {
  it('is in no log, answer, run record, event file or model card after the whole chain', async () => {
    const corpus = `${readFileSync(join(ROOT, 'toy_kg/corpus.txt'), 'utf8')}\n${PATIENT}，高血压三年，服用氨氯地平。\n`;
    const form = new FormData();
    form.append('file', new Blob([corpus]), 'notes.txt');
    expect(await ask('POST', '/v1/files', { body: form })).toBe(201);
    await run('kg.import', { kg: 'toy', mapping: 'toy' }, 'succeeded');
    await run('kg.rank', { kg: 'toy' }, 'succeeded');
    await run('kg.dictionaries', { kg: 'toy' }, 'succeeded');
    const embedding = { dimension: 8, relationDimension: 8, epochs: 1, warmStartEpochs: 1 };
    await run('kg.embed', { kg: 'toy', ...embedding }, 'succeeded');
    await run('corpus.prepare', { corpus: 'toy', files: ['notes.txt'], maximumTokens: 61 }, 'succeeded');
    await run('corpus.link', { kg: 'toy', corpus: 'toy' }, 'succeeded');
    await run('smedbert.pretrain', { ...SMALL_MODEL, steps: 3, saveEvery: 2 }, 'succeeded');
    const files = filesBelow(home);
    for (const kind of [/tfevents/, /README\.md$/, /run\.json$/, /manifest\.json$/, /jobs\.db/]) {
      expect(
        files.some((path) => kind.test(path)),
        String(kind),
      ).toBe(true);
    }
    expect(hits()).toEqual([]);
  });

  it('is in none after refusals, failures and lost stores either', async () => {
    mkdirSync(join(home, 'uploads'), { recursive: true });
    // A line that breaks off within a character.
    writeFileSync(
      join(home, 'uploads', 'broken.txt'),
      Buffer.concat([Buffer.from(PATIENT), Buffer.from([0xe7, 0x8e, 0x0a])]),
    );
    await run('corpus.prepare', { corpus: 'broken', files: ['broken.txt'] }, 'failed');
    await run('kg.copy', { kg: 'toy', from: 'embedded', to: 'neo4j' }, 'failed');
    const wrong = { authorization: `Bearer ${wrongKey}` };
    const statuses = [
      await ask('GET', '/v1/jobs', { headers: wrong }),
      await ask('GET', '/v1/jobs', { headers: { authorization: `Basic ${SECRETS.header}` } }),
      await ask('GET', '/v1/jobs', { headers: { authorization: '', 'x-api-key': wrongKey } }),
      await ask('GET', `/v1/jobs?key=${key}`),
      await ask('GET', `/v1/runs?api_key=${wrongKey}`),
      await ask('POST', '/v1/jobs', {
        body: JSON.stringify({ stage: 'kg.copy', settings: { password: SECRETS.setting } }),
      }),
      await ask('POST', '/v1/jobs', {
        body: `{"stage":"kg.rank","settings":{"kg":"toy"},"password":"${SECRETS.setting}"}`,
      }),
      await ask('POST', '/v1/jobs', { body: `{"stage":"kg.rank","settings":{"kg":"toy""${PATIENT}` }),
      await ask('GET', '/health/ready', { headers: { cookie: SECRETS.header, 'x-forwarded-for': SECRETS.header } }),
    ];
    expect(statuses.map((status) => Math.floor(status / 100))).toEqual([4, 4, 4, 4, 2, 4, 4, 4, 2]);
    const text = encodeURIComponent(PATIENT);
    for (const path of ['search?q=', 'entities/', 'neighbours?entity=', 'paths?from=']) {
      await ask('GET', `/v1/kgs/toy/${path}${text}`, { own: true });
    }
    const body = JSON.stringify({ text: `${PATIENT}，高血压`, entities: [PATIENT] });
    for (const path of ['link', 'subgraph']) await ask('POST', `/v1/kgs/toy/${path}`, { body, own: true });
    expect(hits()).toEqual([]);
  });

  it('is in no output of the command line', async () => {
    const commands = [
      ['config', 'print'],
      ['doctor'],
      ['keys', 'list'],
      ['jobs', 'list'],
      ['runs', 'list'],
      ['kg', 'copy', '--kg', 'toy', '--from', 'embedded', '--to', 'neo4j', '--verbose'],
      ['jobs', 'start', 'kg.rank', '--set', 'kg=toy', `password=${SECRETS.setting}`],
    ];
    for (const command of commands) {
      const { out, err } = await medgraftWith(environment(), ...command);
      answers.push(out, err);
    }
    const redis = await medgraftWith({ ...environment(), MEDGRAFT_QUEUE: 'redis' }, 'jobs', 'list', '--verbose');
    expect(redis.code).toBe(5);
    answers.push(redis.out, redis.err);
    expect(hits()).toEqual([]);
    process.stdout.write(
      `S14: ${answers.length} answers, ${logs.length} pieces of log, ${filesBelow(home).length} files, 0 hits\n`,
    );
  });

  it('would be found: the search sees what is there', () => {
    expect(canariesBelow(home, PATIENT_PARTS, (path) => path.startsWith('uploads'))).toContain(
      'uploads/notes.txt: 王翠花',
    );
  });
});
