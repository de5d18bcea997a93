/** `medgraft kg check`: what it says, how it ends, and that its cleaned copy is clean. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/graph/check-report.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { medgraft } from './medgraft.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-check-'));
afterAll(() => rmSync(root, { recursive: true }));
const home = join(root, 'home');

const BAD = [
  'head,relation,tail',
  '感冒,有症状,发热',
  '感冒,有症状,发热',
  '感冒,用药,',
  '感冒,并发,感冒',
  'x,y',
  '=a,r,__proto__',
];
function badFile(): string {
  const path = join(root, 'bad.csv');
  writeFileSync(path, `${BAD.join('\n')}\n`);
  return path;
}

const reportIn = (text: string) => JSON.parse(text.split('\n')[0]) as CheckReport & { guessedMapping?: object };
const kindsOf = ({ findings }: CheckReport) => Object.fromEntries(findings.map(({ kind, count }) => [kind, count]));

describe('medgraft kg check', () => {
  it('tells file, line and reason, ends with 2, and makes no workspace', async () => {
    const path = badFile();
    const { code, out, err } = await medgraft(home, 'kg', 'check', path);
    expect(code).toBe(2);
    expect(out).toContain('guessed mapping');
    expect(out).toContain(`${path}:4: the tail is empty [graph.row-empty]`);
    expect(out).toContain(`${path}:6: 2 fields instead of 3 [graph.row-malformed]`);
    expect(out).toContain(`${path}:3: 感冒 -[有症状]-> 发热 was told before`);
    expect(err).toContain('[graph.check]');
    expect(readdirSync(root)).toEqual(['bad.csv']);
  });

  it('writes a copy that is clean, and that imports', async () => {
    const folder = join(root, 'cleaned');
    const first = await medgraft(home, 'kg', 'check', badFile(), '--fix', folder, '--json');
    expect(kindsOf(reportIn(first.out))).toEqual({ 'bad-row': 2, 'repeated-triple': 1, 'self-loop': 1 });
    const mapping = join(folder, 'mapping.yaml');
    const second = await medgraft(home, 'kg', 'check', '--mapping', mapping, '--json', '--strict');
    expect(second.code).toBe(0);
    expect(reportIn(second.out)).toMatchObject({ errors: 0, warnings: 0, entities: 4, triples: 2, findings: [] });
    expect(readFileSync(join(folder, 'triples.tsv'), 'utf8')).toContain("'=a\tr\t__proto__");
    const imported = await medgraft(home, 'kg', 'import', '--kg', 'clean', '--mapping', mapping, '--json');
    expect(imported.code).toBe(0);
  });

  it('ends with 0 where nothing is left out, and with 2 over warnings when strict', async () => {
    const path = join(root, 'loops.csv');
    writeFileSync(path, 'a,r,a\na,r,b\n');
    expect((await medgraft(home, 'kg', 'check', path)).code).toBe(0);
    expect((await medgraft(home, 'kg', 'check', path, '--strict')).code).toBe(2);
  });

  it.each([
    [['kg', 'check'], 2, 'graph.files'],
    [['kg', 'check', 'nowhere.csv'], 3, 'formats.missing'],
    [['kg', 'check', '--mapping', 'nowhere'], 3, 'graph.mapping-missing'],
    [['kg', 'check', 'package.json'], 2, 'graph.mapping-unknown'],
  ])('refuses %j', async (args, code, message) => {
    const ended = await medgraft(home, ...args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
  });

  it('is a stage too, for jobs', async () => {
    const stage = await loadStage('kg.check');
    const settings = parseSettings(stage.settings, { files: [badFile()], fix: true }, 'test');
    const options = {
      workspace: new Workspace(home),
      environment: { threads: 1 },
      signal: new AbortController().signal,
    };
    const steps = runStage(stage, settings, options);
    for (;;) {
      const { done, value } = await steps.next();
      if (!done) continue;
      expect(value.manifest.figures).toMatchObject({ errors: 2, 'repeated-triple': 1 });
      expect(readdirSync(value.folder).sort()).toEqual(['cleaned', 'manifest.json', 'report.json']);
      break;
    }
  });
});

describe('medgraft kg import FILE', () => {
  it('guesses the mapping, and says which', async () => {
    const { code, err, out } = await medgraft(home, 'kg', 'import', '--kg', 'bad', badFile());
    expect(code).toBe(0);
    expect(err).toContain('guessed mapping: {"format":"triples"');
    expect(out).toMatch(/triples +3\n/);
  });
});
