import { z } from 'zod';
import { broken, type Check, type Context, personal, type Recorded, withPersonal } from '../kernel/index.ts';
import { Scope, Uuid } from '../vocabulary/index.ts';
import { LiftReason, RestrictionReason } from './codes.ts';
import { batchRules } from './rules.ts';
import { scopeFaults } from './scoped.ts';
import type { BatchState, Restriction } from './state.ts';
import { unknownUnits } from './unit-lists.ts';

/** What a quarantine or a hold says. A policy's names the event that caused it. */
export const Restricted = withPersonal({
  scope: Scope,
  reason: RestrictionReason,
  cause: Uuid.optional().describe('Event that caused it, where a policy did'),
  note: personal(z.string().max(4000)),
});
export type Restricted = z.output<typeof Restricted>;

export const Lifted = withPersonal({
  restriction: Uuid.describe('Event that set it'),
  reason: LiftReason,
  cause: Uuid.optional().describe('Event that caused it, where a policy did'),
  note: personal(z.string().max(4000)),
});
export type Lifted = z.output<typeof Lifted>;

/**
 * A restriction of the whole batch holds for units that are still to be made. One wrong number in a list leaves the others restricted: they would be
 * green until somebody had reconciled the list.
 */
export function restrictionFaults({ scope }: Restricted, state: BatchState): Check {
  if (scope === 'whole-batch') return undefined;
  return 'units' in scope ? unknownUnits(state, scope.units, '/scope/units') : scopeFaults(state, scope);
}

export function restrict(restrictions: Restriction[], { id, data }: Recorded<Restricted>): void {
  restrictions.push({ event: id, scope: data.scope, reason: data.reason, cause: data.cause ?? null, lifted: null });
}

export function liftFaults(restrictions: readonly Restriction[], { restriction: id }: Lifted): Check {
  const restriction = restrictions.find(({ event }) => event === id);
  if (!restriction) return broken(batchRules.restrictionUnknown, '/restriction', { restriction: id });
  return restriction.lifted !== null && broken(batchRules.restrictionLifted, '/restriction');
}

/** Roles that may say that units can be used again. */
export const LIFTING_ROLES: readonly string[] = ['lab.qa', 'lab.qp'];

/** By quality assurance of the organisation whose batch it is, and meant as a lifting. */
export function liftUnsigned(state: Pick<BatchState, 'owner'>, context: Context, lifting: string): Check {
  return (
    !isSignedByQuality(state, context, lifting) &&
    broken(batchRules.liftUnsigned, '//signatures', { roles: LIFTING_ROLES.join(' / ') })
  );
}

/** Whether one of them has signed, and meant it as this. */
export function isSignedByQuality({ owner }: Pick<BatchState, 'owner'>, { signers }: Context, meant: string): boolean {
  return signers.some(
    ({ org, person, roles, meaning }) =>
      org === owner && person !== null && meaning === meant && roles.some((role) => LIFTING_ROLES.includes(role)),
  );
}

export function lift(restrictions: readonly Restriction[], { id, data }: Recorded<Lifted>): void {
  const restriction = restrictions.find(({ event }) => event === data.restriction);
  if (restriction) restriction.lifted ??= id;
}
