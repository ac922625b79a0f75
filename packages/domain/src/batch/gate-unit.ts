import { openDeviations } from '../deviation/index.ts';
import { sameChain } from '../identifiers/index.ts';
import { broken, type Check } from '../kernel/index.ts';
import { policyRules } from '../policies/policy-rules.ts';
import { product } from '../registry/index.ts';
import { openExcursions, shipment } from '../shipment/state.ts';
import { instant, minutesBetween } from '../time/index.ts';
import type { TreatmentState } from '../treatment/state.ts';
import { isSafetyTest } from './exceptional-rules.ts';
import type { AsOf, GateReader } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { conditionOf, travelsOf, wholeFaults } from './gate-whole.ts';
import { partsOf, reconstitutionFault, thawOf } from './reconstitution.ts';
import { reconstitutionRules } from './reconstitution-rules.ts';
import { type BatchState, type Exception, type TestResult, type Unit, type UnitEnd, withWholes } from './state.ts';
import { nameOf } from './unit-name.ts';

/** Deviations that say that a laboratory speaks against what the batch rests on. */
const QUESTIONING: ReadonlySet<string> = new Set([policyRules.reportFailed.id, policyRules.reportChanged.id]);

/** The treatment for which the gate is asked. */
type Asked = {
  readonly id: string;
  readonly patient: string | null;
  readonly site: string | null;
  /** Rescue cells are kept for one patient, and neither released as a product nor of the product that is planned. */
  readonly isRescue: boolean;
};

/** Disposition and restrictions of the unit itself. */
export function dispositionFaults(state: BatchState, unit: Unit, moment: AsOf, asked: Asked): Check {
  const name = nameOf(unit);
  const disposition = moment.disposition(state, unit);
  const exception = disposition?.exception;
  return [
    unit.infusion &&
      broken(gateRules.started, '/unit', {
        unit: name,
        treatment: unit.infusion.treatment,
        occurredAt: unit.infusion.occurredAt ?? '?',
      }),
    unit.end !== null && unit.end !== 'infused' && endFault(state, unit, unit.end),
    wholeFaults(state, unit),
    !disposition && !asked.isRescue && broken(gateRules.notReleased, '/unit', { unit: name }),
    disposition?.kind === 'rejected' && broken(gateRules.rejected, '/unit', { unit: name }),
    exception && exceptionFaults(name, exception, asked),
    namesOf(moment.failed(state).filter(({ id }) => !exception?.results.has(id))).map((test) =>
      broken(gateRules.testFailed, '/unit', { unit: name, test }),
    ),
    namesOf(moment.explained(state).filter(({ id }) => !exception?.results.has(id))).map((test) =>
      broken(gateRules.testFailedExplained, '/unit', { unit: name, test }),
    ),
    openDeviations(state).some(({ rule }) => rule !== null && QUESTIONING.has(rule)) &&
      broken(gateRules.reportQuestioned, '/unit', { unit: name }),
    disposition &&
      disposition.pendingTests.length > 0 &&
      broken(gateRules.pendingTests, '/unit', { unit: name, tests: disposition.pendingTests.join(', ') }),
    moment
      .standing(state, state.quarantines, unit)
      .map(({ reason }) => broken(gateRules.quarantined, '/unit', { unit: name, reason })),
    moment.standing(state, state.holds, unit).map(({ reason }) => broken(gateRules.held, '/unit', { unit: name, reason })),
    moment.standing(state, state.recalls, unit).map(({ reason }) => broken(gateRules.recalled, '/unit', { unit: name, reason })),
  ];
}

function endFault(state: BatchState, unit: Unit, end: UnitEnd): Check {
  const isDrawn = end === 'consumed' && unit.consumedInto === null;
  return isDrawn
    ? broken(reconstitutionRules.bagDrawn, '/unit', { unit: nameOf(unit), count: partsOf(state, unit).length })
    : broken(gateRules.ended, '/unit', { unit: nameOf(unit), end });
}

/** An exception is one patient's. To that patient it is amber, not green. */
function exceptionFaults(unit: string, { treatment, patient, tests }: Exception, asked: Pick<Asked, 'id' | 'patient'>): Check {
  if (treatment !== asked.id || (asked.patient !== null && asked.patient !== patient)) {
    return broken(gateRules.exceptionalElsewhere, '/unit', { unit });
  }
  return [
    broken(gateRules.exceptional, '/unit', { unit, tests: tests.join(', ') }),
    tests.filter(isSafetyTest).map((test) => broken(gateRules.exceptionalSafety, '/unit', { unit, test })),
  ];
}

/** Each test once. */
export function namesOf(results: readonly TestResult[]): string[] {
  return [...new Set(results.map(({ test }) => test))];
}

/** Expiry, expiry after thawing, and the specification's time from thaw to infusion. */
export function clockFaults(state: BatchState, unit: Unit, at: string | null, reader: GateReader): Check {
  const name = nameOf(unit);
  if (at === null) return broken(gateRules.timeUnknown, '//occurredAt', { unit: name });
  const { expiry } = unit;
  const thawed = thawOf(state, unit);
  const limit = thawLimit(state, reader);
  return [
    expiry !== null && isReached(expiry, at) && broken(gateRules.expired, '/unit', { unit: name, expiry }),
    thawed?.expiry != null &&
      isReached(thawed.expiry, at) &&
      broken(gateRules.thawExpired, '/unit', { unit: name, thawed: thawed.occurredAt ?? '?', expiry: thawed.expiry }),
    reconstitutionFault(state, unit, at),
    thawed && limit !== null && thawFault(name, thawed.occurredAt, limit, at),
  ];
}

