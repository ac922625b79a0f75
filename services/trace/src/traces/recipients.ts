import { balanceOf } from '../query/balance.ts';
import type { Exposed } from '../query/exposures.ts';
import { GivenOf } from '../query/given.ts';
import { PrintedNames } from '../query/names.ts';
import type { Origin } from '../query/origin.ts';
import { careOf } from '../query/recipient-care.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { contactConsent, infusionsOf, treatmentsOf } from '../query/treatments.ts';
import { infusedUnitsOf } from '../query/unit-rows.ts';
import { type Answer, type Asking, answer, Elsewhere, Paths } from './answer.ts';
import { byPrintSeen } from './by-print.ts';
import { CARE_FIELDS, type CareFields, careFields } from './care-fields.ts';
import { columns } from './columns.ts';
import { DonationsSeen } from './donations-seen.ts';
import { GIVEN_FIELDS, type GivenFields, givenFields } from './given-fields.ts';
import { donorsSeen, originAsked, personLinksSeen } from './permission.ts';
import { exposedOf, goForward, visibleLinks } from './units.ts';

export type RecipientRow = GivenFields &
  CareFields & {
    readonly hospital: string | null;
    /** Role that speaks for the hospital. */
    readonly contact: string | null;
    readonly treatment: string;
    readonly patient: string | null;
    readonly physician: string | null;
    readonly batch: string;
    readonly batchIdentifiers: readonly string[];
    readonly unit: string;
    readonly unitIdentifiers: readonly string[];
    readonly infusedAt: string | null;
    readonly infusedUntil: string | null;
    readonly route: string | null;
    readonly reaction: string | null;
    /** "1 of n": how many donations the batch was made of, all told. */
    readonly shareOfPool: string | null;
    readonly followUp: string | null;
    readonly consentToContact: boolean | null;
    /** The batch's record, the treatment's, or a report that could not be applied. */
    readonly recordedIn: readonly string[];
    readonly path: readonly string[];
  };

const COLUMNS = columns({
  hospital: ['Hospital', '医院'],
  contact: ['Contact role', '联系岗位'],
  treatment: ['Treatment', '治疗'],
  patient: ['Patient', '患者'],
  physician: ['Physician', '医师'],
  batch: ['Batch', '批次'],
  batchIdentifiers: ['Batch number as printed', '批号（印刷）'],
  unit: ['Unit', '单元'],
  unitIdentifiers: ['Unit number as printed', '单元编号（印刷）'],
  infusedAt: ['Infused', '输注时间'],
  infusedUntil: ['Until', '输注结束'],
  ...GIVEN_FIELDS,
  route: ['Route', '途径'],
  reaction: ['Reaction', '反应'],
  shareOfPool: ['Share of the pool', '混合份额'],
  followUp: ['Follow-up', '随访状态'],
  ...CARE_FIELDS,
  consentToContact: ['Consent to contact', '同意联系'],
  recordedIn: ['Recorded in', '记录于'],
  path: ['Path', '路径'],
});

/**
 * Trace 2, and the recipients of 6 and 7: everybody who was given something that came of the origin. Where the viewer may not know the patient,
 * the site and how many.
 *
 * @throws TraceError `not-found`
 */
