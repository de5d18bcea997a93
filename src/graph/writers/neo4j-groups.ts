/**
 * Entities in groups of one header each: a column of Neo4j's bulk import has one type, so a property that is a text here and
 * a list there (as OBO's `xref`) needs a column in each of two files.
 */
import { type Neo4jValue, neo4jTypeOf } from '../../formats/neo4j-csv.js';
import type { EntityRecord, PropertyValue } from '../graph-store.js';
import { compareKeys } from '../key-order.js';

export interface TypedProperty {
  readonly name: string;
  /** As headers call it: `long`, `string[]`. */
  readonly type: string;
}

/** Kinds of values: `string`, `number[]`, ... */
type Kind = string;

export class NodeGroups {
  /** Property -> kind -> type that holds its values of this kind. */
  private readonly kinds = new Map<string, Map<Kind, string>>();

  /** Every entity, before the rest is asked for. */
  see({ properties = {} }: EntityRecord): void {
    for (const [name, value] of Object.entries(properties)) {
      const kinds = this.kinds.get(name) ?? new Map<Kind, string>();
      this.kinds.set(name, kinds);
      const type = neo4jTypeOf([value as Neo4jValue]);
      // Types of one kind differ in numbers only, and double holds what long holds.
      if (!kinds.has(kindOf(value)) || type.startsWith('double')) kinds.set(kindOf(value), type);
    }
  }

  get propertyNames(): string[] {
    return [...this.kinds.keys()].sort(compareKeys);
  }

  /** Names the entity's group. */
  groupOf({ properties = {} }: EntityRecord): string {
    const told = new Map(Object.entries(properties));
    return JSON.stringify(
      this.mixed.map((name) => {
        const value = told.get(name);
        return value === undefined ? this.firstKind(name) : kindOf(value);
      }),
    );
  }

  /** Columns of a group's properties. */
  columnsOf(group: string): TypedProperty[] {
    const kinds = new Map((JSON.parse(group) as Kind[]).map((kind, i) => [this.mixed[i], kind]));
    return this.propertyNames.map((name) => ({
      name,
      type: this.kinds.get(name)!.get(kinds.get(name) ?? this.firstKind(name))!,
    }));
  }

  /** Properties with values of several kinds. */
  private get mixed(): string[] {
    return this.propertyNames.filter((name) => this.kinds.get(name)!.size > 1);
  }

  private firstKind(name: string): Kind {
    return [...this.kinds.get(name)!.keys()].sort(compareKeys)[0];
  }
}

function kindOf(value: PropertyValue): Kind {
  return typeof value === 'object' ? `${typeof value[0]}[]` : typeof value;
}
