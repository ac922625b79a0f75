import { TraceError } from '../errors.ts';
import { asSeen, type Exposed, exposedByRecord, exposedIn } from '../query/exposures.ts';
import { GivenOf } from '../query/given.ts';
import { PrintedNames } from '../query/names.ts';
import { knownBy } from '../query/origin.ts';
import { PendingResults } from '../query/pending-results.ts';
import { type FollowedLink, type FollowLinks, namesOfPerson } from '../query/person-links.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { infusionsOf, treatmentsOf } from '../query/treatments.ts';
import { batchesOf, Decisions, findUnit, type UnitFound, unitsInfusedIn, unitsOf } from '../query/unit-rows.ts';
import { namedLinks, walkUp } from '../query/walk.ts';
import { type Answer, type Asking, answer, Paths } from './answer.ts';
import { columns } from './columns.ts';
import { GIVEN_FIELDS, type GivenFields, givenFields } from './given-fields.ts';
import { donorKnownTo, personLinksSeen } from './permission.ts';
import { UNIT_COLUMNS, type UnitFields, unitFields } from './unit-fields.ts';
import { sightOf } from './units.ts';

export type GivenRow = UnitFields &
  GivenFields & {
    readonly treatment: string;
    readonly hospital: string | null;
    readonly infusedAt: string | null;
    readonly infusedUntil: string | null;
    readonly route: string | null;
    readonly thawToInfusionMinutes: number | null;
    readonly reaction: string | null;
    readonly releasedAt: string | null;
    /** Of the tests that a conditional or exceptional release left open, those that nothing has answered since. */
    readonly resultsPending: readonly string[];
    readonly failedSince: readonly string[];
    /** The batch's record, the treatment's, or a report that could not be applied. */
    readonly recordedIn: readonly string[];
  };

const GIVEN_COLUMNS = columns({
  treatment: ['Treatment', '治疗'],
  hospital: ['Hospital', '医院'],
  infusedAt: ['Infused', '输注时间'],
  infusedUntil: ['Until', '输注结束'],
  ...GIVEN_FIELDS,
  route: ['Route', '途径'],
  thawToInfusionMinutes: ['Thaw to infusion, min', '复苏至输注（分钟）'],
  reaction: ['Reaction', '反应'],
  ...UNIT_COLUMNS,
  releasedAt: ['Released', '放行时间'],
  resultsPending: ['Results still pending', '仍待出结果'],
  failedSince: ['Failed since', '其后不合格'],
  recordedIn: ['Recorded in', '记录于'],
});

type Given = {
  readonly treatments: readonly StreamNumber[];
  readonly units: readonly Exposed[];
  /** Links between pseudonyms of the patient that were followed. */
  readonly followed: readonly FollowedLink[];
};

/**
 * Trace 3: what a patient was given. Asked by the treating site, oversight, or the patient.
 *
 * @throws TraceError `not-found`
 */
export function traceGiven(asking: Asking, patient: string, links?: FollowLinks): Answer<GivenRow> {
  const { snapshot } = asking;
  const { treatments, units, followed } = givenTo(asking, patient, links);
  const batchNumbers = [...new Set(units.map(({ batch }) => batch))];
  const batches = batchesOf(snapshot, batchNumbers);
  const decisions = new Decisions(snapshot, batchNumbers);
  const printed = new PrintedNames(snapshot, batchNumbers, units);
  const amounts = new GivenOf(snapshot, units);
  const sites = new Sites(snapshot);
  const pending = new PendingResults(snapshot);
  const found = treatmentsOf(snapshot, treatments);
  const infusions = infusionsOf(snapshot, treatments);
  const rows = units.map((unit): GivenRow => {
    const disposition = decisions.dispositionOf(unit);
    const infusion = infusions.get(`${unit.infused_in}|${unit.id}`);
    const told = unit.toldIn === 'batch' ? amounts.of(unit) : undefined;
    return {
      ...unitFields(snapshot, unit, batches.get(unit.batch), { decisions, printed, sites }),
      treatment: idOf(snapshot.name(unit.infused_in)),
      hospital: found.get(unit.infused_in)?.site ?? unit.allocated_site,
      infusedAt: unit.infused_at,
      infusedUntil: infusion?.stopped_at ?? told?.stopped_at ?? null,
      ...givenFields(told, infusion?.dose ?? null),
      route: infusion?.route ?? null,
      thawToInfusionMinutes: infusion?.thaw_to_infusion_minutes ?? null,
      reaction: infusion?.reaction ?? null,
      releasedAt: disposition?.decided_at ?? null,
      resultsPending: disposition ? pending.of(unit.batch, disposition) : [],
      failedSince: failuresAfter(snapshot, unit),
      recordedIn: unit.toldIn === 'batch' && infusion ? ['batch', 'treatment'] : [unit.toldIn],
    };
  });
  return answer(asking, {
    trace: 'given',
    columns: GIVEN_COLUMNS,
    rows,
    personLinks: personLinksSeen(asking, followed),
    streams: [...treatments, ...batchNumbers],
    units,
    printed,
  });
}

