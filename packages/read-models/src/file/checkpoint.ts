import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position } from '@cytoledger/event-store';

/** How far a read model's rows follow the log. */
export type Checkpoint = {
  /** 0-based number of the newest entry in it; −1 when there is none. */
  readonly entry: number;
  readonly position: Position | null;
  /** Position of the entry before, from which the newest is read again to see that the log is still the same one. */
  readonly previous: Position | null;
  /** Leaf hash of the newest entry. */
  readonly leaf: string | null;
  /** Greatest recordedAt so far, milliseconds since 1970. */
  readonly greatestRecorded: number;
};

export const START: Checkpoint = { entry: -1, position: null, previous: null, leaf: null, greatestRecorded: 0 };

export const checkpointSchema = `
  CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    entry INTEGER NOT NULL, position TEXT, previous TEXT, leaf TEXT, greatest_recorded INTEGER NOT NULL
  ) STRICT;
  INSERT INTO checkpoint VALUES (1, -1, NULL, NULL, NULL, 0);`;

export function readCheckpoint(db: DatabaseSync): Checkpoint {
  const row = db.prepare('SELECT * FROM checkpoint').get() as Record<string, string & number>;
  return {
    entry: row['entry']!,
    position: row['position'] as unknown as Position | null,
    previous: row['previous'] as unknown as Position | null,
    leaf: row['leaf'] ?? null,
    greatestRecorded: row['greatest_recorded']!,
  };
}

export function checkpointWriter(db: DatabaseSync): (checkpoint: Checkpoint) => void {
  const update: StatementSync = db.prepare(
    'UPDATE checkpoint SET entry = ?, position = ?, previous = ?, leaf = ?, greatest_recorded = ?',
  );
  return ({ entry, position, previous, leaf, greatestRecorded }) => {
    update.run(entry, position, previous, leaf, greatestRecorded);
  };
}
