import { broken, type Check } from '../kernel/index.ts';
import type { AsOf, GateReader } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { namesOf } from './gate-unit.ts';
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
  const reasons = (restrictions: BatchState['recalls']) => {
    const standing =
      consumed.length > 0
        ? consumed.flatMap((each) => moment.standing(ancestor, restrictions, each))
        : moment.standingForAll(restrictions);
    return [...new Set(standing.map(({ reason }) => reason))];
  };
  const rejected = ({ kind, scope }: BatchState['dispositions'][number]) => kind === 'rejected' && scope === 'whole-batch';
  return [
    namesOf(moment.failed(ancestor)).map((test) =>
      broken(gateRules.ancestorTestFailed, '/unit', { unit, ancestor: ancestorName, test }),
    ),
    reasons(ancestor.quarantines).map((reason) =>
      broken(gateRules.ancestorQuarantined, '/unit', { unit, ancestor: ancestorName, reason }),
    ),
    reasons(ancestor.recalls).map((reason) =>
      broken(gateRules.ancestorRecalled, '/unit', { unit, ancestor: ancestorName, reason }),
    ),
    (consumed.length > 0
      ? consumed.some((each) => moment.disposition(ancestor, each)?.kind === 'rejected')
      : ancestor.dispositions.some(rejected)) && broken(gateRules.ancestorRejected, '/unit', { unit, ancestor: ancestorName }),
  ];
}