/** Results that failed, as they were reported after the infusion. */
function failuresAfter(snapshot: Snapshot, { batch, infused_at }: UnitFound): string[] {
  const failed = snapshot.all<{ test: string; reported_at: string | null }>(
    "SELECT t.test, t.reported_at FROM tests t WHERE t.stream = :batch AND t.verdict = 'fail' AND {rows t}",
    { batch },
  );
  return failed
    .filter(({ reported_at }) => reported_at === null || infused_at === null || Date.parse(reported_at) > Date.parse(infused_at))
    .map(({ test, reported_at }) => `${test} (${reported_at ?? '?'})`);
}

/**
 * The viewer's share of a patient's treatments, under whatever pseudonyms, and the units infused in them.
 *
 * @throws TraceError `not-found`
 */
export function givenTo({ snapshot, sight }: Asking, patient: string, links: FollowLinks = 'follow'): Given {
  const stream = `person-${patient}`;
  const person = knownBy(snapshot, stream) ?? snapshot.number(stream);
  const { names, followed } = person === undefined ? NOBODY : namesOfPerson(snapshot, person, links);
  const treatments = snapshot
    .all<{ treatment: StreamNumber; site: string | null; patient: StreamNumber }>(
      'SELECT t.stream AS treatment, t.site, t.patient FROM json_each(:names) x CROSS JOIN treatments t WHERE t.patient = x.value AND {rows t}',
      { names: JSON.stringify(names) },
    )
    .filter(({ site, patient: named }) => sight.treatment({ site, patient: snapshot.name(named) }));
  // Who knows nothing of the name that was asked for learns nothing of any other; oversight knows them all.
  if (!treatments.some(({ patient: named }) => sight.everything || named === person)) {
    throw new TraceError('not-found', `nothing is known of a patient ${patient} at this moment`);
  }
  const numbers = treatments.map(({ treatment }) => treatment);
  const beside = exposedIn(snapshot, numbers);
  const batches = batchesOf(snapshot, [...new Set(beside.map(({ batch }) => batch))]);
  const isSeen = (unit: Exposed) => sight.unit(sightOf(snapshot, unit, batches.get(unit.batch)));
  const units = [...exposedByRecord(unitsInfusedIn(snapshot, numbers)), ...beside.map((unit) => asSeen(unit, isSeen(unit)))];
  return { treatments: numbers, units, followed };
}

const NOBODY = { names: [], followed: [] } as const;

export type DonorRow = {
  readonly unit: string;
  readonly batch: string;
  readonly donation: string;
  readonly donationIdentifiers: readonly string[];
  /** Pseudonym, or an alias of the viewer's own. */
  readonly donor: string | null;
  readonly source: string | null;
  readonly collectedAt: string | null;
  readonly eligibilityThen: string | null;
  /** The worst under all pseudonyms of the person, where links are followed. */
  readonly eligibilityNow: string | null;
  readonly markers: readonly string[];
  readonly depth: number;
  readonly path: readonly string[];
};

