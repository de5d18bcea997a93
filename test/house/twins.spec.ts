import { describe, expect, it } from 'vitest';
import { QUERY_COMMANDS } from '../../src/cli/query-commands.js';
import { textOf } from './source-files.js';

/** Every question of the command line is one of the service, and the other way round; or it is said why not. */
const TWINS: Readonly<Record<string, readonly string[]>> = {
  'kg list': ['GET /v1/kgs'],
  'kg show': ['GET /v1/kgs/{kg}'],
  'kg delete': ['DELETE /v1/kgs/{kg}'],
  'kg statistics': ['GET /v1/kgs/{kg}/statistics'],
  'kg schema': ['GET /v1/kgs/{kg}/schema'],
  'kg entity': ['GET /v1/kgs/{kg}/entities/{entity}'],
  'kg neighbours': ['GET /v1/kgs/{kg}/entities/{entity}/neighbours'],
  'kg neighbourhood': ['GET /v1/kgs/{kg}/entities/{entity}/neighbourhood'],
  'kg subgraph': ['POST /v1/kgs/{kg}/subgraph'],
  'kg paths': ['GET /v1/kgs/{kg}/paths'],
  'kg search': ['GET /v1/kgs/{kg}/search'],
  link: ['POST /v1/kgs/{kg}/link'],
  'smedbert explain': ['POST /v1/kgs/{kg}/explain'],
  'kg predict': ['GET /v1/kgs/{kg}/predictions'],
  'kg suggest': ['GET /v1/kgs/{kg}/suggestions'],
  'kg similar': ['GET /v1/kgs/{kg}/entities/{entity}/similar'],
  'kg analogy': ['GET /v1/kgs/{kg}/analogies'],
  'medal disambiguate': ['POST /v1/medal/disambiguate'],
  'smedbert predict': ['POST /v1/runs/{run}/predictions'],
  'runs list': ['GET /v1/runs'],
  'runs show': ['GET /v1/runs/{run}'],
  'runs verify': ['GET /v1/runs/{run}/verification'],
  'artefacts list': ['GET /v1/artefacts'],
  'artefacts verify': ['GET /v1/artefacts/{stage}/{hash}/verification'],
  'jobs list': ['GET /v1/jobs'],
  'jobs show': ['GET /v1/jobs/{id}'],
  'jobs metrics': ['GET /v1/jobs/{id}/metrics'],
  'jobs start': ['POST /v1/jobs'],
  'jobs cancel': ['POST /v1/jobs/{id}/cancel'],
  'jobs resume': ['POST /v1/jobs/{id}/resume'],
  'jobs follow': ['GET /v1/jobs/{id}/events'],
  'keys list': ['GET /v1/keys'],
  'keys revoke': ['DELETE /v1/keys/{id}'],
};

const COMMAND_ONLY: Readonly<Record<string, string>> = {
  'kg check': 'looks at files of this machine before anything is imported',
  'keys create': 'no key ever travels in an answer',
  'config print': 'tells of this machine',
  demo: 'makes a workspace',
  recipe: 'is a chain of stages, each of which is a job of the service',
  'smedbert compare': 'is chains of stages, each of which is a job of the service',
  doctor: 'tells of this machine',
  serve: 'is the service',
};

const ROUTE_ONLY: Readonly<Record<string, string>> = {
  'GET /health/live': 'of the process',
  'GET /health/ready': 'of the process',
  'GET /metrics': 'of the process',
  'GET /v1/runs/{run}/files': 'the command line has the folder',
  'GET /v1/runs/{run}/files/{path}': 'the command line has the folder',
  'GET /v1/files': 'the command line has the folder',
  'POST /v1/files': 'the command line has the folder',
  'DELETE /v1/files/{name}': 'the command line has the folder',
};

describe('the two doors', () => {
  it('have a twin for every command that is no stage', () => {
    const commands = QUERY_COMMANDS.map(({ words }) => words.join(' ')).sort();
    expect(commands).toEqual([...Object.keys(TWINS), ...Object.keys(COMMAND_ONLY)].sort());
  });

  it('have a twin for every route', () => {
    const { paths } = JSON.parse(textOf('docs/openapi.json')) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.sort()).toEqual([...Object.values(TWINS).flat(), ...Object.keys(ROUTE_ONLY)].sort());
  });
});