export function traceRecipients(asking: Asking, origin: Origin): Answer<RecipientRow> {
  const { snapshot, sight } = asking;
  const found = originAsked(asking, origin);
  const forward = goForward(snapshot, found, infusedUnitsOf);
  const { reached, batches } = forward;
  const exposed = exposedOf(snapshot, forward);
  const treatments = treatmentsOf(snapshot, [...new Set(exposed.map(({ infused_in }) => infused_in))]);
  const patientOf = (unit: Exposed) => treatments.get(unit.infused_in)?.patient ?? unit.patient;
  const siteOf = (unit: Exposed) => treatments.get(unit.infused_in)?.site ?? unit.saidBy ?? unit.allocated_site;
  const elsewhere = new Elsewhere();
  const seen = exposed.filter((unit) => {
    const site = siteOf(unit);
    const visible = sight.treatment({ site, patient: snapshot.name(patientOf(unit)) });
    if (!visible && unit.toldIn === 'batch') elsewhere.add(site, unit.infused_in);
    else if (!visible) elsewhere.addRecipient(site, unit.infused_in);
    return visible;
  });
  const treatmentsSeen = [...new Set(seen.map(({ infused_in }) => infused_in))];
  const given = infusionsOf(snapshot, treatmentsSeen);
  const contact = contactConsent(snapshot, [...new Set(seen.flatMap((unit) => patientOf(unit) ?? []))]);
  const care = careOf(snapshot, treatmentsSeen);
  const batchesSeen = [...new Set(seen.map(({ batch }) => batch))];
  const printed = new PrintedNames(snapshot, batchesSeen, seen);
  const byRecord = seen.filter(({ toldIn }) => toldIn === 'batch');
  const amounts = new GivenOf(snapshot, byRecord);
  const sites = new Sites(snapshot);
  const pools = poolSizes(snapshot, batchesSeen);
  const paths = new Paths(snapshot, reached, donorsSeen(asking, found));
  const named = new DonationsSeen(asking);
  const isOwn = (batch: StreamNumber) => sight.batch({ batch: snapshot.name(batch), owner: batches.get(batch)?.owner ?? null });
  const rows = seen.map((unit): RecipientRow => {
    const treatment = treatments.get(unit.infused_in);
    const infusion = given.get(`${unit.infused_in}|${unit.id}`);
    // What the batch says of the amount is of whom it knows.
    const told = unit.toldIn === 'batch' ? amounts.of(unit) : undefined;
    const patient = patientOf(unit);
    const pool = pools.get(unit.batch);
    const hospital = siteOf(unit);
    return {
      hospital,
      contact: sites.contact(hospital),
      treatment: idOf(snapshot.name(unit.infused_in)),
      patient: patient === null ? null : idOf(snapshot.name(patient)),
      physician: treatment?.physician ?? null,
      batch: idOf(snapshot.name(unit.batch)),
      batchIdentifiers: printed.ofStream(unit.batch).map(({ value }) => value),
      unit: unit.id,
      unitIdentifiers: printed.ofUnit(unit).map(({ value }) => value),
      infusedAt: unit.infused_at,
      infusedUntil: infusion?.stopped_at ?? told?.stopped_at ?? null,
      ...givenFields(told, infusion?.dose ?? null),
      route: infusion?.route ?? null,
      reaction: infusion?.reaction ?? null,
      shareOfPool: pool === undefined ? null : `1 of ${pool}`,
      followUp: treatment ? (treatment.closed_because ?? treatment.closed ?? 'in follow-up') : null,
      ...careFields(care.get(unit.infused_in)),
      consentToContact: patient === null ? null : (contact.get(patient) ?? null),
      recordedIn: unit.toldIn === 'batch' && infusion ? ['batch', 'treatment'] : [unit.toldIn],
      path: reached.from.has(unit.batch) ? [...named.path(paths.to(unit.batch), isOwn(unit.batch)), unit.id] : [unit.id],
    };
  });
  return answer(asking, {
    trace: 'recipients',
    columns: COLUMNS,
    rows,
    elsewhere,
    links: visibleLinks(asking, reached, batches),
    personLinks: personLinksSeen(asking, found.followed),
    balance: balanceOf(byRecord, null),
    streams: [...reached.streams, ...treatments.keys()],
    units: seen,
    byPrint: byPrintSeen(asking, found, seen),
    printed,
  });
}

/** How many donations each batch was made of, all told. */
function poolSizes(snapshot: Snapshot, batches: readonly StreamNumber[]): Map<StreamNumber, number> {
  const rows = snapshot.all<{ batch: StreamNumber; n: number }>(
    `WITH RECURSIVE up (batch, stream) AS (
       SELECT value, value FROM json_each(:batches)
       UNION
       SELECT up.batch, l.parent FROM up CROSS JOIN lineage l WHERE l.child = up.stream AND {rows l}
     )
     SELECT up.batch, count(*) AS n FROM up CROSS JOIN streams s WHERE s.number = up.stream AND s.name LIKE 'donation-%' GROUP BY up.batch`,
    { batches: JSON.stringify(batches) },
  );
  return new Map(rows.map(({ batch, n }) => [batch, n]));
}
