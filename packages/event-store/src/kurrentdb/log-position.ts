import { EventStoreError, type Position, parsePosition } from '../port.ts';

/** As the server takes it: unsigned 64-bit integers in decimal digits. */
export type LogPosition = { readonly commit: string; readonly prepare: string };

/** What the server answers where it does not know a position: the greatest unsigned 64-bit integer. */
const UNKNOWN = '18446744073709551615';

/** Undefined where the server does not tell. */
export function positionFrom(commit: string, prepare: string): Position | undefined {
  return commit === UNKNOWN || prepare === UNKNOWN ? undefined : parsePosition(`${commit}-${prepare}`);
}

/** @throws EventStoreError with code `invalid-position`, also for a position of another kind of store. */
export function logPosition(position: Position): LogPosition {
  const [commit, prepare] = parsePosition(position).split('-');
  if (commit === undefined || prepare === undefined) {
    throw new EventStoreError('invalid-position', `not a position of KurrentDB, which has commit and prepare: ${position}`);
  }
  return { commit, prepare };
}
