import type { Recorded } from '../kernel/index.ts';
import { type Correction, correctionOf } from './corrections.ts';
import type { Voiding } from './voided.ts';

/** What stands in an entry's place, or that nothing does. */
export type Amendment = Correction | Voiding;

/** Newest amendment of each amended entry, by its id. */
export type Amendments = ReadonlyMap<string, Amendment>;

/** What an event says about which entry; undefined for every type but `corrected` and `voided`. */
export function amendmentOf(event: Pick<Recorded, 'type' | 'data'>): Amendment | undefined {
  return event.type.endsWith('.voided.v1') ? (event.data as Voiding) : correctionOf(event);
}

export function isVoiding(amendment: Amendment | undefined): amendment is Voiding {
  return amendment !== undefined && 'ground' in amendment;
}

/** An entry as it holds; undefined where it was taken back, or the one that it was derived from in the same record. */
export function effectiveOf(event: Recorded, amendments: Amendments): Recorded | undefined {
  if (amendments.size === 0) return event;
  const amendment = amendments.get(event.id);
  if (isVoiding(amendment) || followsVoided(event, amendments)) return undefined;
  return amendment ? amended(event, amendment) : event;
}

/** With the corrected data in its place; as it was recorded where nothing stands there. */
export function amended(event: Recorded, amendment: Amendment | undefined): Recorded {
  if (amendment === undefined || isVoiding(amendment)) return event;
  const { data, occurredAt } = amendment;
  return { ...event, data, ...(occurredAt !== undefined && { occurredAt }) };
}

function followsVoided({ type, capture, causation }: Recorded, amendments: Amendments): boolean {
  if (capture.mode !== 'derived' || causation === null || /\.(?:corrected|voided|deviation-raised|quarantined|held)\./.test(type))
    return false;
  return isVoiding(amendments.get(causation));
}
