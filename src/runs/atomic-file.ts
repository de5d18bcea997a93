/**
 * A file that is either the old one or the whole new one, also after a crash or a power loss: temporary file in the same
 * folder, fsync, rename over the target, fsync of the folder.
 */
import { dirname } from 'node:path';
import { type ByteSink, HandleSink } from '../formats/byte-sink.js';
import { asDiskError, type DurableFileSystem, NODE_FILE_SYSTEM, syncFolder } from './durable-file-system.js';
import { createTemporary } from './temporary-name.js';

export type FileContent = Uint8Array | string | ((sink: ByteSink) => Promise<void>);

/**
 * @param content bytes, text (UTF-8), or a function that writes front to back
 * @throws MedgraftError `disk.full` or `disk.write`; then the target is untouched and no temporary file is left
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  fileSystem: DurableFileSystem = NODE_FILE_SYSTEM,
): Promise<void> {
  let temporary: string | undefined;
  try {
    const created = await createTemporary(path, 'tmp', (candidate) => fileSystem.open(candidate, 'wx'));
    temporary = created.path;
    try {
      const sink = new HandleSink(created.value);
      await fill(sink, content);
      await sink.flush();
      await created.value.sync();
    } finally {
      await created.value.close();
    }
    await fileSystem.rename(temporary, path);
    temporary = undefined;
    await syncFolder(fileSystem, dirname(path));
  } catch (error) {
    if (temporary !== undefined) await removeQuietly(fileSystem, temporary);
    throw asDiskError(error, path);
  }
}

async function fill(sink: ByteSink, content: FileContent): Promise<void> {
  if (typeof content === 'function') await content(sink);
  else await sink.write(typeof content === 'string' ? new TextEncoder().encode(content) : content);
}

/** Clean-up after a failure: the first error is the one to report, and the sweep catches what stays. */
export async function removeQuietly(fileSystem: DurableFileSystem, path: string): Promise<void> {
  await fileSystem.remove(path).catch(() => undefined);
}
