import { batch } from '../batch/index.ts';
import type { BatchState } from '../batch/state.ts';
import type { Recorded, RegimeId } from '../kernel/index.ts';
import { type RetentionTerm, retentionTerm } from '../rules/index.ts';
import { instant } from '../time/index.ts';
import { type RetentionReason, reason } from './reasons.ts';

/** What the requester states because no record tells it. It can only lengthen what the records say. */
export type StatedForRetention = {
  /** RFC 3339: when the last of the studies ended. */
  readonly studyEnded?: string | undefined;
  /** That offspring are involved (a pregnancy, germ cells). */
  readonly offspring?: boolean | undefined;
};

export type RetentionVerdict =
  | { readonly allowed: true; readonly reasons: readonly RetentionReason[] }
  | {
      readonly allowed: false;
      /** RFC 3339, UTC: not before; null: without end. */
      readonly until: string | null;
      /** False: the term has not begun, and {@link until} is only the earliest end that it can have. */
      readonly begun: boolean;
      readonly reasons: readonly RetentionReason[];
    };

/** A `person` is a donor, birth mother or patient; of an `organisation` (`org:<id>`) the vault holds free texts. */
export type SubjectKind = 'person' | 'staff' | 'organisation';

type Treatment = { regime: RegimeId | undefined; closed: boolean; offspring: boolean; last: number };

const OPENING = new Set(['person.registered.v1', 'donation.registered.v1', 'batch.origins-resolved.v1', 'treatment.planned.v1']);
const ENDING = new Set(['treatment.closed.v1', 'treatment.lost-to-follow-up.v1']);
const GIVING = new Set([
  'batch.unit-infused.v1',
  'batch.unit-infusion-started.v1',
  'batch.unit-infusion-interrupted.v1',
  'batch.unit-infusion-ended.v1',
]);
const CONGENITAL = 'congenital-anomaly';
const PREGNANCY = 'treatment.pregnancy-reported.v1';

/**
 * May a subject's personal values be erased? A fold over the whole log, in its order: donations of the person, every batch that came of
 * them, the treatments in which those cells were given, and the person's own treatments, under whichever of their pseudonyms. No rule reads a
 * personal field.
 *
 * The term begins with the last record about any of them, and not while cells are on hand or a treatment is open.
 */
export class Retention {
  readonly #subject: string;
  /** Every pseudonym of the person. */
  readonly #names: ReadonlySet<string>;
  readonly #kind: SubjectKind;
  readonly #donations = new Set<string>();
  /** Pseudonyms of whoever names the person as birth mother, where no donation may. */
  readonly #children = new Set<string>();
  /** By donor: donations that name no birth mother. */
  readonly #given = new Map<string, string[]>();
  readonly #batches = new Map<string, BatchState>();
  readonly #treatments = new Map<string, Treatment>();
  /** Streams of treatments that are the person's own, or in which their cells were given. */
  readonly #concerned = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;
  #seen = false;

  /** @param names every pseudonym of a person, by the links that stand now: a link may be recorded long after what it concerns */
  constructor(subject: string, kind: SubjectKind, names: Iterable<string> = []) {
    this.#subject = subject;
    this.#kind = kind;
    this.#names = new Set([subject, ...(kind === 'person' ? names : [])]);
  }