/** Minutes from thaw to infusion: of the versions by which anything of the batch was released, and of the present one, the shortest. */
export function thawLimit({ product: bound, releasedUnder }: BatchState, reader: Pick<GateReader, 'state'>): number | null {
  if (!bound) return null;
  const specifications = reader.state(product, bound.id)?.specifications;
  const limits = [bound.specification, ...releasedUnder].flatMap(
    (version) => specifications?.get(version)?.thawToInfusionMinutes ?? [],
  );
  return limits.length === 0 ? null : Math.min(...limits);
}

/** So far apart may the clocks of two devices be; an observation is taken to be from the future beyond it. */
const CLOCKS_DIFFER_MINUTES = 2;

function thawFault(name: string, thawedAt: string | null, limit: number, at: string): Check {
  if (thawedAt === null) return broken(gateRules.thawTimeUnknown, '/unit', { unit: name, limit });
  const minutes = minutesBetween(thawedAt, at);
  // A thaw that is still to come was entered with a wrong time, and nobody knows the right one.
  if (minutes < -CLOCKS_DIFFER_MINUTES) return broken(gateRules.thawTimeUnknown, '/unit', { unit: name, limit });
  return minutes > limit && broken(gateRules.thawTooLong, '/unit', { unit: name, minutes: Math.ceil(minutes), limit });
}

/** What is usable until a moment is not usable at it. */
function isReached(end: string, at: string): boolean {
  return instant(at) >= instant(end);
}

/** Allocated to this treatment, and physically there in a condition that was accepted, or made there. */
export function placeFaults(state: BatchState, unit: Unit, asked: Asked, reader: GateReader): Check {
  const name = nameOf(unit);
  const { allocation } = unit;
  const { id: treatmentId, site, isRescue } = asked;
  return [
    // The physician who signed for a rescue reserved it.
    !allocation && !isRescue && broken(gateRules.notAllocated, '/unit', { unit: name }),
    allocation &&
      allocation.treatment !== treatmentId &&
      broken(gateRules.allocatedElsewhere, '/unit', { unit: name, treatment: treatmentId }),
    site !== null && receiptFaults(state, unit, site),
    excursionFaults(travelsOf(state, unit), name, reader),
  ];
}

function receiptFaults(state: BatchState, unit: Unit, site: string): Check {
  const name = nameOf(unit);
  if (unit.inTransit) {
    return [broken(gateRules.inTransit, '/unit', { unit: name, site, shipment: unit.shipment ?? '?' }), foundFault(state, unit)];
  }
  const madeThere = unit.lastShipment === null && unit.receivedBy === null && unit.custodian === site;
  if (madeThere) return undefined;
  if (unit.receivedBy !== site || unit.custodian !== site) {
    return [
      broken(gateRules.notReceived, '/unit', { unit: name, site, custodian: unit.custodian ?? '?' }),
      foundFault(state, unit),
    ];
  }
  const condition = conditionOf(state, unit)?.value ?? 'to-be-assessed';
  return condition !== 'accepted' && broken(gateRules.conditionNotAccepted, '/unit', { unit: name, site, condition });
}

/** What the last receiver found against it: a missing entry of a receipt may be passed over, this may not. */
function foundFault(state: BatchState, unit: Unit): Check {
  return withWholes(state, unit).map(
    ({ condition, receivedBy }) =>
      condition !== undefined &&
      condition.value !== 'accepted' &&
      broken(gateRules.conditionNotAccepted, '/unit', {
        ...{ unit: nameOf(unit), site: receivedBy ?? '?' },
        condition: condition.value,
      }),
  );
}

function excursionFaults(ids: readonly string[], name: string, reader: GateReader): Check {
  const shipments = reader.states(shipment, ids);
  return ids.map((id) => {
    const travelled = shipments.get(id);
    if (!travelled) return undefined;
    const { limits } = travelled;
    return openExcursions(travelled).map(({ beyondLimit, assessed, minutesOutside }) =>
      broken(beyondLimit || assessed ? gateRules.excursionOpen : gateRules.excursionWithin, '/unit', {
        unit: name,
        shipment: id,
        limits: limits ? `${limits.minimum}…${limits.maximum} °C` : '?',
        minutes: minutesOutside,
      }),
    );
  });
}

/** The right cells for the right patient, who wants them. */
export function treatmentFaults(state: BatchState, unit: Unit, asked: Asked, planned: TreatmentState | undefined): Check {
  const name = nameOf(unit);
  const { id: treatmentId, isRescue } = asked;
  if (!planned?.planned) return broken(gateRules.treatmentUnknown, '/treatment', { treatment: treatmentId });
  return [
    coiFaults(state, name, planned),
    planned.product !== null &&
      !isRescue &&
      planned.product !== state.product?.id &&
      broken(gateRules.productDiffers, '/unit', { unit: name, treatment: treatmentId }),
    !planned.consented && broken(gateRules.notConsented, '/treatment', { treatment: treatmentId }),
    planned.closed !== null && broken(gateRules.treatmentClosed, '/treatment', { treatment: treatmentId }),
  ];
}

function coiFaults(state: BatchState, name: string, planned: TreatmentState): Check {
  if (!state.autologous) return undefined;
  if (state.coi === null) return broken(gateRules.coiMissing, '/unit', { unit: name, where: `batch ${state.id}` });
  if (planned.coi === null) return broken(gateRules.coiMissing, '/treatment', { unit: name, where: `treatment ${planned.id}` });
  return (
    !sameChain(state.coi, planned.coi) &&
    broken(gateRules.coiDiffers, '/unit', { unit: name, unitCoi: state.coi, patientCoi: planned.coi })
  );
}
