import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, textOf } from './source-files.js';

interface Service {
  image: string;
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports: string[];
  volumes: string[];
}

const compose = parse(textOf('docker-compose.yml')) as {
  services: Record<'app' | 'neo4j', Service>;
  volumes: Record<string, unknown>;
};
const { app, neo4j } = compose.services;
const dockerfile = textOf('Dockerfile');
const instructions = dockerfile.replace(/\\\n\s*/g, '').split('\n');
const argumentsOf = (name: string) =>
  instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

describe('docker-compose.yml', () => {
  it('starts the server that the tests run on', () => {
    const version = /<neo4j.version>(.*)<\/neo4j.version>/.exec(textOf('scripts/neo4j/pom.xml'))?.[1];
    expect(neo4j.image).toBe(`neo4j:${version}-community`);
  });

  it('has no password of its own, and wants one', () => {
    const required = /^(neo4j\/)?\$\{NEO4J_PASSWORD:\?[^}]+\}$/;
    expect(neo4j.environment['NEO4J_AUTH']).toMatch(required);
    expect(app.environment['MEDGRAFT_NEO4J_PASSWORD']).toMatch(required);
    expect(dockerfile).not.toMatch(/PASSWORD/);
  });

  it('waits for a healthy server, and is reached from this machine only', () => {
    expect(neo4j.healthcheck?.test.length).toBeGreaterThan(1);
    expect(app.depends_on?.['neo4j'].condition).toBe('service_healthy');
    for (const port of [...app.ports, ...neo4j.ports]) expect(port).toMatch(/^127\.0\.0\.1:/);
    const named = [...app.volumes, ...neo4j.volumes].map((volume) => volume.split(':')[0]);
    expect(Object.keys(compose.volumes).sort()).toEqual(named.sort());
  });

  it('sets variables that the program reads', () => {
    const known = textOf('src/settings/environment.ts');
    const names = Object.keys(app.environment);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !known.includes(`${name}:`))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  it('builds on a pinned image, without install scripts, and runs as no root', () => {
    for (const image of argumentsOf('FROM')) expect(image).toMatch(/^node:20\.\d+\.\d+-bookworm-slim( AS \w+)?$/);
    const installs = argumentsOf('RUN').filter((line) => line.includes('npm '));
    expect(installs.length).toBe(2);
    for (const install of installs) expect(install).toMatch(/^npm ci (--omit=dev )?--ignore-scripts/);
    expect(argumentsOf('USER')).toEqual(['node']);
    expect(argumentsOf('HEALTHCHECK')[0]).toContain('/health/live');
  });

  it('copies what is there and is not ignored', () => {
    const copied = argumentsOf('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    const shown = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter((path) => !shown.includes(path))).toEqual([]);
  });

  it('ships what package.json ships', () => {
    const { files } = JSON.parse(textOf('package.json')) as { files: string[] };
    const places = argumentsOf('COPY').map((line) => line.split(' ').at(-1));
    for (const path of files) expect(places).toContain(`./${path}`);
  });
});
