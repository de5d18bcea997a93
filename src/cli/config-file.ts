import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { MedgraftError } from '../base/errors.js';

/**
 * Settings from a YAML file: one mapping of setting names to values.
 * @throws MedgraftError `config.missing`, `config.syntax` with line and column, `config.shape`
 */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw readingError(path, error);
  }
  if (content === null || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  throw new MedgraftError('input', 'config.shape', 'the file does not hold settings', {
    place: path,
    expected: 'one mapping, `setting: value` a line',
    got: Array.isArray(content) ? 'a list' : typeof content,
  });
}

function readingError(path: string, error: unknown): MedgraftError {
  if (error instanceof YAMLParseError) {
    const start = error.linePos?.[0];
    const place = start ? `${path}:${start.line}:${start.col}` : path;
    return new MedgraftError('input', 'config.syntax', error.message.split('\n')[0], { place, cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new MedgraftError('missing', 'config.missing', 'the settings file cannot be read', {
    place: path,
    got: reason,
    cause: error,
  });
}
