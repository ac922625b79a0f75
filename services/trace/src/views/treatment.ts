import { TraceError } from '../errors.ts';
import { exposedIn } from '../query/exposures.ts';
import { knownBy } from '../query/origin.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
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
  /** From the chain of identity to engraftment; null where nothing of it is recorded. */
  readonly transplant: Transplant | null;
  readonly notices: readonly Notice[];
  readonly pregnancies: readonly { readonly id: string; readonly of: string; readonly reportedAt: string }[];
};

type Transplant = {
  readonly coiIssuedAt: string | null;
  readonly mobilisedAt: string | null;
  readonly conditioningAuthorisedAt: string | null;
  readonly conditioningStartedAt: string | null;
  /** Staff pseudonym of who is called when something comes up against the cells. */
  readonly conditioningPhysician: string | null;
  readonly rescueGivenAt: string | null;
  readonly engraftment: string | null;
  readonly neutrophilsOn: string | null;
  readonly plateletsOn: string | null;
};

type Notice = {
  readonly event: string;
  readonly deviation: string | null;
  readonly told: string;
  readonly notifiedAt: string;
  readonly acknowledged: boolean;
  readonly testsOffered: readonly string[];
};

type Given = {
  readonly unit: string;
  readonly batch: string;
  readonly startedAt: string | null;
  readonly dose: string | null;
  readonly route: string | null;
  readonly reaction: string | null;
  /** Whether the batch's record and the treatment's both say it. */
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
    infusions: [...unitsInfusedIn(snapshot, [number]), ...exposedIn(snapshot, [number])].map((unit) => {
      const own = infusions.get(`${number}|${unit.id}`);
      return {
        unit: unit.id,
        batch: idOf(snapshot.name(unit.batch)),
        startedAt: unit.infused_at,
        dose: amount(own?.dose ?? null),
        route: own?.route ?? null,
        reaction: own?.reaction ?? null,
        recordedTwice: own !== undefined && !('toldIn' in unit),
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
    transplant:
      snapshot.get<Transplant>(
        `SELECT x.coi_issued_at AS coiIssuedAt, x.mobilised_at AS mobilisedAt, x.conditioning_authorised_at AS conditioningAuthorisedAt,
                x.conditioning_started_at AS conditioningStartedAt, x.conditioning_physician AS conditioningPhysician,
                x.rescue_given_at AS rescueGivenAt, x.engraftment, x.neutrophils_on AS neutrophilsOn, x.platelets_on AS plateletsOn
           FROM transplants x WHERE x.stream = :number AND {rows x}`,
        { number },
      ) ?? null,
    notices: noticesOf(snapshot, number),
    pregnancies: snapshot.all<{ id: string; of: string; reportedAt: string }>(
      `SELECT g.key AS id, g.whose AS "of", g.reported_at AS reportedAt FROM pregnancies g
        WHERE g.stream = :number AND {rows g} ORDER BY g.row`,
      { number },
    ),
  };
}

function noticesOf(snapshot: Snapshot, number: StreamNumber): Notice[] {
  type Row = Omit<Notice, 'acknowledged' | 'testsOffered'> & { acknowledged: number; testsOffered: string | null };
  return snapshot
    .all<Row>(
      `SELECT n.key AS event, n.deviation, n.told, n.notified_at AS notifiedAt, n.acknowledged, n.tests_offered AS testsOffered FROM notices n
        WHERE n.stream = :number AND {rows n} ORDER BY n.row`,
      { number },
    )
    .map((row) => ({
      ...row,
      acknowledged: row.acknowledged === 1,
      testsOffered: JSON.parse(row.testsOffered ?? '[]') as string[],
    }));
}
