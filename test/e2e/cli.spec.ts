import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../src/stages.js';
import { ROOT, textOf } from '../house/source-files.js';
import { medgraft } from './medgraft.js';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-cli-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('medgraft', () => {
  it('is the same program as dist/cli.js', () => {
    const { bin } = JSON.parse(textOf('package.json')) as { bin: Record<string, string> };
    expect(bin).toEqual({ medgraft: 'dist/cli.js' });
    expect(textOf('dist/cli.js').startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(statSync(join(ROOT, 'dist/cli.js')).mode & 0o111).toBeGreaterThan(0);
  });

  it('lists every room and stage in its help, without loading any of them', async () => {
    const rooms = new Set(STAGES.map(({ name }) => name.split('.')[0]));
    const help = await medgraft(home, '--help');
    expect(help.code).toBe(0);
    for (const room of rooms) {
      expect(help.out).toContain(`\n  ${room} `);
      const { out } = await medgraft(home, room, '--help');
      for (const { name } of STAGES) if (name.startsWith(`${room}.`)) expect(out).toContain(`  ${name.split('.')[1]} `);
    }
  });

  it('shows the settings of a stage with defaults and ranges', async () => {
    const { code, out } = await medgraft(home, 'kg', 'rank', '--help');
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain('(0 to 1, default 0.85)');
  });

  it.each([
    [['kg', 'rank', '--damp', '1'], 2, 'Did you mean --damping?'],
    [['kg', 'dream'], 2, 'dream'],
    [['kg', 'rank', '--kg', 'a', '--damping', '7'], 2, 'settings.invalid'],
    [['kg', 'rank', '--kg', '../a'], 2, 'workspace.name'],
    [['kg', 'rank', '--kg', 'a'], 3, 'medgraft kg import --kg a'],
    [['kg', 'rank', '--config', 'nowhere.yaml'], 3, 'config.missing'],
    [['kg', 'neighbours', '--kg', 'a', '--entity', 'b'], 3, 'graph.unknown'],
    [['runs', 'show', 'nothing'], 3, 'run.unknown'],
    [['serve', '--host', '0.0.0.0'], 2, 'service.public'],
    [['serve', '--port', '99999'], 2, 'settings.invalid'],
  ])('%j ends with %i and says %s', async (args, code, said) => {
    const answer = await medgraft(home, ...args);
    expect(answer.err).toContain(said);
    expect(answer.code).toBe(code);
    expect(answer.err).not.toMatch(/\n\s+at /);
  });

  it('names the line of a broken settings file and the key of an unknown setting', async () => {
    const file = join(home, 'settings.yaml');
    writeFileSync(file, 'kg: a\ndamping: [\n');
    expect((await medgraft(home, 'kg', 'rank', '--config', file)).err).toContain(`${file}:3`);
    writeFileSync(file, 'kg: a\ndampign: 0.5\n');
    expect((await medgraft(home, 'kg', 'rank', '--config', file)).err).toContain('did you mean damping?');
  });

  it('tells errors as JSON lines when asked to', async () => {
    const { out } = await medgraft(home, '--json', 'kg', 'rank', '--kg', 'a');
    expect(JSON.parse(out)).toMatchObject({ kind: 'error', code: 'artefact.missing' });
  });

  it('prints its configuration, and finds nothing required missing', async () => {
    expect((await medgraft(home, 'config', 'print')).out).toContain(`home: ${home}`);
    const doctor = await medgraft(home, 'doctor');
    expect(doctor.out).toMatch(/^ok +onnxruntime-node +loads and multiplies$/m);
    expect(doctor.code, doctor.out).toBe(0);
  });
});
