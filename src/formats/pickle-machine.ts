/**
 * The stack machine of Python's pickles, protocols 0 to 5 (opcodes as in Python's Lib/pickletools.py). It has no way to call
 * anything: what a dialect does not know ends the reading with its name and its byte.
 */
import type { PickleDialect } from './pickle-dialect.js';
import { damagedPickle, pickleLimit, refusedClass } from './pickle-errors.js';
import { argumentSize, REFUSED_OPCODES } from './pickle-globals.js';
import type { PickleInput } from './pickle-input.js';
import { parseFloatLine, parseInteger, quotedBytes, rawUnicodeEscape, twosComplement } from './pickle-numbers.js';
import { PickleStack } from './pickle-stack.js';
import { type PickleCell, PickleGlobal, type PickleLimits } from './pickle-value.js';

const NEWEST_PROTOCOL = 5;
const STOP = 0x2e;

export class PickleMachine {
  readonly stack: PickleStack;
  /** Where the current opcode stands. */
  private at = 0;
  /** Items that calls copied: not more than the file has bytes, or one list is copied again and again. */
  private copied = 0;

  constructor(
    private readonly input: PickleInput,
    private readonly limits: PickleLimits,
    private readonly dialect: PickleDialect,
  ) {
    this.stack = new PickleStack(input);
  }

  run(): PickleCell {
    for (;;) {
      this.at = this.input.offset;
      const opcode = this.input.uint8();
      if (opcode === STOP) return this.finish();
      const done = this.text(opcode) || this.container(opcode) || this.memo(opcode) || this.number(opcode);
      if (!done && !this.other(opcode)) throw this.refusedOpcode(opcode);
    }
  }

  private finish(): PickleCell {
    const value = this.stack.pop();
    if (!this.stack.isEmpty) throw this.damaged('values that belong to nothing');
    return value;
  }

  /** Texts and bytes. */
  private text(opcode: number): boolean {
    const { input, stack } = this;
    switch (opcode) {
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        return stack.push(input.text(input.uint8()));
      case 0x58: // BINUNICODE
        return stack.push(input.text(input.uint32()));
      case 0x8d: // BINUNICODE8
        return stack.push(input.text(input.uint64()));
      case 0x54: // BINSTRING
        return stack.push(input.text(this.length(input.int32())));
      case 0x53: // STRING
        return stack.push(this.quoted(input.line()));
      case 0x56: // UNICODE
        return stack.push(rawUnicodeEscape(input.line()));
      case 0x43: // SHORT_BINBYTES
        return stack.push(input.bytesOf(input.uint8()));
      case 0x42: // BINBYTES
        return stack.push(input.bytesOf(input.uint32()));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return stack.push(input.bytesOf(input.uint64()));
    }
    return false;
  }

  private container(opcode: number): boolean {
    const { stack } = this;
    switch (opcode) {
      case 0x28: // MARK
        return stack.mark();
      case 0x85: // TUPLE1
        return stack.push(stack.take(1));
      case 0x86: // TUPLE2
        return stack.push(stack.take(2));
      case 0x87: // TUPLE3
        return stack.push(stack.take(3));
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        return stack.push([]);
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return stack.push(stack.takeToMark());
      case 0x7d: // EMPTY_DICT
        return stack.push(new Map());
      case 0x64: {
        const items = stack.takeToMark(); // DICT
        return stack.push(new Map()) && stack.setItems(items);
      }
      case 0x8f: // EMPTY_SET
        return stack.push(new Set());
      case 0x91: {
        const items = stack.takeToMark(); // FROZENSET
        return stack.push(new Set()) && stack.addItems(items);
      }
      case 0x61: // APPEND
        return stack.appendTo(stack.take(1));
      case 0x65: // APPENDS
        return stack.appendTo(stack.takeToMark());
      case 0x73: // SETITEM
        return stack.setItems(stack.take(2));
      case 0x75: // SETITEMS
        return stack.setItems(stack.takeToMark());
      case 0x90: // ADDITEMS
        return stack.addItems(stack.takeToMark());
    }
    return false;
  }

  private memo(opcode: number): boolean {
    const { input, stack } = this;
    switch (opcode) {
      case 0x94: // MEMOIZE
        return stack.memoize();
      case 0x71: // BINPUT
        return stack.put(input.uint8());
      case 0x72: // LONG_BINPUT
        return stack.put(input.uint32());
      case 0x70: // PUT
        return stack.put(this.index(input.line()));
      case 0x68: // BINGET
        return stack.get(input.uint8());
      case 0x6a: // LONG_BINGET
        return stack.get(input.uint32());
      case 0x67: // GET
        return stack.get(this.index(input.line()));
    }
    return false;
  }

