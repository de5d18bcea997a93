/**
 * The few names that a pickle of plain data may call for, each rebuilt here as plain data. Nothing is looked up, imported
 * or run: a name that is not in this list is refused by its reader.
 */
import type { PickleDialect } from './pickle-dialect.js';
import { NumberType, type PickleCell, PickleGlobal } from './pickle-value.js';

/** @returns undefined when the arguments do not fit */
type Rebuild = (args: readonly PickleCell[], offset: number) => PickleCell | undefined;

const SETS: Rebuild = (args) =>
  args.length === 0 ? new Set() : Array.isArray(args[0]) && args.length === 1 ? new Set(args[0]) : undefined;

const NUMPY_SCALAR: Rebuild = ([type, bytes]) =>
  type instanceof NumberType && bytes instanceof Uint8Array ? scalar(type, bytes) : undefined;

const REBUILD = new Map<string, Rebuild>([
  ['collections.OrderedDict', ([pairs]) => (pairs === undefined ? new Map() : mapOf(pairs))],
  ['collections.defaultdict', (args) => (args.length <= 1 ? new Map() : undefined)],
  ['builtins.set', SETS],
  ['builtins.frozenset', SETS],
  ['builtins.bytearray', (args) => bytesOf(args)],
  ['builtins.bytes', (args) => bytesOf(args)],
  ['_codecs.encode', (args) => bytesOf(args)],
  ['numpy.core.multiarray.scalar', NUMPY_SCALAR],
  ['numpy._core.multiarray.scalar', NUMPY_SCALAR],
  ['numpy.dtype', ([code], offset) => (isNumberCode(code) ? new NumberType(code, offset) : undefined)],
]);

/** Named as the factory of a defaultdict only. */
const FACTORIES = new Set(['builtins.list', 'builtins.dict', 'builtins.int', 'builtins.float', 'builtins.str']);

/** @returns undefined for a name that is refused */
export function plainGlobal(module: string, name: string, offset: number): PickleGlobal | undefined {
  // Python 2 called them so, and protocols 0 to 2 still do.
  const full = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
  return REBUILD.has(full) || FACTORIES.has(full) ? new PickleGlobal(full, offset) : undefined;
}

/** @returns undefined when it is not callable here, or not with these arguments */
export function rebuild(callee: PickleCell, args: readonly PickleCell[], offset: number): PickleCell | undefined {
  return callee instanceof PickleGlobal ? REBUILD.get(callee.name)?.(args, offset) : undefined;
}

/** How much a call with these arguments may copy. */
export function argumentSize(args: readonly PickleCell[]): number {
  let size = 0;
  for (const arg of args) size += typeof arg === 'string' || Array.isArray(arg) ? arg.length : 0;
  return size;
}

/** Applies the state of a dtype: the second entry of the tuple is its byte order. */
export function applyState(target: PickleCell, state: PickleCell): boolean {
  if (!(target instanceof NumberType && Array.isArray(state))) return false;
  target.littleEndian = state[1] !== '>';
  return typeof state[1] === 'string';
}

function mapOf(pairs: PickleCell): Map<never, never> | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const complete = pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
  return complete ? new Map(pairs as [never, never][]) : undefined;
}

/** `(text, encoding)` of protocols below 3, whose characters are bytes; `(bytes)`; nothing. */
function bytesOf([content, encoding]: readonly PickleCell[]): Uint8Array | undefined {
  if (content === undefined) return new Uint8Array(0);
  if (content instanceof Uint8Array) return content;
  const latin1 = encoding === 'latin1' || encoding === 'latin-1';
  return typeof content === 'string' && latin1 ? Uint8Array.from(Buffer.from(content, 'latin1')) : undefined;
}

const NUMBER_CODE = /^(?:f[48]|[iu][1248]|b1)$/;

function isNumberCode(code: PickleCell | undefined): code is string {
  return typeof code === 'string' && NUMBER_CODE.test(code);
}

function scalar({ code, littleEndian }: NumberType, bytes: Uint8Array): PickleCell | undefined {
  const size = Number(code[1]);
  if (bytes.length !== size) return undefined;
  if (code === 'b1') return bytes[0] !== 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (code === 'f4') return view.getFloat32(0, littleEndian);
  if (code === 'f8') return view.getFloat64(0, littleEndian);
  let value = 0n;
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[littleEndian ? size - 1 - i : i]);
  const integer = code[0] === 'i' ? BigInt.asIntN(size * 8, value) : value;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

/** The dialect of every pickle that is not said to be another program's. */
export const PLAIN_DIALECT: PickleDialect = {
  global: plainGlobal,
  rebuild,
  applyState,
  persistent: () => undefined,
  expected: 'plain data: None, bool, int, float, str, bytes, list, tuple, dict, set',
  hint: 'nothing of it was run; turn the data into dicts, lists and strings in Python and dump that',
};

/** Opcodes that make objects or ask the program for them. */
export const REFUSED_OPCODES = new Map([
  [0x81, 'a new object (NEWOBJ)'],
  [0x92, 'a new object (NEWOBJ_EX)'],
  [0x6f, 'a new object (OBJ)'],
  [0x50, 'a persistent id (PERSID)'],
  [0x82, 'a registered extension (EXT1)'],
  [0x83, 'a registered extension (EXT2)'],
  [0x84, 'a registered extension (EXT4)'],
  [0x97, 'a buffer outside the pickle (NEXT_BUFFER)'],
  [0x98, 'a buffer outside the pickle (READONLY_BUFFER)'],
]);
