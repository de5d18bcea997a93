/**
 * Numbers of pickles: ints as little-endian two's complement or as lines, floats as lines, texts of protocol 0 with their
 * escapes (Python's Lib/pickletools.py describes each).
 */

const DECIMAL_INT = /^[+-]?\d{1,600}$/;
const DECIMAL_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number when it is a safe integer, else a bigint. */
export function intFrom(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** @param bytes little-endian two's complement; none is 0 */
export function twosComplement(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return intFrom(BigInt.asIntN(bytes.length * 8, value));
}

/** @param text `12`, `12L`, `01` and `00` are True and False when `booleans` @returns undefined when it is no int */
export function parseInteger(text: string, booleans: boolean): number | bigint | boolean | undefined {
  if (booleans && (text === '00' || text === '01')) return text === '01';
  const digits = text.endsWith('L') ? text.slice(0, -1) : text;
  return DECIMAL_INT.test(digits) ? intFrom(BigInt(digits.replace(/^\+/, ''))) : undefined;
}

/** @returns undefined when it is no float of Python */
export function parseFloatLine(text: string): number | undefined {
  const word = /^([+-]?)(inf|nan)$/i.exec(text);
  if (word) return word[2].toLowerCase() === 'nan' ? Number.NaN : Number(`${word[1]}Infinity`);
  return DECIMAL_FLOAT.test(text) ? Number(text) : undefined;
}

/** Python's raw-unicode-escape: `\u4e2d` and `\U0001f600`, every other byte a character. */
export function rawUnicodeEscape(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U(0010[0-9a-fA-F]{4}|000[0-9a-fA-F]{5})/g, (_, four, eight) =>
    String.fromCodePoint(Number.parseInt(four ?? eight, 16)),
  );
}

const ESCAPES = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['f', 12],
  ['v', 11],
  ['a', 7],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
]);

/** The bytes of a quoted Python string, as protocol 0 writes `str` of Python 2. @returns undefined when it is not quoted */
export function quotedBytes(text: string): Uint8Array | undefined {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted === null) return undefined;
  const plain = quoted[2].replace(/\\x([0-9a-fA-F]{2})|\\([0-7]{1,3})|\\(.)/gs, (whole, hex, octal, sign) => {
    const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) & 255 : ESCAPES.get(sign);
    return code === undefined ? whole : String.fromCharCode(code);
  });
  return Buffer.from(plain, 'latin1');
}
