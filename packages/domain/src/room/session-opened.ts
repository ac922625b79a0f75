import { z } from 'zod';
import { batch } from '../batch/state.ts';
import { Hands, handsFault } from '../checks/index.ts';
import { donation } from '../donation/state.ts';
import { broken, type Check, type Context, fact, foldedAt, record } from '../kernel/index.ts';
import { SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { MonitoringKind } from './codes.ts';
import { roomRules } from './rules.ts';
import { KEPT_SESSIONS, type RoomState, room, type Session } from './state.ts';

/** Material of one donor (or one pool) is open in a cabinet, until the session is closed. */
export const sessionOpened = fact(room, 'session-opened', {
  title: { en: 'Session opened', zh: '操作场次开始' },
  opens: 'either',
  corrects: ['operator', 'verifier', 'occurredAt'],
  schema: z
    .strictObject({
      session: Uuid.describe('Id of the session, chosen by who opens it'),
      cabinet: SiteCode,
      batch: Uuid.optional().describe('Batch that is open'),
      donation: Uuid.optional().describe('Donation that is open, where there is no batch of it yet'),
      ...Hands,
    })
    .refine(({ batch: one, donation: other }) => (one === undefined) !== (other === undefined), {
      error: 'name the batch or the donation that is open',
    }),

  decide: (data, state, context) => {
    const at = context.occurredAt === null ? Number.NEGATIVE_INFINITY : Date.parse(context.occurredAt);
    const { session, cabinet } = data;
    return record(
      state.sessions.has(session) && broken(roomRules.sessionKnown, '/session', { session }),
      state.cabinets.length > 0 && !state.cabinets.includes(cabinet) && broken(roomRules.cabinetUnknown, '/cabinet', { cabinet }),
      openFaults(data, state, context, at),
      clearanceFault(data, state, at),
      [...state.points.values()].map(
        ({ beyond, point, kind }) =>
          beyond === 'action' &&
          broken(roomRules.monitoringStands, '', {
            point,
            kind: titleOf(MonitoringKind, kind, 'en'),
            zh: titleOf(MonitoringKind, kind, 'zh'),
          }),
      ),
      handsFault(roomRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    const { id, actor, data } = event;
    state.owner ??= actor.org;
    state.sessions.set(data.session, {
      id: data.session,
      event: id,
      cabinet: data.cabinet,
      batch: data.batch ?? null,
      donation: data.donation ?? null,
      openedAt: foldedAt(event),
      closedAt: null,
    });
    forgetOldest(state);
  },
});

type Opening = { readonly cabinet: string; readonly batch?: string | undefined; readonly donation?: string | undefined };
type Material = Pick<Session, 'batch' | 'donation'>;

/** Another donor's material was open there at the time. Donors are asked for only where something else is open. */
function openFaults(opening: Opening, state: RoomState, context: Context, at: number): Check {
  const open = [...state.sessions.values()].filter(
    (session) =>
      session.cabinet === opening.cabinet &&
      !isSame(session, opening) &&
      session.openedAt <= at &&
      (session.closedAt === null || session.closedAt > at),
  );
  if (open.length === 0) return undefined;
  const own = donorsOf({ batch: opening.batch ?? null, donation: opening.donation ?? null }, context);
  return open.map((session) => {
    const theirs = donorsOf(session, context);
    const alike = own.size === theirs.size && [...own].every((donor) => theirs.has(donor));
    return !alike && broken(roomRules.otherDonorOpen, '/cabinet', { cabinet: opening.cabinet, session: session.id });
  });
}

/** Pseudonyms; a donation of which the donor is not recorded stands for itself. */
function donorsOf({ batch: batchId, donation: donationId }: Material, context: Context): ReadonlySet<string> {
  const donations =
    donationId === null ? [...((batchId !== null && context.state(batch, batchId)?.origins.donations) || [])] : [donationId];
  const known = context.states(donation, donations);
  const donors = donations.map((id) => known.get(id)?.donor ?? `donation-${id}`);
  return new Set(donors.length > 0 ? donors : [`batch-${batchId}`]);
}

/** The line is clear of what was open there before: cleared since, with an outcome that holds. */
function clearanceFault(opening: Opening, state: RoomState, at: number): Check {
  const { cabinet } = opening;
  const earlier = [...state.sessions.values()].filter((session) => session.cabinet === cabinet && session.openedAt <= at);
  const last = earlier.reduce<Session | undefined>((a, b) => (a && a.openedAt > b.openedAt ? a : b), undefined);
  const cleared = state.clearances.findLast(
    (clearance) => clearance.at <= at && (clearance.cabinet === null || clearance.cabinet === cabinet),
  );
  if (last && isSame(last, opening)) return undefined;
  const holds = cleared?.passed === true && (cleared.validUntil === null || cleared.validUntil >= at);
  if (!last) return !holds && broken(roomRules.neverCleared, '/cabinet', { cabinet });
  const since = cleared !== undefined && cleared.at >= (last.closedAt ?? last.openedAt);
  return !(holds && since) && broken(roomRules.notCleared, '/cabinet', { cabinet });
}

function isSame(session: Material, { batch: batchId, donation: donationId }: Opening): boolean {
  return batchId !== undefined ? session.batch === batchId : session.donation === donationId;
}

function forgetOldest({ sessions }: RoomState): void {
  if (sessions.size <= KEPT_SESSIONS) return;
  for (const [id, { closedAt }] of sessions) {
    if (closedAt === null) continue;
    sessions.delete(id);
    return;
  }
}
