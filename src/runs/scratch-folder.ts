/**
 * What an unfinished artefact keeps for the next attempt: a folder of one writer that is found again by the artefact's hash.
 * Folders of results that nobody finished are swept after a week.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asDiskError } from './durable-file-system.js';
import { acquireLock, isLocked } from './run-lock.js';
import { listNames } from './workspace.js';

const LOCK = 'lock';
const KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000;

export class ScratchFolder {
  private unlock: (() => Promise<void>) | undefined;

  constructor(private readonly path: string) {}

  /** Makes the folder or finds it, for this process alone. @throws MedgraftError `run.locked`, `disk.full`, `disk.write` */
  async open(): Promise<string> {
    if (this.unlock !== undefined) return this.path;
    try {
      await mkdir(this.path, { recursive: true });
    } catch (error) {
      throw asDiskError(error, this.path);
    }
    this.unlock = await acquireLock(join(this.path, LOCK));
    await this.sweepOthers();
    return this.path;
  }

  /** After success: nothing will go on from it. */
  async remove(): Promise<void> {
    if (this.unlock === undefined) return;
    this.unlock = undefined;
    await rm(this.path, { recursive: true, force: true });
  }

  /** Lets another process go on. */
  async release(): Promise<void> {
    await this.unlock?.();
    this.unlock = undefined;
  }

  private async sweepOthers(): Promise<void> {
    const parent = dirname(this.path);
    for (const name of await listNames(parent)) {
      const path = join(parent, name);
      if (!/^\..+\.scratch$/.test(name) || path === this.path || (await isLocked(join(path, LOCK)))) continue;
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > KEPT_MILLISECONDS) await rm(path, { recursive: true, force: true });
    }
  }
}
