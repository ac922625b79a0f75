import { exposedBeside } from '../query/exposures.ts';
import { knownBy } from '../query/origin.ts';
import { type FollowLinks, namesOfPerson } from '../query/person-links.ts';
import { careOf } from '../query/recipient-care.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { treatmentsOf } from '../query/treatments.ts';
import { batchesOf } from '../query/unit-rows.ts';
import { walkDown } from '../query/walk.ts';
import type { Asking } from './answer.ts';
import { CARE_FIELDS, type CareFields, careFields } from './care-fields.ts';
import { columns } from './columns.ts';
import { originAsked } from './permission.ts';
import { traceUnits, type UnitRow, type UnitTrace } from './units.ts';

type LookBackRow = UnitRow & {
  /** Given after the last sample that was still negative, as far as samples say. */
  readonly atRisk: boolean;
  readonly stoppable: boolean;
  /** Where it can be stopped: on hand, or in transit; null where it cannot. */
  readonly stopAt: 'on hand' | 'in transit' | null;
  /** What was done about the unit: discarded, or kept from use. */
  readonly action: string | null;
  readonly actionAt: string | null;
  readonly daysSinceExposure: number | null;
  /** What the recipient was told, where the viewer may know the recipient. */
  readonly notifiedAt: string | null;
  readonly acknowledged: boolean | null;
  readonly testsOffered: readonly string[];
  readonly testsDeclined: boolean | null;
};