const DONOR_COLUMNS = columns({
  unit: ['Unit', '单元'],
  batch: ['Batch', '批次'],
  donation: ['Donation', '捐献'],
  donationIdentifiers: ['Donation number as printed', '捐献编号（印刷）'],
  donor: ['Donor', '供者'],
  source: ['Source', '来源组织'],
  collectedAt: ['Collected', '采集时间'],
  eligibilityThen: ['Eligibility when infused', '输注时合格性'],
  eligibilityNow: ['Eligibility now', '当前合格性'],
  markers: ['Markers (sample time)', '标志物（采样时间）'],
  depth: ['Steps', '步数'],
  path: ['Path', '路径'],
});

/** Trace 4, the persons: from whom a patient's cells came. @throws TraceError `not-found` */
export function traceDonors(asking: Asking, patient: string, links?: FollowLinks): Answer<DonorRow> {
  const { treatments, units, followed } = givenTo(asking, patient, links);
  const answered = donorsOf(asking, units, treatments, links);
  const own = personLinksSeen(asking, followed);
  return {
    ...answered,
    personLinks: [...own, ...answered.personLinks.filter(({ link }) => !own.some((each) => each.link === link))],
  };
}

/**
 * The same for a unit, or for all units of a batch: asked by its laboratory, and by who holds or was allocated the units.
 *
 * @throws TraceError `not-found`
 */
export function traceOrigins(asking: Asking, origin: { readonly batch: string } | { readonly unit: string }): Answer<DonorRow> {
  const { snapshot, sight } = asking;
  const number = 'batch' in origin ? knownBy(snapshot, `batch-${origin.batch}`) : undefined;
  const all = 'unit' in origin ? findUnit(snapshot, origin.unit) : number === undefined ? [] : unitsOf(snapshot, [number]);
  const batches = batchesOf(snapshot, [...new Set(all.map(({ batch }) => batch))]);
  const units = all.filter((unit) => sight.unit(sightOf(snapshot, unit, batches.get(unit.batch))));
  if (units.length === 0) throw new TraceError('not-found', `nothing is known of ${JSON.stringify(origin)} at this moment`);
  return donorsOf(asking, units, []);
}

function donorsOf(
  asking: Asking,
  units: readonly UnitFound[],
  beside: readonly StreamNumber[],
  following: FollowLinks = 'follow',
): Answer<DonorRow> {
  const { snapshot, sight } = asking;
  const rows: DonorRow[] = [];
  const streams = new Set<StreamNumber>(beside);
  const links = new Map<string, ReturnType<typeof namedLinks>[number]>();
  const persons = new PersonsSeen(asking);
  const followed = new Map<string, FollowedLink>();
  for (const [batch, own] of Map.groupBy(units, (unit) => unit.batch)) {
    const reached = walkUp(snapshot, [batch]);
    for (const link of namedLinks(snapshot, reached)) links.set(JSON.stringify(link), link);
    for (const stream of reached.streams) streams.add(stream);
    const donations = donationsAmong(snapshot, reached.streams);
    const printed = new PrintedNames(
      snapshot,
      donations.map(({ donation }) => donation),
      [],
    );
    const paths = new Paths(snapshot, reached);
    for (const unit of own) {
      const then = unit.infused_in === null ? null : snapshot.at(infusionEntry(snapshot, unit));
      for (const given of donations) {
        const isKnown = persons.isKnown(given.donor);
        const now = eligibilityOf(snapshot, given.donor, following);
        for (const link of now.followed)
          if (persons.isKnown(link.from) && persons.isKnown(link.to)) followed.set(link.link, link);
        const donation = snapshot.name(given.donation);
        rows.push({
          unit: unit.id,
          batch: idOf(snapshot.name(batch)),
          donation: isKnown ? idOf(donation) : sight.alias(donation),
          donationIdentifiers: isKnown ? printed.ofStream(given.donation).map(({ value }) => value) : [],
          donor: persons.name(given.donor),
          source: given.source,
          collectedAt: isKnown ? given.collected_at : null,
          eligibilityThen: then && eligibilityOf(then, given.donor, following).status,
          eligibilityNow: now.status,
          markers: sight.viewer.kind === 'patient' ? [] : markersOf(snapshot, given.donor),
          depth: reached.depth.get(given.donation)!,
          path: [unit.id, ...paths.to(given.donation)],
        });
      }
    }
  }
  const seesAll = sight.everything;
  return answer(asking, {
    trace: 'donors',
    columns: DONOR_COLUMNS,
    // What lies between is another laboratory's, and the donation's own number would tell two hospitals of one donor.
    rows: seesAll ? rows : rows.map((row) => ({ ...row, path: [row.unit, `batch-${row.batch}`, row.donation] })),
    links: seesAll ? [...links.values()] : [],
    personLinks: personLinksSeen(asking, [...followed.values()]),
    streams: [...streams],
    units,
  });
}

