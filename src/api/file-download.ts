/**
 * A file of a folder as an answer, whole or in part: `Range: bytes=a-b` of RFC 9110 with one range. The file is opened
 * first and its place compared after, so that a link put there in between leads nowhere.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyReply } from 'fastify';
import { MedgraftError } from '../base/errors.js';
import { resolveInside } from '../runs/job-sources.js';
import { RequestError } from './request-error.js';

export interface FileView {
  /** Relative to its folder, forward slashes. */
  path: string;
  bytes: number;
  /** ISO 8601. */
  modifiedAt: string;
}

/** Regular files below a folder, hidden ones left out; links are not followed. */
export async function listFiles(folder: string): Promise<FileView[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map((path) => viewOf(folder, path)));
  return files.filter((file) => file !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws MedgraftError `data.path`, `data.outside`, `data.missing`, `file.range` */
export async function sendFile(
  reply: FastifyReply,
  folder: string,
  path: string,
  range: string | undefined,
): Promise<void> {
  const real = await resolveInside(folder, path, 'path');
  const handle = await openRegular(real, path);
  try {
    const { size, mtime } = await handle.stat();
    const part = range === undefined ? undefined : parseRange(range, size);
    if (part === 'unsatisfiable') {
      reply.header('content-range', `bytes */${size}`);
      throw new RequestError(416, 'file.range', 'the file has no such range', `it has ${size} bytes`);
    }
    const { start, end } = part ?? { start: 0, end: size - 1 };
    reply
      .status(part ? 206 : 200)
      .header('accept-ranges', 'bytes')
      .header('last-modified', mtime.toUTCString())
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', 'attachment')
      .header('content-length', end - start + 1);
    if (part) reply.header('content-range', `bytes ${start}-${end}/${size}`);
    // An empty file has no last byte to read to.
    const content = size === 0 ? handle.createReadStream() : handle.createReadStream({ start, end });
    await reply.send(content);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @returns inclusive bounds; undefined for a header that says nothing we know, which is answered in whole */
export function parseRange(header: string, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  if (last !== '' && first !== '' && Number(last) < start) return undefined;
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
}

async function openRegular(real: string, shown: string): Promise<FileHandle> {
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new MedgraftError('missing', 'data.missing', 'there is no such file', { place: 'path', got: shown });
}

async function viewOf(folder: string, path: string): Promise<FileView | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  const relative = path.slice(folder.length + 1).replaceAll('\\', '/');
  return { path: relative, bytes: found.size, modifiedAt: found.mtime.toISOString() };
}
