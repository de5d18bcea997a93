/**
 * JSON files that say of themselves whether they are whole: `digest` is the SHA-256 of the text without it. A reader takes
 * the value as it is; `sealProblem` notices any changed byte, in the values, the names and the white space between.
 */
import { createHash } from 'node:crypto';

/** The text of a file, ending with a line break. */
export function sealJson(value: object): string {
  const digest = createHash('sha256').update(textOf(value)).digest('hex');
  return textOf({ ...value, digest });
}

/** What is wrong with the bytes of a sealed file; undefined when it is as it was written. */
export function sealProblem(bytes: Buffer): string | undefined {
  const { digest, ...value } = parsed(bytes.toString()) ?? {};
  if (digest === undefined) return 'carries no digest: altered, or of an earlier version';
  // Bytes, since two broken texts may read alike.
  return bytes.equals(Buffer.from(sealJson(value))) ? undefined : 'is not as it was written';
}

function textOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
