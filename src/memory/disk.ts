import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';

export interface DiskOptions {
  /** A file; its folder is made. Two more beside it, "-wal" and "-shm", belong to it. */
  readonly path: string;
  /** Entries kept; with more, the oldest tenth is dropped. */
  readonly max: number;
  readonly now?: () => number;
}

/** How long a process waits for another one's writing, in milliseconds. */
const PATIENCE_MS = 2000;

/**
 * A store for keyv in a file, by SQLite: it survives restarts and crashes, and several processes may share it. Reading
 * and writing an entry takes a fraction of a millisecond.
 * @throws Error of the system or of SQLite, where the file cannot be opened or is something else
 */
export function openDisk({ path, max, now = Date.now }: DiskOptions) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Database(path, { timeout: PATIENCE_MS });
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, at REAL NOT NULL)');
  const read = db.prepare('SELECT value FROM entries WHERE key = ?');
  const write = db.prepare('INSERT OR REPLACE INTO entries (key, value, at) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM entries WHERE key = ?');
  const count = db.prepare('SELECT count(*) AS n FROM entries');
  const dropOldest = db.prepare(
    'DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY at LIMIT ?)',
  );
  return {
    get: (key: string) => (read.get(key) as { readonly value: string } | undefined)?.value,
    // keyv passes a time to live as well, which it looks after itself.
    set(key: string, value: string): void {
      write.run(key, value, now());
      const { n } = count.get() as { readonly n: number };
      if (n > max) dropOldest.run(n - max + Math.floor(max / 10));
    },
    delete: (key: string): boolean => remove.run(key).changes > 0,
    clear: () => void db.exec('DELETE FROM entries'),
    close: () => void db.close(),
  };
}