  private number(opcode: number): boolean {
    const { input, stack } = this;
    switch (opcode) {
      case 0x4b: // BININT1
        return stack.push(input.uint8());
      case 0x4d: // BININT2
        return stack.push(input.uint16());
      case 0x4a: // BININT
        return stack.push(input.int32());
      case 0x47: // BINFLOAT
        return stack.push(input.float64());
      case 0x4e: // NONE
        return stack.push(null);
      case 0x88: // NEWTRUE
        return stack.push(true);
      case 0x89: // NEWFALSE
        return stack.push(false);
      case 0x8a: // LONG1
        return stack.push(this.long(input.uint8()));
      case 0x8b: // LONG4
        return stack.push(this.long(this.length(input.int32())));
      case 0x49: // INT, and protocol 0's True and False
      case 0x4c: // LONG
        return stack.push(this.wellFormed(parseInteger(input.line(), opcode === 0x49), 'an int'));
      case 0x46: // FLOAT
        return stack.push(this.wellFormed(parseFloatLine(input.line()), 'a float'));
    }
    return false;
  }

  private other(opcode: number): boolean {
    const { input, stack } = this;
    switch (opcode) {
      case 0x80: // PROTO
        return this.protocol(input.uint8());
      case 0x95: // FRAME: a hint for reading ahead
        return input.uint64() >= 0;
      case 0x30: // POP
        return stack.popAny();
      case 0x31: // POP_MARK
        return stack.takeToMark().length >= 0;
      case 0x32: // DUP
        return stack.double();
      case 0x63: // GLOBAL
        return this.global(input.line(), input.line());
      case 0x93: // STACK_GLOBAL
        return this.global(...stack.take(2));
      case 0x52: // REDUCE
        return this.reduce();
      case 0x62: // BUILD
        return this.build();
      case 0x51: // BINPERSID
        return this.persistent(stack.pop());
    }
    return false;
  }

  private protocol(version: number): true {
    if (version <= NEWEST_PROTOCOL) return true;
    throw this.damaged(`protocol ${version}; the newest known is ${NEWEST_PROTOCOL}`);
  }

  private global(...[module, name]: PickleCell[]): true {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged('a class without a name');
    const known = this.dialect.global(module, name, this.at);
    if (known === undefined) throw this.refused(`${module}.${name}`);
    return this.stack.push(known);
  }

  private reduce(): true {
    const [callee, args]: PickleCell[] = this.stack.take(2);
    if (Array.isArray(args)) {
      this.copied += argumentSize(args);
      if (this.copied > this.input.size) throw this.tooLarge('calls that copy more than the file holds', 'each once');
      const made = this.dialect.rebuild(callee, args, this.at);
      if (made !== undefined) return this.stack.push(made);
    }
    const name = callee instanceof PickleGlobal ? callee.name : 'something else';
    throw this.refused(`a call of ${name} that builds no plain data`);
  }

  private build(): true {
    const state = this.stack.pop();
    if (this.dialect.applyState(this.stack.top(), state)) return true;
    throw this.refused('the state of an object (BUILD)');
  }

  private persistent(id: PickleCell): true {
    const known = this.dialect.persistent(id);
    if (known === undefined) throw this.refused('a persistent id (BINPERSID)');
    return this.stack.push(known);
  }

  private long(length: number): number | bigint {
    const { intBytes } = this.limits;
    if (length > intBytes) throw this.tooLarge(`an int of ${length} bytes`, `at most ${intBytes}`);
    return twosComplement(this.input.bytesOf(length));
  }

  private quoted(line: string): string {
    const bytes = this.wellFormed(quotedBytes(line), 'a quoted text');
    return this.input.over(bytes).text(bytes.length);
  }

  private index(line: string): number {
    if (!/^\d{1,9}$/.test(line)) throw this.damaged('an index of the memo that is no number');
    return Number(line);
  }

  private length(length: number): number {
    if (length < 0) throw this.damaged('a length below 0');
    return length;
  }

  private wellFormed<T>(value: T | undefined, what: string): T {
    if (value === undefined) throw this.damaged(`${what} that is malformed`);
    return value;
  }

  private refusedOpcode(opcode: number): Error {
    if (opcode === 0x69) return this.refused(`${this.input.line()}.${this.input.line()}`); // INST
    const known = REFUSED_OPCODES.get(opcode);
    return known === undefined ? this.damaged(`the opcode 0x${opcode.toString(16)}`) : this.refused(known);
  }

  private damaged(got: string): Error {
    return damagedPickle(this.input.place, this.at, got);
  }

  private refused(name: string): Error {
    return refusedClass(this.input.place, this.at, name, this.dialect);
  }

  private tooLarge(got: string, expected: string): Error {
    return pickleLimit(this.input.place, this.at, got, expected);
  }
}
