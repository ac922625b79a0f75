import { entryOf } from './memory.ts';
import { idIn, type Seen } from './policy.ts';

/**
 * Who gave what went where, as far as the policies need it: persons → donations → every batch downstream → treatments. A batch's origins are
 * transitive already (`batch.origins-resolved`), pools and pools of pools included.
 */
export type Lineage = {
  readonly donations: Map<string, { readonly persons: readonly string[]; readonly autologous: boolean }>;
  /** By person: donations given by or, for a newborn, born of. */
  readonly given: Map<string, Set<string>>;
  /** By donation: batches downstream. */
  readonly descendants: Map<string, Set<string>>;
  /** By child: the birth mother, where the child's own record names her. The first registration stands. */
  readonly mothers: Map<string, string>;
  /** By batch: donations upstream. */
  readonly origins: Map<string, Set<string>>;
  /** By batch: treatments in which one of its units was infused. */
  readonly exposed: Map<string, Set<string>>;
};

/** Whichever of them is told first says that a recipient is exposed. */
export const INFUSION_STEPS = [
  'batch.unit-infusion-started.',
  'batch.unit-infusion-interrupted.',
  'batch.unit-infusion-ended.',
] as const;
export const INFUSION_TYPES = ['batch.unit-infused.', ...INFUSION_STEPS] as const;

/** Tells of an infusion that the batch could not take in: somebody was given of a unit that another patient had been given of. */
export const RECIPIENT_TYPE = 'treatment.infusion-recorded.';

/** A newborn's record may name the mother where no donation does. */
export const MOTHER_TYPE = 'person.registered.';

export const LINEAGE_TYPES = [
  MOTHER_TYPE,
  'donation.registered.',
  'batch.origins-resolved.',
  ...INFUSION_TYPES,
  RECIPIENT_TYPE,
] as const;

export function isInfusion(type: string): boolean {
  return INFUSION_TYPES.some((prefix) => type.startsWith(prefix));
}

export function emptyLineage(): Lineage {
  return {
    donations: new Map(),
    given: new Map(),
    mothers: new Map(),
    descendants: new Map(),
    origins: new Map(),
    exposed: new Map(),
  };
}

/** One chain from a person to a batch. */
export type Descent = {
  readonly person: string;
  readonly donation: string;
  readonly autologous: boolean;
  readonly batch: string;
};

export type LineageNews = {
  /** Chains that are complete since this event. */
  readonly descents: readonly Descent[];
  readonly exposure: { readonly batch: string; readonly treatment: string } | null;
};

const NO_NEWS: LineageNews = { descents: [], exposure: null };

/** What the event adds. */
export function addToLineage(lineage: Lineage, { type, stream, data }: Seen): LineageNews {
  if (type.startsWith(MOTHER_TYPE)) return addMother(lineage, idIn(stream), (data as ChildData).birthMother);
  if (type.startsWith('donation.registered.')) return addDonation(lineage, idIn(stream), data as RegisteredData);
  if (type.startsWith('batch.origins-resolved.')) return addOrigins(lineage, idIn(stream), data as OriginsData);
  if (isInfusion(type)) return addExposure(lineage, idIn(stream), (data as InfusedData).treatment);
  if (type.startsWith(RECIPIENT_TYPE)) return addExposure(lineage, (data as RecipientData).batch, idIn(stream));
  return NO_NEWS;
}

type ChildData = { readonly birthMother?: string };
type RegisteredData = { readonly donor: string; readonly birthMother?: string; readonly kind: string };
type OriginsData = { readonly donations: readonly string[] };
type InfusedData = { readonly treatment?: string };
type RecipientData = { readonly batch: string };

function addDonation(lineage: Lineage, donation: string, { donor, birthMother, kind }: RegisteredData): LineageNews {
  const mother = birthMother ?? lineage.mothers.get(donor);
  const persons = [...new Set(mother === undefined ? [donor] : [donor, mother])];
  lineage.donations.set(donation, { persons, autologous: kind === 'autologous' });
  for (const person of persons) entryOf(lineage.given, person, () => new Set<string>()).add(donation);
  return { descents: descentsOf(lineage, donation, lineage.descendants.get(donation) ?? []), exposure: null };
}

/** What the child has given is of the mother too, unless the donation names another one. */
function addMother(lineage: Lineage, child: string, mother: string | undefined): LineageNews {
  if (mother === undefined || lineage.mothers.has(child)) return NO_NEWS;
  lineage.mothers.set(child, mother);
  const descents = [...(lineage.given.get(child) ?? [])].flatMap((donation) => {
    const known = lineage.donations.get(donation);
    if (!known || known.persons.length > 1 || mother === child) return [];
    lineage.donations.set(donation, { ...known, persons: [child, mother] });
    entryOf(lineage.given, mother, () => new Set<string>()).add(donation);
    return descentsOf(lineage, donation, lineage.descendants.get(donation) ?? []).filter(({ person }) => person === mother);
  });
  return { descents, exposure: null };
}

function addOrigins(lineage: Lineage, batch: string, { donations }: OriginsData): LineageNews {
  const origins = entryOf(lineage.origins, batch, () => new Set<string>());
  const fresh = donations.filter((donation) => !origins.has(donation));
  for (const donation of fresh) {
    origins.add(donation);
    entryOf(lineage.descendants, donation, () => new Set<string>()).add(batch);
  }
  return { descents: fresh.flatMap((donation) => descentsOf(lineage, donation, [batch])), exposure: null };
}

function addExposure(lineage: Lineage, batch: string, treatment: string | undefined): LineageNews {
  if (treatment === undefined) return NO_NEWS;
  const treatments = entryOf(lineage.exposed, batch, () => new Set<string>());
  if (treatments.has(treatment)) return NO_NEWS;
  treatments.add(treatment);
  return { descents: [], exposure: { batch, treatment } };
}

function descentsOf(lineage: Lineage, donation: string, batches: Iterable<string>): Descent[] {
  const known = lineage.donations.get(donation);
  if (!known) return [];
  return [...batches].flatMap((batch) =>
    known.persons.map((person) => ({ person, donation, autologous: known.autologous, batch })),
  );
}

/** Every chain that begins with this person. */
export function descentsFrom(lineage: Lineage, person: string): Descent[] {
  return [...(lineage.given.get(person) ?? [])].flatMap((donation) =>
    descentsOf(lineage, donation, lineage.descendants.get(donation) ?? []).filter((descent) => descent.person === person),
  );
}

/** Every chain that ends in this batch. */
export function descentsTo(lineage: Lineage, batch: string): Descent[] {
  return [...(lineage.origins.get(batch) ?? [])].flatMap((donation) => descentsOf(lineage, donation, [batch]));
}

export function treatmentsOf(lineage: Lineage, batch: string): readonly string[] {
  return [...(lineage.exposed.get(batch) ?? [])];
}
