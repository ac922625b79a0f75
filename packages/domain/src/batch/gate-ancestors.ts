import { broken, type Check } from '../kernel/index.ts';
import type { AsOf, GateReader } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/** Every batch upstream, as far as it concerns the units that were consumed on the way here. */
export function ancestorFaults(state: BatchState, unit: Unit, moment: AsOf, reader: GateReader): Check {
  const ids = [...state.origins.batches];
  const ancestors = reader.states(batch, ids);
  const lineage = new Set([state.id, ...ids]);
  return ids.map((id) => {
    const ancestor = ancestors.get(id);
    if (!ancestor) return broken(gateRules.ancestorUnknown, '/unit', { unit: nameOf(unit), ancestor: id });
    return faultsOf(ancestor, nameOf(unit), lineage, moment);
  });
}

function faultsOf(ancestor: BatchState, unit: string, lineage: ReadonlySet<string>, moment: AsOf): Check {
  const ancestorName = ancestor.identifiers[0]?.value ?? ancestor.id;
  const consumed = [...ancestor.units.values()].filter(({ consumedInto }) => consumedInto !== null && lineage.has(consumedInto));
  // A batch whose consumption is not recorded (imported with gaps) is held to what covers all of it.
  const concerned = consumed.length > 0 ? consumed : [NO_UNIT];
  const reasons = (restrictions: BatchState['recalls']) => [
    ...new Set(concerned.flatMap((each) => moment.standing(restrictions, each).map(({ reason }) => reason))),
  ];
  return [
    reasons(ancestor.quarantines).map((reason) =>
      broken(gateRules.ancestorQuarantined, '/unit', { unit, ancestor: ancestorName, reason }),
    ),
    reasons(ancestor.recalls).map((reason) =>
      broken(gateRules.ancestorRecalled, '/unit', { unit, ancestor: ancestorName, reason }),
    ),
    concerned.some((each) => moment.disposition(ancestor, each)?.kind === 'rejected') &&
      broken(gateRules.ancestorRejected, '/unit', { unit, ancestor: ancestorName }),
  ];
}

/** Belongs to no scope but the whole batch. */
const NO_UNIT = { id: '', ordinal: 0 } as const;
