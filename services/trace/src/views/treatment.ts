import { TraceError } from '../errors.ts';
import { knownBy } from '../query/origin.ts';
import { idOf } from '../query/snapshot.ts';
import { infusionsOf, treatmentsOf } from '../query/treatments.ts';
import { unitsInfusedIn } from '../query/unit-rows.ts';
import { amount } from '../traces/amounts.ts';
import type { Asking } from '../traces/answer.ts';

export type TreatmentView = {
  readonly treatment: string;
  readonly site: string | null;
  readonly patient: string | null;
  readonly physician: string | null;
  readonly plannedDose: string | null;
  readonly plannedAt: string | null;
  readonly consentedAt: string | null;
  readonly followUp: string;
  readonly infusions: readonly Given[];
  readonly visits: readonly Visit[];
  readonly adverseEvents: readonly AdverseEvent[];
};

type Given = {
  readonly unit: string;
  readonly batch: string;
  readonly startedAt: string | null;
  readonly dose: string | null;
  readonly route: string | null;
  readonly reaction: string | null;
  /** Whether the treatment's own record says it too. */
  readonly recordedTwice: boolean;
};
type Visit = {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly recordedAt: string | null;
};
type AdverseEvent = {
  readonly id: string;
  readonly term: string;
  readonly grade: string;
  readonly seriousness: string;
  readonly relatedness: string;
  readonly outcome: string;
  readonly onset: string | null;
};

/** A treatment with what was given, its follow-up and its adverse events. @throws TraceError `not-found` */
export function viewTreatment({ snapshot, sight }: Asking, id: string): TreatmentView {
  const number = knownBy(snapshot, `treatment-${id}`);
  const found = number === undefined ? undefined : treatmentsOf(snapshot, [number]).get(number);
  if (number === undefined || !found || !sight.treatment({ site: found.site, patient: snapshot.name(found.patient) })) {
    throw new TraceError('not-found', `nothing is known of a treatment ${id} at this moment`);
  }
  const infusions = infusionsOf(snapshot, [number]);
  return {
    treatment: id,
    site: found.site,
    patient: found.patient === null ? null : idOf(snapshot.name(found.patient)),
    physician: found.physician,
    plannedDose: amount(found.planned_dose),
    plannedAt: found.planned_at,
    consentedAt: found.consented_at,
    followUp: found.closed ?? 'in follow-up',
    infusions: unitsInfusedIn(snapshot, [number]).map((unit) => {
      const own = infusions.get(`${number}|${unit.id}`);
      return {
        unit: unit.id,
        batch: idOf(snapshot.name(unit.batch)),
        startedAt: unit.infused_at,
        dose: amount(own?.dose ?? null),
        route: own?.route ?? null,
        reaction: own?.reaction ?? null,
        recordedTwice: own !== undefined,
      };
    }),
    visits: snapshot.all<Visit>(
      `SELECT v.key AS id, v.name, v.due_from AS "from", v.due_to AS "to", v.recorded_at AS recordedAt FROM visits v
        WHERE v.stream = :number AND {rows v} ORDER BY v.due_from`,
      { number },
    ),
    adverseEvents: snapshot.all<AdverseEvent>(
      `SELECT a.key AS id, a.term, a.grade, a.seriousness, a.relatedness, a.outcome, a.onset FROM adverse_events a
        WHERE a.stream = :number AND {rows a} ORDER BY a.row`,
      { number },
    ),
  };
}
