/**
 * The driver over libsql (SQLite 3.45, prebuilt for each platform). Its errors become errors for people.
 */
import Libsql from 'libsql';
import { MedgraftError } from '../../../base/errors.js';
import type { SqlDriver, SqlRow, SqlStatement } from './sql-driver.js';

/** @throws MedgraftError `graph.store-damaged`, `graph.store-unreadable` */
export function openLibsql(path: string): SqlDriver {
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw storeError(error, path);
    }
  };
  const database = openDatabase(path);
  return {
    exec: (sql) => {
      guard(() => database.exec(sql));
    },
    prepare: (sql) => guard(() => guardedStatement(rowsAsArrays(database.prepare(sql)), guard)),
    transaction: (action) => {
      guard(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const result = action();
        guard(() => database.exec('COMMIT'));
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => {
      guard(() => database.close());
    },
  };
}

/** A failure to open carries no code: it can only be the path. */
function openDatabase(path: string): Libsql.Database {
  try {
    return new Libsql(path);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error : new Error(String(error)));
  }
}

function rowsAsArrays(statement: Libsql.Statement): Libsql.Statement {
  return statement.reader ? statement.raw() : statement;
}

function guardedStatement(statement: Libsql.Statement, guard: <T>(action: () => T) => T): SqlStatement {
  return {
    run: (...parameters) => {
      guard(() => statement.run(...parameters));
    },
    get: (...parameters) => guard(() => statement.get(...parameters) as SqlRow | undefined),
    all: (...parameters) => guard(() => statement.all(...parameters) as SqlRow[]),
    iterate: (...parameters) => guard(() => statement.iterate(...parameters) as IterableIterator<SqlRow>),
  };
}

const KINDS: readonly [code: RegExp, make: (place: string, cause: Error) => MedgraftError][] = [
  [
    /^SQLITE_FULL/,
    (place, cause) =>
      new MedgraftError('environment', 'disk.full', 'the disk is full', {
        place,
        hint: 'free space and run the same command again; what was acknowledged is kept',
        cause,
      }),
  ],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (place, cause) =>
      new MedgraftError('conflict', 'graph.store-busy', 'another process writes this graph', {
        place,
        hint: 'wait until it is done',
        cause,
      }),
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    (place, cause) =>
      new MedgraftError('conflict', 'graph.store-damaged', 'the file is no graph store, or it is damaged', {
        place,
        hint: 'remove it and run `medgraft kg import` again',
        cause,
      }),
  ],
  [/^SQLITE_(CANTOPEN|IOERR|READONLY|PERM)/, unreadable],
];

function unreadable(place: string, cause: Error): MedgraftError {
  return new MedgraftError('environment', 'graph.store-unreadable', 'the graph store cannot be opened or written', {
    place,
    got: cause.message,
    hint: 'check that the folder exists, permissions, and the disk',
    cause,
  });
}

/** Errors of SQLite by code; anything else, a mistake in a statement for example, as it is. */
function storeError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return KINDS.find(([pattern]) => pattern.test(code))?.[1](place, error) ?? error;
}
