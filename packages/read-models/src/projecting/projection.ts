import type { Recorded } from '@cytoledger/domain';
import type { Rows } from '../rows/rows.ts';
import type { Table } from '../rows/table.ts';

/** Brings data of an older event type to the newest version of its type. */
export type Upcast = (type: string, data: unknown) => { readonly type: string; readonly data: unknown };

/** What a read model is: tables, and what an event does to its stream's rows. */
export type Projection = {
  readonly name: string;
  /** Raise it when `project` changes what it writes: the files of the older version are then deleted and built anew. */
  readonly version: number;
  readonly tables: readonly Table[];
  readonly upcast: Upcast;
  /**
   * Pure but for `rows`, and total: whatever was recorded must be bearable. It sees effective events only: where one was corrected, the
   * whole stream passes by again, with the correction in its original's place.
   */
  project(event: Recorded, rows: Rows): void;
};

/** Where a thread finds the projection: a module and the name under which it exports one. */
export type ProjectionModule = { readonly module: string; readonly name: string };