  /** Whether an event of that stream and type may matter: what does not need not be read. */
  wants(stream: string, type: string): boolean {
    if (this.#kind !== 'person') return true;
    return (
      OPENING.has(type) ||
      this.#isPerson(stream) ||
      stream.startsWith('treatment-') ||
      this.#donations.has(stream) ||
      this.#batches.has(stream)
    );
  }

  add(event: Recorded): void {
    if (this.#kind === 'person') this.#addToPerson(event);
    else if ((this.#kind === 'staff' ? event.actor.person : `org:${event.actor.org}`) === this.#subject) this.#touch(event);
    else if (event.stream === `staff-${this.#subject}`) this.#touch(event);
  }

  /** Whether anything was recorded about the subject. */
  get known(): boolean {
    return this.#seen;
  }

  /** @param now RFC 3339, UTC */
  verdict(now: string, stated: StatedForRetention = {}): RetentionVerdict {
    if (this.#kind === 'person' && this.#donations.size === 0 && this.#concerned.size === 0) {
      return { allowed: true, reasons: [reason('retention.nothing-to-look-back-to')] };
    }
    if (!this.#seen) return { allowed: true, reasons: [reason('retention.nothing-to-look-back-to')] };
    const treatments = [...this.#concerned].flatMap((stream) => this.#treatments.get(stream) ?? []);
    const batches = [...this.#batches.values()];
    const terms = this.#terms(treatments, batches);
    const permanent = terms.find(({ offspringPermanent }) => offspringPermanent);
    if (permanent && (stated.offspring || treatments.some(({ offspring }) => offspring))) {
      return { allowed: false, until: null, begun: true, reasons: [reason('retention.offspring', permanent)] };
    }
    const longest = terms.reduce((most, term) => (term.years > most.years ? term : most));
    const studied = terms.find(({ afterStudy }) => afterStudy);
    const last = Math.max(
      this.#last,
      ...treatments.map((treatment) => treatment.last),
      stated.studyEnded === undefined ? Number.NEGATIVE_INFINITY : instant(stated.studyEnded),
    );
    const notBegun = [
      ...(treatments.some(({ closed }) => !closed) ? [reason('retention.treatment-open', longest)] : []),
      ...(batches.some(hasUnitsOnHand) ? [reason('retention.units-on-hand', longest)] : []),
      ...(studied && stated.studyEnded === undefined ? [reason('retention.study-end-unknown', studied)] : []),
    ];
    const until = yearsAfter(last, longest.years);
    const runs = until > now;
    if (!runs && notBegun.length === 0) return { allowed: true, reasons: [reason('retention.term-over', longest)] };
    return {
      allowed: false,
      until,
      begun: notBegun.length === 0,
      reasons: [
        ...notBegun,
        ...(runs ? [reason('retention.term-runs', longest)] : []),
        ...(this.#names.size > 1 ? [reason('retention.linked')] : []),
      ],
    };
  }

  #isPerson(stream: string): boolean {
    return stream.startsWith('person-') && this.#names.has(stream.slice('person-'.length));
  }

  /** One for each regime under which the cells were made or given; the strictest of all where none is known. */
  #terms(treatments: readonly Treatment[], batches: readonly BatchState[]): RetentionTerm[] {
    const regimes = new Set([...treatments.map(({ regime }) => regime), ...batches.map(({ regime }) => regime)]);
    if (regimes.size > 1) regimes.delete(undefined);
    return regimes.size === 0 ? [retentionTerm(undefined)] : [...regimes].map(retentionTerm);
  }

  #addToPerson(event: Recorded): void {
    const { stream, type } = event;
    if (this.#isPerson(stream)) this.#touch(event);
    if (stream.startsWith('treatment-')) {
      this.#addToTreatment(event);
      return;
    }
    if (type === 'person.registered.v1') {
      const { birthMother } = event.data as { birthMother?: string };
      const child = stream.slice('person-'.length);
      if (birthMother !== undefined && this.#names.has(birthMother) && !this.#children.has(child)) {
        this.#children.add(child);
        for (const donation of this.#given.get(child) ?? []) this.#donations.add(donation);
      }
    }
    if (type === 'donation.registered.v1') {
      const { donor, birthMother } = event.data as { donor: string; birthMother?: string };
      if (birthMother === undefined) this.#given.set(donor, [...(this.#given.get(donor) ?? []), stream]);
      const mother = birthMother ?? (this.#children.has(donor) ? this.#subject : undefined);
      if (this.#names.has(donor) || (mother !== undefined && this.#names.has(mother))) this.#donations.add(stream);
    }
    if (this.#donations.has(stream)) this.#touch(event);
    if (type === 'batch.origins-resolved.v1') this.#follow(event);
    const state = this.#batches.get(stream);
    if (!state) return;
    this.#touch(event);
    batch.facts.get(type)?.evolve(state, event);
    if (GIVING.has(type)) this.#concerned.add(`treatment-${(event.data as { treatment: string }).treatment}`);
  }

  /** Origins are transitive: whatever came of a donation names it. */
  #follow({ stream, data }: Recorded): void {
    const { donations } = data as { donations: readonly string[] };
    if (this.#batches.has(stream) || !donations.some((id) => this.#donations.has(`donation-${id}`))) return;
    this.#batches.set(stream, batch.initial(stream.slice('batch-'.length)));
  }

  #addToTreatment({ stream, type, data, ...event }: Recorded): void {
    const known = this.#treatments.get(stream) ?? {
      regime: undefined,
      closed: false,
      offspring: false,
      last: Number.NEGATIVE_INFINITY,
    };
    this.#treatments.set(stream, known);
    known.last = Math.max(known.last, timeOf(event));
    known.closed ||= ENDING.has(type);
    known.offspring ||= type === PREGNANCY || JSON.stringify(data).includes(`"${CONGENITAL}"`);
    if (type === 'treatment.regime-resolved.v1') known.regime = (data as { regime: RegimeId }).regime;
    if (type === 'treatment.planned.v1' && this.#names.has((data as { patient: string }).patient)) {
      this.#concerned.add(stream);
      this.#seen = true;
    }
  }

  #touch(event: Pick<Recorded, 'occurredAt' | 'recordedAt'>): void {
    this.#seen = true;
    this.#last = Math.max(this.#last, timeOf(event));
  }
}

function hasUnitsOnHand({ units }: BatchState): boolean {
  return [...units.values()].some(({ end }) => end === null);
}

function timeOf({ occurredAt, recordedAt }: Pick<Recorded, 'occurredAt' | 'recordedAt'>): number {
  return occurredAt === null ? Date.parse(recordedAt) : instant(occurredAt);
}

/** A day of the calendar, not a number of days: 29 February becomes 1 March. */
function yearsAfter(from: number, years: number): string {
  const end = new Date(from);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end.toISOString();
}
