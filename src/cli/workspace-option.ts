import { resolve } from 'node:path';
import { Workspace } from '../runs/workspace.js';
import { type Environment, readEnvironment } from '../settings/environment.js';

/** `--home` wins over the environment. */
export function homeOf(option: string | undefined, environment: Environment): string {
  return option === undefined ? environment.home : resolve(option);
}

export function workspaceOf(option: string | undefined): Workspace {
  return new Workspace(homeOf(option, readEnvironment()));
}
