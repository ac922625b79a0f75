import { z } from 'zod';
import { type Unfit, unfitAt } from '../equipment/fitness.ts';
import { equipment } from '../equipment/state.ts';
import { broken, type Check, type Context, type Violation } from '../kernel/index.ts';
import { authorisationsOn, keepsAuthorisations, type StaffTask, StaffTask as Tasks } from '../registry/index.ts';
import { staff } from '../registry/state.ts';
import { MonitoringKind } from '../room/codes.ts';
import { type RoomState, room } from '../room/state.ts';
import { localDateOf } from '../time/index.ts';
import { titleOf, Uuid } from '../vocabulary/index.ts';
import type { BatchState } from './state.ts';
import { workingRules } from './working-rules.ts';

const MAX_DEVICES = 50;

/** Devices by their own records, beside or instead of what they are called. */
export const Devices = {
  equipmentIds: z.array(Uuid).max(MAX_DEVICES).optional().describe('Records of the devices, where they have one'),
} as const;

/** The room by its own record, and the session in which cells were open there. */
export const WorkingPlace = {
  roomId: Uuid.optional().describe('Record of the room, where it has one'),
  session: Uuid.optional().describe('Session of that room'),
} as const;

type Work = {
  readonly equipmentIds?: readonly string[] | undefined;
  readonly roomId?: string | undefined;
  readonly session?: string | undefined;
  readonly operator?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
};

/** With what, where and by whom. Other streams are asked only where the entry, or who reports it, names them; what is another's is not known here. */
export function workingFaults(task: StaffTask, data: Work, state: BatchState, context: Context): Check {
  return [
    data.equipmentIds !== undefined && equipmentFaults(data, data.equipmentIds, context),
    data.roomId !== undefined && roomFaults(data, data.roomId, state, context),
    operatorFault(task, data, context),
  ];
}

function isAnothers(owner: string | null, { actor }: Context): boolean {
  return owner !== null && owner !== actor.org;
}

function momentsOf({ start, end }: Work, { occurredAt }: Context): string[] {
  return [...new Set([start ?? occurredAt, end ?? occurredAt])].filter((moment) => moment !== null);
}

function equipmentFaults(data: Work, ids: readonly string[], context: Context): Check {
  const known = context.states(equipment, ids);
  const moments = momentsOf(data, context);
  return ids.map((id, n) => {
    const at = `/equipmentIds/${n}`;
    const state = known.get(id);
    if (!state || isAnothers(state.owner, context)) return broken(workingRules.equipmentUnknown, at, { equipment: id });
    const said = new Map<string, Violation>();
    for (const moment of moments) {
      const used = localDateOf(moment);
      for (const unfit of unfitAt(state, Date.parse(moment), used)) {
        said.set(unfit.why, unfitness(unfit, state.code ?? id, used, at));
      }
    }
    return [...said.values()];
  });
}

function unfitness(unfit: Unfit, name: string, used: string, at: string): Violation {
  switch (unfit.why) {
    case 'not-qualified':
      return broken(workingRules.equipmentUnqualified, at, { equipment: name });
    case 'not-calibrated':
      return broken(workingRules.equipmentUncalibrated, at, { equipment: name });
    case 'calibration-overdue':
      return broken(workingRules.calibrationOverdue, at, { equipment: name, due: unfit.due, used });
    case 'left-out-of-tolerance':
      return broken(workingRules.outOfTolerance, at, { equipment: name });
    case 'failed':
      return broken(workingRules.equipmentFailed, at, { equipment: name, since: new Date(unfit.since).toISOString() });
    case 'alarm':
      return broken(workingRules.equipmentAlarm, at, { equipment: name });
  }
}

function roomFaults(data: Work, id: string, state: BatchState, context: Context): Check {
  const known = context.state(room, id);
  if (!known || isAnothers(known.owner, context)) return broken(workingRules.roomUnknown, '/roomId', { room: id });
  const name = known.code ?? id;
  const until = Math.max(...momentsOf(data, context).map((moment) => Date.parse(moment)));
  return [
    [...known.points.values()].map(
      ({ beyond, point, kind, at }) =>
        beyond === 'action' &&
        at <= until &&
        broken(workingRules.roomBeyondLimit, '/roomId', {
          room: name,
          point,
          kind: titleOf(MonitoringKind, kind, 'en'),
          zh: titleOf(MonitoringKind, kind, 'zh'),
        }),
    ),
    data.session !== undefined && sessionFault(data, data.session, known, state, context),
  ];
}

function sessionFault(data: Work, id: string, known: RoomState, state: BatchState, context: Context): Check {
  const name = known.code ?? known.id;
  const session = known.sessions.get(id);
  if (!session) return broken(workingRules.sessionUnknown, '/session', { session: id, room: name });
  const isOwn = session.batch === null ? state.origins.donations.has(session.donation ?? '') : session.batch === state.id;
  const moments = momentsOf(data, context).map((moment) => Date.parse(moment));
  const wasOpen = moments.every((at) => session.openedAt <= at && (session.closedAt === null || at <= session.closedAt));
  return [
    !isOwn && broken(workingRules.sessionOfOther, '/session', { session: id, room: name }),
    !wasOpen && broken(workingRules.sessionNotOpen, '/session', { session: id, room: name }),
  ];
}

/** Asked of whoever's organisation keeps authorisations here: of the others, nothing is known and nothing is said. */
function operatorFault(task: StaffTask, data: Work, context: Context): Check {
  const { operator = context.actor.person, start } = data;
  const moment = start ?? context.occurredAt;
  if (operator === null || moment === null) return undefined;
  const known = context.state(staff, operator);
  if (!known || isAnothers(known.org, context) || !keepsAuthorisations(known)) return undefined;
  const day = localDateOf(moment);
  const held = authorisationsOn(known, task, day);
  const said = { operator, task: titleOf(Tasks, task, 'en'), zh: titleOf(Tasks, task, 'zh') };
  if (held.length === 0) return broken(workingRules.staffUnauthorised, '/operator', { ...said, day });
  const { sop } = context.capture;
  const trained = held.flatMap((each) => each.sop ?? []);
  return (
    sop !== undefined &&
    trained.length === held.length &&
    !trained.includes(sop) &&
    broken(workingRules.staffOtherProcedure, '/operator', { ...said, authorised: trained.join(', '), followed: sop })
  );
}
