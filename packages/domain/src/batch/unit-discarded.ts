import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { DiscardMethod, DiscardReason, Pseudonym, Scope, SiteCode } from '../vocabulary/index.ts';
import { hospitalRules } from './hospital-rules.ts';
import { endUnit, isBefore, scopeFaults, unitsIn } from './scoped.ts';
import { batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/** Reasons for throwing away what is left of a unit that ended otherwise. */
const OF_A_REMAINDER: readonly DiscardReason[] = ['infusion-stopped', 'process-remainder', 'retention-ended'];

export const unitDiscarded = fact(batch, 'unit-discarded', {
  title: { en: 'Units discarded', zh: '单元销毁' },
  signatures: { meaning: 'discard', count: 1 },
  corrects: ['reason', 'method', 'quantity', 'wasteManifest', 'occurredAt'],
  schema: withPersonal({
    scope: Scope,
    reason: DiscardReason,
    method: DiscardMethod.optional(),
    quantity: MaterialQuantity.optional().describe('What was thrown away of a remainder; the whole units where left out'),
    discarder: Pseudonym.optional().describe('Staff pseudonym; the reporting person where left out'),
    witness: Pseudonym.optional().describe('Staff pseudonym of somebody else'),
    wasteManifest: SiteCode.optional().describe('Number of the medical-waste transfer manifest (医疗废物转移联单)'),
    remarks: personal(z.string().max(2000)),
  }),

  decide: ({ scope, reason, method, discarder, witness, wasteManifest }, state, { actor, signers, occurredAt }) => {
    const who = discarder ?? actor.person;
    return record(
      scopeFaults(state, scope),
      signers.length === 0 && broken(hospitalRules.discardUnsigned, '//signatures'),
      witness === undefined && broken(hospitalRules.witnessMissing, '/witness'),
      witness !== undefined && witness === who && broken(hospitalRules.witnessDiscarded, '/witness'),
      method === 'handed-to-waste-contractor' &&
        wasteManifest === undefined &&
        broken(hospitalRules.manifestMissing, '/wasteManifest'),
      unitsIn(state, scope)
        // Discarding a batch means what is left of it.
        .filter(({ end }) => scope !== 'whole-batch' || end === null)
        .map((unit) => [
          endFault(unit, reason, occurredAt),
          unit.custodian !== null &&
            unit.custodian !== actor.org &&
            broken(hospitalRules.discardedByOther, '/scope', {
              unit: nameOf(unit),
              custodian: unit.custodian,
              org: actor.org,
            }),
        ]),
    );
  },

  evolve: (state, { occurredAt, data }) => {
    for (const unit of unitsIn(state, data.scope)) endUnit(unit, 'discarded', occurredAt);
  },
});

function endFault(unit: Unit, reason: DiscardReason, occurredAt: string | null) {
  if (unit.end === null) return undefined;
  if (unit.end === 'discarded') return broken(hospitalRules.discardedBefore, '/scope', { unit: nameOf(unit) });
  if (OF_A_REMAINDER.includes(reason) && !isBefore(occurredAt, unit.endedAt)) return undefined;
  return broken(hospitalRules.discardedAfterUse, '/scope', { unit: nameOf(unit), end: unit.end });
}