type Finding = {
  readonly eligibility: string | null;
  readonly since: string | null;
  readonly reasons: readonly string[];
  readonly reactive: readonly string[];
  /** Newest sample in which every marker that is reactive now was non-reactive; null where there is none: everything is at risk. */
  readonly lastNegativeSample: string | null;
  /** The at-risk window: what was collected after its beginning, up to the finding. Null: open at that end. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
};

/** A donation of the donor, in the window or out of it. */
type DonationRow = {
  readonly donation: string;
  readonly source: string | null;
  readonly collectedAt: string | null;
  readonly atRisk: boolean;
};

/** Somebody who was given of a unit by their treatment's record or a report, while the unit's own record says so of another, or of nobody. */
type ExposedRow = Pick<Told, 'notifiedAt' | 'acknowledged'> & {
  readonly batch: string;
  readonly unit: string;
  readonly hospital: string | null;
  /** Where the viewer may know the recipient. */
  readonly treatment: string | null;
  readonly patient: string | null;
  readonly infusedAt: string | null;
  readonly daysSinceExposure: number | null;
  readonly recordedIn: string;
};

export type LookBack = Omit<UnitTrace, 'rows'> & {
  readonly rows: readonly LookBackRow[];
  readonly exposedBeside: readonly ExposedRow[];
  readonly finding: Finding;
  readonly donations: readonly DonationRow[];
};

const DAY_MS = 86_400_000;

/**
 * Trace 5: a donor turns out to be ineligible. What was given inside the window and outside it, what can still be stopped, who was exposed and for
 * how long (up to the moment of the answer).
 *
 * @throws TraceError `not-found`
 */
export function traceLookBack(asking: Asking, donor: string, links?: FollowLinks): LookBack {
  const { snapshot } = asking;
  const found = traceUnits(asking, { donor, links });
  const person = knownBy(snapshot, `person-${donor}`)!;
  const { names } = namesOfPerson(snapshot, person, links);
  const finding = findingOf(snapshot, names);
  const care = new RecipientsTold(asking, found.rows);
  const rows = found.rows.map((row): LookBackRow => {
    return {
      ...row,
      atRisk: isAtRisk(row.collectedAt, finding.lastNegativeSample),
      stoppable: row.fate === null,
      stopAt: row.fate !== null ? null : row.inTransit ? 'in transit' : 'on hand',
      ...actionOn(row),
      daysSinceExposure: row.fate === 'infused' ? daysSince(snapshot, row.fateAt) : null,
      ...care.of(row),
    };
  });
  return {
    ...found,
    trace: 'look-back',
    columns: [
      ...columns({
        atRisk: ['In the at-risk window', '处于风险窗口'],
        stoppable: ['Can be stopped', '可拦截'],
        stopAt: ['Where', '拦截处'],
        action: ['Action', '处置'],
        actionAt: ['Action since', '处置时间'],
        daysSinceExposure: ['Days since exposure', '暴露天数'],
        notifiedAt: CARE_FIELDS.notifiedAt,
        acknowledged: CARE_FIELDS.acknowledged,
        testsOffered: CARE_FIELDS.testsOffered,
        testsDeclined: CARE_FIELDS.testsDeclined,
      }),
      ...found.columns,
    ],
    rows,
    exposedBeside: exposedRows(asking, donor, links),
    finding,
    donations: donationsOf(asking, names, finding),
  };
}

function daysSince(snapshot: Snapshot, at: string | null): number | null {
  return at === null ? null : Math.floor((Date.parse(snapshot.moment.recordedAt) - Date.parse(at)) / DAY_MS);
}

/** The laboratory of the batch learns of the unit and the site, and not of whom. */
function exposedRows(asking: Asking, donor: string, links?: FollowLinks): ExposedRow[] {
  const { snapshot, sight } = asking;
  const { streams } = walkDown(snapshot, originAsked(asking, { donor, links }).roots);
  const exposed = exposedBeside(snapshot, streams);
  const treatments = treatmentsOf(snapshot, [...new Set(exposed.map(({ infused_in }) => infused_in))]);
  const care = careOf(snapshot, [...treatments.keys()]);
  const owners = batchesOf(snapshot, streams);
  return exposed.flatMap((unit) => {
    const treatment = treatments.get(unit.infused_in);
    const hospital = treatment?.site ?? unit.saidBy;
    const patient = snapshot.name(treatment?.patient ?? unit.patient);
    const batch = snapshot.name(unit.batch);
    const isKnown = sight.treatment({ site: hospital, patient });
    if (!isKnown && !sight.batch({ batch, owner: owners.get(unit.batch)?.owner ?? null })) return [];
    const { notifiedAt, acknowledged } = careFields(isKnown ? care.get(unit.infused_in) : undefined);
    return {
      batch: idOf(batch),
      unit: unit.id,
      hospital,
      treatment: isKnown ? idOf(snapshot.name(unit.infused_in)) : null,
      patient: isKnown && patient !== null ? idOf(patient) : null,
      infusedAt: unit.infused_at,
      daysSinceExposure: daysSince(snapshot, unit.infused_at),
      notifiedAt,
      acknowledged,
      recordedIn: unit.toldIn,
    };
  });
}

type Told = Pick<CareFields, 'notifiedAt' | 'acknowledged' | 'testsOffered' | 'testsDeclined'>;

/** What the recipients of these units were told, as far as the viewer may know the recipients. */
class RecipientsTold {
  readonly #byUnit = new Map<string, Told>();

  constructor({ snapshot, sight }: Asking, rows: readonly UnitRow[]) {
    type Row = { batch: StreamNumber; unit: string; treatment: StreamNumber; site: string | null; patient: StreamNumber | null };
    const infused = snapshot
      .all<Row>(
        `SELECT w.stream AS batch, w.key AS unit, w.infused_in AS treatment, t.site, t.patient FROM json_each(:units) x
           CROSS JOIN streams s CROSS JOIN whereabouts w CROSS JOIN treatments t
          WHERE s.name = 'batch-' || (x.value ->> 'batch') AND w.stream = s.number AND w.key = x.value ->> 'unit' AND {rows w}
            AND t.stream = w.infused_in AND {rows t}`,
        { units: JSON.stringify(rows.filter(({ fate }) => fate === 'infused').map(({ batch, unit }) => ({ batch, unit }))) },
      )
      .filter(({ site, patient }) => sight.treatment({ site, patient: snapshot.name(patient) }));
    const care = careOf(snapshot, [...new Set(infused.map(({ treatment }) => treatment))]);
    for (const { batch, unit, treatment } of infused) {
      this.#byUnit.set(`${idOf(snapshot.name(batch))} ${unit}`, toldIn(careFields(care.get(treatment))));
    }
  }

  of({ batch, unit }: UnitRow): Told {
    return this.#byUnit.get(`${batch} ${unit}`) ?? UNTOLD;
  }
}

function toldIn({ notifiedAt, acknowledged, testsOffered, testsDeclined }: CareFields): Told {
  return { notifiedAt, acknowledged, testsOffered, testsDeclined };
}

const UNTOLD: Told = toldIn(careFields(undefined));

function actionOn({ fate, fateAt, restrictions, restrictedSince }: UnitRow): Pick<LookBackRow, 'action' | 'actionAt'> {
  if (fate === 'discarded') return { action: fate, actionAt: fateAt };
  if (restrictions.length === 0) return { action: null, actionAt: null };
  return { action: [...new Set(restrictions.map((each) => each.split(':', 1)[0]!))].join(', '), actionAt: restrictedSince };
}

/** Of those that the viewer may know of. */
function donationsOf(
  { snapshot, sight }: Asking,
  names: readonly StreamNumber[],
  { lastNegativeSample }: Finding,
): DonationRow[] {
  type Row = { donation: StreamNumber; source: string | null; collected_at: string | null };
  return snapshot
    .all<Row>(
      `SELECT d.stream AS donation, d.source, d.collected_at FROM json_each(:names) x CROSS JOIN donations d
        WHERE d.donor = x.value AND {rows d} ORDER BY d.row`,
      { names: JSON.stringify(names) },
    )
    .filter(({ donation }) => seesStream(snapshot, sight, donation))
    .map(({ donation, source, collected_at: collectedAt }) => ({
      donation: idOf(snapshot.name(donation)),
      source,
      collectedAt,
      atRisk: isAtRisk(collectedAt, lastNegativeSample),
    }));
}

function isAtRisk(collectedAt: string | null, lastNegative: string | null): boolean {
  return lastNegative === null || collectedAt === null || Date.parse(collectedAt) > Date.parse(lastNegative);
}

/** Of the person, under whatever pseudonyms: one of them ineligible is enough. */
function findingOf(snapshot: Snapshot, names: readonly StreamNumber[]): Finding {
  type Row = { eligibility: string | null; eligibility_at: string | null; eligibility_reasons: string | null };
  const asked = { names: JSON.stringify(names) };
  const [row] = snapshot.all<Row>(
    `SELECT p.eligibility, p.eligibility_at, p.eligibility_reasons FROM json_each(:names) x CROSS JOIN persons p
      WHERE p.stream = x.value AND {rows p} ORDER BY p.eligibility IS 'ineligible' DESC, x.key`,
    asked,
  );
  const results = snapshot.all<{ marker: string; result: string; sampled_at: string }>(
    'SELECT m.marker, m.result, m.sampled_at FROM json_each(:names) x CROSS JOIN markers m WHERE m.stream = x.value AND {rows m}',
    asked,
  );
  const reactive = [...new Set(results.filter(({ result }) => result === 'reactive').map(({ marker }) => marker))].sort();
  const lastNegatives = reactive.map((marker) =>
    results
      .filter((each) => each.marker === marker && each.result === 'non-reactive')
      .map(({ sampled_at }) => sampled_at)
      .reduce<string | null>((last, at) => (last === null || Date.parse(at) > Date.parse(last) ? at : last), null),
  );
  const lastNegativeSample = earliest(lastNegatives);
  return {
    eligibility: row?.eligibility ?? null,
    since: row?.eligibility_at ?? null,
    reasons: JSON.parse(row?.eligibility_reasons ?? '[]') as string[],
    reactive,
    lastNegativeSample,
    windowFrom: lastNegativeSample,
    windowTo: row?.eligibility === 'ineligible' ? (row.eligibility_at ?? null) : null,
  };
}

/** The earliest; null where one is missing, since that marker was never seen to be negative. */
function earliest(times: readonly (string | null)[]): string | null {
  return times.reduce<string | null>((first, at, n) => {
    if (n === 0) return at;
    if (first === null || at === null) return null;
    return Date.parse(at) < Date.parse(first) ? at : first;
  }, null);
}
