/**
 * The stack, marks and memo of the pickle machine. What lies below the last mark is out of reach until the mark is taken;
 * a value that may be in more than one place is noted, so that its size counts in each.
 */
import { damagedPickle, pickleLimit } from './pickle-errors.js';
import type { PickleInput } from './pickle-input.js';
import type { PickleCell, PickleValue } from './pickle-value.js';

/** A Map of V8 holds no more. */
export const LARGEST_DICT = 1 << 24;

export class PickleStack {
  /** A container was taken from the memo or doubled. */
  shared = false;
  private readonly cells: PickleCell[] = [];
  /** Heights of the stack at the open marks. */
  private readonly marks: number[] = [];
  /** The memo of indices that come in order, as every pickler gives them. */
  private readonly ordered: PickleCell[] = [];
  private readonly scattered = new Map<number, PickleCell>();

  constructor(private readonly input: PickleInput) {}

  get isEmpty(): boolean {
    return this.cells.length === 0 && this.marks.length === 0;
  }

  push(value: PickleCell): true {
    this.cells.push(value);
    return true;
  }

  mark(): true {
    this.marks.push(this.cells.length);
    return true;
  }

  top(): PickleCell {
    this.needs(1);
    return this.cells[this.cells.length - 1];
  }

  pop(): PickleCell {
    this.needs(1);
    return this.cells.pop() as PickleCell;
  }

  /** A mark when it is the topmost, else a value. */
  popAny(): true {
    if (this.marks.length > 0 && this.marks[this.marks.length - 1] === this.cells.length) this.marks.pop();
    else this.pop();
    return true;
  }

  take(count: number): PickleValue[] {
    this.needs(count);
    return this.cells.splice(this.cells.length - count) as PickleValue[];
  }

  takeToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.damaged('no mark');
    return this.cells.splice(mark) as PickleValue[];
  }

  double(): true {
    this.shared = true;
    return this.push(this.top());
  }

  /** Gives the topmost value the next index. */
  memoize(): true {
    return this.put(this.ordered.length + this.scattered.size);
  }

  put(index: number): true {
    const value = this.top();
    const { ordered, scattered } = this;
    if (index < ordered.length) ordered[index] = value;
    else if (index === ordered.length && scattered.size === 0) ordered.push(value);
    else scattered.set(index, value);
    if (scattered.size >= LARGEST_DICT) throw this.tooMany('entries of the memo out of order');
    return true;
  }

  get(index: number): true {
    const value = index < this.ordered.length ? this.ordered[index] : this.scattered.get(index);
    if (value === undefined) throw this.damaged(`the memo has no entry ${index}`);
    if (typeof value === 'object' && value !== null) this.shared = true;
    return this.push(value);
  }

  appendTo(items: PickleValue[]): true {
    const list = this.top();
    if (!Array.isArray(list)) throw this.damaged('items of a list, and no list');
    for (const item of items) list.push(item);
    return true;
  }

  setItems(items: PickleValue[]): true {
    const dict = this.top();
    if (!(dict instanceof Map)) throw this.damaged('items of a dict, and no dict');
    if (items.length % 2 === 1) throw this.damaged('a key without a value');
    if (dict.size + items.length / 2 > LARGEST_DICT) throw this.tooMany('entries of a dict');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
    return true;
  }

  addItems(items: PickleValue[]): true {
    const set = this.top();
    if (!(set instanceof Set)) throw this.damaged('members of a set, and no set');
    if (set.size + items.length > LARGEST_DICT) throw this.tooMany('members of a set');
    for (const item of items) set.add(item);
    return true;
  }

  damaged(got: string): Error {
    return damagedPickle(this.input.place, this.input.offset, got);
  }

  private needs(count: number): void {
    const floor = this.marks.length > 0 ? this.marks[this.marks.length - 1] : 0;
    if (this.cells.length - floor < count) throw this.damaged('an opcode without its values');
  }

  private tooMany(what: string): Error {
    return pickleLimit(this.input.place, this.input.offset, `more ${what}`, `at most ${LARGEST_DICT}`);
  }
}
