import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { messageOf } from '../errors.ts';
import { type Backend, type BackendStore, storeDown } from './store.ts';

export interface DiskOptions {
  /** A file; its folder is made. Two more beside it, "-wal" and "-shm", belong to it. */
  readonly path: string;
  readonly now?: () => number;
}

/** How long a process waits for another one's writing, in milliseconds. */
const PATIENCE_MS = 1500;
/** How often what has expired is removed, in milliseconds, and how much of it at once. */
const TIDY_MS = 60_000;
const TIDY_AT_ONCE = 5000;
/** How often a purge is tried while others read or write, and what is waited between, in milliseconds. */
const PURGE_TRIES = 20;
const PURGE_WAIT_MS = 25;

const SCHEMA = `
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS shelved (shelf TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    at REAL NOT NULL, expires REAL, PRIMARY KEY (shelf, key));
  CREATE INDEX IF NOT EXISTS shelved_at ON shelved (shelf, at);
  CREATE INDEX IF NOT EXISTS shelved_expires ON shelved (expires);
  CREATE TABLE IF NOT EXISTS claimed (key TEXT PRIMARY KEY, by TEXT, expires REAL NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS claimed_expires ON claimed (expires);`;

/**
 * A store in a file, by SQLite: it survives restarts and crashes, and several processes of one machine may share it.
 * Everything takes a fraction of a millisecond; what is deleted is overwritten.
 * @throws SpotterError memory-down, where the file cannot be opened or is something else
 */
export function openDisk({ path, now = Date.now }: DiskOptions): Backend {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw storeDown(path, messageOf(thrown));
    }
  };
  const db = attempt(() => opened(path));
  const prepare = (sql: string) => {
    const statement = attempt(() => db.prepare<unknown[]>(sql));
    return {
      run: (...given: unknown[]): number => attempt(() => statement.run(...given).changes),
      get: <T>(...given: unknown[]): T | undefined => attempt(() => statement.get(...given) as T | undefined),
      all: <T>(...given: unknown[]): T[] => attempt(() => statement.all(...given) as T[]),
    };
  };

  const dropEntries = prepare(
    `DELETE FROM shelved WHERE rowid IN (SELECT rowid FROM shelved WHERE expires <= ? LIMIT ${TIDY_AT_ONCE})`,
  );
  const dropClaims = prepare('DELETE FROM claimed WHERE expires <= ?');
  /** Empties the journal, which holds copies of what is deleted; false where another process is reading or writing. */
  const emptyJournal = (): boolean =>
    attempt(() => {
      db.exec('PRAGMA busy_timeout = 0');
      try {
        const done = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { readonly busy: number };
        return done.busy === 0;
      } finally {
        db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}`);
      }
    });
  let tidyAt = 0;
  const tidy = (): void => {
    if (now() < tidyAt) return;
    const more = dropEntries.run(now()) === TIDY_AT_ONCE;
    dropClaims.run(now());
    if (!more) emptyJournal();
    tidyAt = now() + (more ? 0 : TIDY_MS);
  };

  const read = prepare(
    'SELECT value FROM shelved WHERE shelf = ? AND key = ? AND coalesce(expires > ?, true)',
  );
  const write = prepare(
    'INSERT OR REPLACE INTO shelved (shelf, key, value, at, expires) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = prepare('DELETE FROM shelved WHERE shelf = ? AND key = ?');
  const keysOf = prepare(
    'SELECT key FROM shelved WHERE shelf = ? AND key >= ? AND key < ? AND coalesce(expires > ?, true) ORDER BY key',
  );
  const count = prepare('SELECT count(*) AS n FROM shelved WHERE shelf = ?');
  const dropOldest = prepare(
    'DELETE FROM shelved WHERE rowid IN (SELECT rowid FROM shelved WHERE shelf = ? ORDER BY at LIMIT ?)',
  );
  const claim = prepare(
    `INSERT INTO claimed (key, by, expires) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET by = excluded.by, expires = excluded.expires
     WHERE claimed.expires <= ? OR claimed.by = excluded.by`,
  );

  function store(shelf: string, max: number): BackendStore {
    // Counting takes longer the more there is, so it is done at every hundredth of them.
    const every = Math.max(1, Math.floor(max / 100));
    let writes = 0;
    const get = (key: string) => read.get<{ readonly value: string }>(shelf, key, now())?.value;
    return {
      get,
      getMany: (keys) => keys.map(get),
      set(key, value, ttlMs) {
        write.run(shelf, key, value, now(), ttlMs === undefined ? null : now() + ttlMs);
        tidy();
        if (writes++ % every > 0) return;
        const { n } = count.get<{ readonly n: number }>(shelf)!;
        if (n > max) dropOldest.run(shelf, n - max + Math.floor(max / 10));
      },
      delete: (key) => remove.run(shelf, key) > 0,
      clear: () => {},
      keys: (prefix) =>
        keysOf
          .all<{ readonly key: string }>(shelf, prefix, `${prefix}\u{10ffff}`, now())
          .map(({ key }) => key),
    };
  }

  tidy();
  // What was deleted last is not to wait for the next writing.
  const tidying = setInterval(() => {
    try {
      tidy();
    } catch {
      // Whatever is wrong with the file, whoever needs it hears of it.
    }
  }, TIDY_MS).unref();
  return {
    where: path,
    store,
    async claim(key, ttlMs, by) {
      tidy();
      return claim.run(key, by ?? null, now() + ttlMs, now()) > 0;
    },
    now: async () => now(),
    async purge() {
      for (let i = 0; i < PURGE_TRIES; i++) {
        if (emptyJournal()) return;
        await sleep(PURGE_WAIT_MS);
      }
    },
    // A file that can only be read, or that has no space, still answers.
    async check() {
      write.run('check', 'check', '1', now(), now() + TIDY_MS);
    },
    async close() {
      clearInterval(tidying);
      try {
        emptyJournal();
      } finally {
        db.close();
      }
    },
  };
}

function opened(path: string) {
  makeFolder(dirname(path));
  // SQLite gives the files beside it the same permissions.
  closeSync(openSync(path, 'a', 0o600));
  const db = new Database(path, { timeout: PATIENCE_MS });
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(SCHEMA);
  return db;
}

/** One by one: where the system lies about a folder, as below /proc, `recursive` would try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}
