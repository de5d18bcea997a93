/**
 * The last look at what a pickle held: only plain data, not deeper and not larger than allowed. A pickle may put one list
 * into many places ("billion laughs"): small in memory, endless for whoever walks it, so shared values count in each place.
 */
import type { PickleDialect } from './pickle-dialect.js';
import { pickleLimit, refusedClass } from './pickle-errors.js';
import { LARGEST_DICT } from './pickle-stack.js';
import { NumberType, type PickleCell, PickleGlobal, type PickleLimits, type PickleValue } from './pickle-value.js';

type Container = PickleValue[] | Map<PickleValue, PickleValue> | Set<PickleValue>;

interface Open {
  readonly container: Container;
  readonly children: Iterator<PickleCell>;
  size: number;
}

/**
 * @param shared whether a container may be in more than one place; without, sizes need not be remembered
 * @throws MedgraftError `formats.pickle-class`, `formats.pickle-limit`
 */
export function checkShape(
  value: PickleCell,
  shared: boolean,
  limits: PickleLimits,
  place: string,
  dialect: PickleDialect,
): PickleValue {
  const known = shared ? new Map<Container, number>() : undefined;
  const path = new Set<Container>();
  const open: Open[] = [];
  let total = 0;
  const enter = (cell: PickleCell): void => {
    if (cell instanceof PickleGlobal) throw refusedClass(place, cell.offset, cell.name, dialect);
    if (cell instanceof NumberType) throw refusedClass(place, cell.offset, 'numpy.dtype', dialect);
    const parent = open[open.length - 1];
    const container = isContainer(cell) ? cell : undefined;
    const size = container === undefined ? 1 : known?.get(container);
    if (size !== undefined) {
      if (parent !== undefined) parent.size += size;
      total += size;
    } else if (container !== undefined) {
      if (shared && path.has(container))
        throw pickleLimit(place, 0, 'a value that holds itself', 'values without cycles');
      if (open.length >= limits.depth) throw pickleLimit(place, 0, `more than ${limits.depth} levels`, 'flatter data');
      if (shared) path.add(container);
      open.push({ container, children: childrenOf(container), size: 1 });
      total++;
    }
    if (total > limits.values) throw pickleLimit(place, 0, 'more values', `at most ${limits.values} values`);
  };
  enter(value);
  while (open.length > 0) {
    const top = open[open.length - 1];
    const { done, value: child } = top.children.next();
    if (!done) enter(child);
    else {
      open.pop();
      if (open.length > 0) open[open.length - 1].size += top.size;
      path.delete(top.container);
      // Sizes that are not remembered are counted again: slower, and as safe.
      if (known !== undefined && known.size < LARGEST_DICT) known.set(top.container, top.size);
    }
  }
  return value as PickleValue;
}

function isContainer(cell: PickleCell): cell is Container {
  return Array.isArray(cell) || cell instanceof Map || cell instanceof Set;
}

function childrenOf(container: Container): Iterator<PickleCell> {
  return container instanceof Map ? keysAndValues(container) : container.values();
}

function* keysAndValues(map: Map<PickleValue, PickleValue>): Generator<PickleCell, void> {
  for (const [key, value] of map) {
    yield key;
    yield value;
  }
}