type DonationFound = {
  readonly donation: StreamNumber;
  readonly donor: StreamNumber | null;
  readonly source: string | null;
  readonly collected_at: string | null;
};

function donationsAmong(snapshot: Snapshot, streams: readonly StreamNumber[]): DonationFound[] {
  return snapshot.all<DonationFound>(
    `SELECT d.stream AS donation, d.donor, d.source, d.collected_at FROM json_each(:streams) s CROSS JOIN donations d
      WHERE d.stream = s.value AND {rows d}`,
    { streams: JSON.stringify(streams) },
  );
}

/** Donors as the viewer may call them. */
class PersonsSeen {
  readonly #names = new Map<StreamNumber, string | null>();
  readonly #asking: Asking;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  name(person: StreamNumber | null): string | null {
    const name = this.#seen(person);
    return name?.startsWith('person-') ? idOf(name) : name;
  }

  /** Whether the viewer knows the donor by pseudonym, and so the donation by its number. */
  isKnown(person: StreamNumber | null): boolean {
    return this.#seen(person)?.startsWith('person-') ?? false;
  }

  #seen(person: StreamNumber | null): string | null {
    if (person === null) return null;
    const { snapshot, sight } = this.#asking;
    if (!this.#names.has(person)) {
      this.#names.set(person, sight.donor(snapshot.name(person), donorKnownTo(snapshot, person)));
    }
    return this.#names.get(person) ?? null;
  }
}

/** The log entry that said that the unit was infused. */
function infusionEntry(
  snapshot: Snapshot,
  { id, batch, infused_in, since }: UnitFound & Partial<Pick<Exposed, 'since'>>,
): number {
  if (since != null) return since;
  return snapshot.get<{ entry: number }>(
    'SELECT min(w.began) AS entry FROM whereabouts w WHERE w.stream = :batch AND w.key = :id AND w.infused_in = :infused_in',
    { id, batch, infused_in },
  )!.entry;
}

/** From the worst; what is not here says nothing against a person. */
const AGAINST = ['ineligible', 'incomplete'];

/** The person's own, or what is worse under another of their pseudonyms. */
function eligibilityOf(snapshot: Snapshot, person: StreamNumber | null, links: FollowLinks) {
  if (person === null) return { status: null, followed: [] };
  const { names, followed } = namesOfPerson(snapshot, person, links);
  const found = snapshot.all<{ person: StreamNumber; eligibility: string | null }>(
    'SELECT p.stream AS person, p.eligibility FROM json_each(:names) x CROSS JOIN persons p WHERE p.stream = x.value AND {rows p}',
    { names: JSON.stringify(names) },
  );
  const own = found.find((each) => each.person === person)?.eligibility ?? null;
  return { status: AGAINST.find((status) => found.some(({ eligibility }) => eligibility === status)) ?? own, followed };
}

function markersOf(snapshot: Snapshot, person: StreamNumber | null): string[] {
  if (person === null) return [];
  return snapshot
    .all<{ marker: string; result: string; sampled_at: string }>(
      'SELECT m.marker, m.result, m.sampled_at FROM markers m WHERE m.stream = :person AND {rows m} ORDER BY m.row',
      { person },
    )
    .map(({ marker, result, sampled_at }) => `${marker}: ${result} (${sampled_at})`);
}
