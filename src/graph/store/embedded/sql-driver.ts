/**
 * What the embedded store needs of an SQLite library: libsql now, node:sqlite or better-sqlite3 by another small file.
 * Parameters are plain `?`; rows are arrays of columns.
 */
export type SqlValue = string | number | null;
export type SqlRow = readonly SqlValue[];

export interface SqlStatement {
  run(...parameters: SqlValue[]): void;
  get(...parameters: SqlValue[]): SqlRow | undefined;
  all(...parameters: SqlValue[]): SqlRow[];
  iterate(...parameters: SqlValue[]): IterableIterator<SqlRow>;
}

export interface SqlDriver {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  /** Runs `action` in an immediate transaction; what it throws rolls back and is thrown on. */
  transaction<T>(action: () => T): T;
  close(): void;
}
