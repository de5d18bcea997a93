/**
 * Files that people send, in `uploads/` of the workspace. An upload is streamed to a temporary file, synced and renamed, so
 * that a file is there whole or not at all; over the limit, or too slow to be honest, it is cut off and removed.
 */
import { link, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { MedgraftError } from '../base/errors.js';
import { asDiskError, NODE_FILE_SYSTEM, syncFolder, systemCode } from '../runs/durable-file-system.js';
import { createTemporary } from '../runs/temporary-name.js';
import { checkName } from '../runs/workspace-name.js';
import { type FileView, listFiles } from './file-download.js';
import { RequestError } from './request-error.js';

const LONGEST_NAME_BYTES = 200;
/** What has to stay free on the disk for the rest of the workspace. */
const RESERVED_BYTES = 256 * 2 ** 20;

export interface UploadLimits {
  bytes: number;
  /** A pause of so long, or less than a KiB a second over such a time, ends the upload. */
  patienceMilliseconds: number;
}

const SLOWEST_BYTES_A_SECOND = 1024;

export class Uploads {
  constructor(
    readonly folder: string,
    private readonly limits: UploadLimits,
  ) {}

  async list(): Promise<FileView[]> {
    await mkdir(this.folder, { recursive: true });
    return listFiles(this.folder);
  }

  /** @throws MedgraftError `upload.exists`, `workspace.name`, `disk.full`; RequestError 413, 408 */
  async receive(name: string, content: Readable, replace: boolean): Promise<FileView> {
    const target = join(this.folder, checkName(name, 'filename', LONGEST_NAME_BYTES));
    await mkdir(this.folder, { recursive: true });
    const { path, value: handle } = await createTemporary(target, 'tmp', (candidate) => open(candidate, 'wx'));
    try {
      try {
        for await (const chunk of this.limited(content)) await handle.writeFile(chunk);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.publish(path, target, name, replace);
    } catch (error) {
      await rm(path, { force: true });
      throw asDiskError(error, target);
    }
    await syncFolder(NODE_FILE_SYSTEM, this.folder);
    const found = (await this.list()).find((file) => file.path === name);
    if (!found) throw new MedgraftError('missing', 'data.missing', 'the file was removed meanwhile', { place: name });
    return found;
  }

  /** @throws MedgraftError `data.missing` */
  async remove(name: string): Promise<void> {
    try {
      await rm(join(this.folder, checkName(name, 'name', LONGEST_NAME_BYTES)));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw new MedgraftError('missing', 'data.missing', 'there is no such upload', { place: 'name', got: name });
    }
  }

  /** A hard link fails when the name is taken, which a rename would not. */
  private async publish(temporary: string, target: string, name: string, replace: boolean): Promise<void> {
    if (replace) return rename(temporary, target);
    try {
      await link(temporary, target);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      throw new MedgraftError('conflict', 'upload.exists', 'there is an upload of this name', {
        place: name,
        hint: 'DELETE /v1/files/<name> first, or send it with ?replace=true',
      });
    }
    await rm(temporary);
  }

  private async *limited(content: Readable): AsyncGenerator<Buffer> {
    const { bytes, patienceMilliseconds } = this.limits;
    const { bavail, bsize } = await statfs(this.folder);
    const room = bavail * bsize - RESERVED_BYTES;
    let received = 0;
    let window = { from: performance.now(), bytes: 0 };
    const watch = setInterval(() => {
      const now = performance.now();
      const slow = ((received - window.bytes) * 1000) / (now - window.from) < SLOWEST_BYTES_A_SECOND;
      if (slow) content.destroy(new RequestError(408, 'upload.slow', 'the file came too slowly'));
      window = { from: now, bytes: received };
    }, patienceMilliseconds);
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        received += chunk.length;
        if (received > bytes) throw tooLarge(bytes);
        if (received > room) throw new MedgraftError('environment', 'disk.full', 'too little room on the disk');
        yield chunk;
      }
    } finally {
      clearInterval(watch);
    }
  }
}

export function tooLarge(bytes: number): RequestError {
  const hint = 'start the service with a larger --upload-limit, or put the file into the data root';
  return new RequestError(413, 'upload.too-large', `a file may have ${bytes} bytes`, hint);
}
