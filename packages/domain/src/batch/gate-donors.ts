import { type DonationState, donation } from '../donation/index.ts';
import { broken, type Check } from '../kernel/index.ts';
import {
  areOnePerson,
  type Consent,
  consentsTo,
  linkedTo,
  namesOfPerson,
  type PersonState,
  person,
  readMarkers,
} from '../person/index.ts';
import { localDateOf } from '../time/index.ts';
import type { TreatmentState } from '../treatment/state.ts';
import type { GateReader } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { legaciesOf } from './legacy-gaps.ts';
import type { BatchState, Legacy, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/** Eligibility and consent of everyone upstream, with the exceptions that the law knows. */
export function donorFaults(
  state: BatchState,
  unit: Unit,
  planned: TreatmentState | undefined,
  at: string | null,
  reader: GateReader,
): Check {
  const ids = [...state.origins.donations];
  const undeclared = legaciesOf(state, reader).filter(({ legacy }) => lacksDonors(legacy));
  if (ids.length === 0 && undeclared.length === 0) return broken(gateRules.donorsUnknown, '/unit', { unit: nameOf(unit) });
  const donations = reader.states(donation, ids);
  const people = reader.states(person, [...new Set(ids.flatMap((id) => peopleOf(donations.get(id))))]);
  // The mother of a newborn may be named by the newborn's own record only.
  const mothers = reader.states(person, [...new Set([...people.values()].flatMap((each) => each?.birthMother ?? []))]);
  const known = ids.map((id) => {
    const given = donations.get(id);
    if (!given?.registered || given.donor === null) return broken(gateRules.donorsUnknown, '/unit', { unit: nameOf(unit) });
    const donor = people.get(given.donor);
    const motherId = given.birthMother ?? donor?.birthMother ?? null;
    const mother = motherId === null ? undefined : (people.get(motherId) ?? mothers.get(motherId));
    const others = [donor, mother].flatMap((each) => otherNames(each, reader));
    const source: Source = { name: given.identifiers[0]?.value ?? id, given, donor, mother, others };
    return [
      // Where no chain of identity is asked for, whoever is not known to be the patient is another donor.
      given.kind === 'autologous' && (state.autologous || isPatient(source, planned, reader))
        ? autologousFaults(source)
        : allogeneicFaults(source, planned),
      given.kind === 'autologous' &&
        planned?.patient != null &&
        !isPatient(source, planned, reader) &&
        broken(gateRules.autologousOther, '/treatment', { donation: source.name }),
      consentFaults(source, state.id, planned, at),
    ];
  });
  return [
    known,
    undeclared.map(({ name }) => undeclaredFault(nameOf(unit), name, planned)),
    state.autologous && poolFault(unit, [...donations.values()], reader),
  ];
}

/** Cells that were pooled under two names of one person are of two persons once the link is undone. */
function poolFault(unit: Unit, donations: readonly (DonationState | undefined)[], reader: GateReader): Check {
  const donors = new Set(donations.flatMap((given) => given?.donor ?? []));
  if (donors.size < 2 || areOnePerson([...donors], reader)) return undefined;
  return broken(gateRules.autologousPool, '/unit', { unit: nameOf(unit), count: donors.size });
}

/** An imported bank whose donors are not recorded here, or not all of them: who declares that gap beside a named donation means another one. */
function lacksDonors({ knowsDonors, gaps }: Legacy): boolean {
  return !knowsDonors || gaps.some(({ about }) => about === 'donor-identity');
}

/** Nobody can say whether an unrecorded donor was eligible: as for one whose determination is incomplete (21 CFR 1271.60(d)). */
function undeclaredFault(unit: string, bank: string, planned: TreatmentState | undefined): Check {
  const need = planned?.urgentMedicalNeed;
  if (need?.ground !== 'urgent-medical-need') return broken(gateRules.legacyDonors, '/unit', { unit, bank });
  if (!need.patientInformed) return broken(gateRules.riskNoticeMissing, '/treatment', { donation: bank });
  return broken(gateRules.exceptionUsed, '/unit', { donation: bank, status: 'incomplete', ground: need.ground });
}

type Source = {
  /** Printed number of the donation. */
  readonly name: string;
  readonly given: DonationState;
  readonly donor: PersonState | undefined;
  readonly mother: PersonState | undefined;
  /** Records of the same persons under other pseudonyms: what speaks against one speaks against all. */
  readonly others: readonly PersonState[];
};

/** Reads nothing where no pseudonym is linked. */
function otherNames(examined: PersonState | undefined, reader: GateReader): PersonState[] {
  if (!examined || linkedTo(examined).length === 0) return [];
  const names = [...namesOfPerson(examined.id, reader)].filter((name) => name !== examined.id);
  return [...reader.states(person, names).values()].filter((each) => each !== undefined);
}

function peopleOf(given: DonationState | undefined): string[] {
  return given ? [given.donor, given.birthMother].filter((id) => id !== null) : [];
}

/** Under whatever pseudonym. */
function isPatient({ given, donor }: Source, planned: TreatmentState | undefined, reader: GateReader): boolean {
  const { patient = null } = planned ?? {};
  if (patient === null) return false;
  return patient === given.donor || (!!donor && linkedTo(donor).length > 0 && namesOfPerson(donor.id, reader).has(patient));
}

/** Positive or untested cells of one's own are allowed, labelled and stored apart. */
function autologousFaults({ name, donor, others }: Source): Check {
  const { missing } = readMarkers(donor);
  const positive = [...new Set([donor, ...others].flatMap((each) => readMarkers(each).excluding.map(({ marker }) => marker)))];
  return [
    positive.length > 0 && broken(gateRules.autologousPositive, '/unit', { donation: name, markers: positive.join(', ') }),
    missing.length > 0 && broken(gateRules.autologousNotTested, '/unit', { donation: name, markers: missing.join(', ') }),
  ];
}

function allogeneicFaults(source: Source, planned: TreatmentState | undefined): Check {
  const { name, given, donor, mother } = source;
  const examined = [donor, mother].filter((each) => each !== undefined);
  return [
    eligibilityFaults(source, examined, planned),
    donor?.newborn && motherFaults(name, mother),
    examined.some((each) => readMarkers(each).riskAssessment) && broken(gateRules.hepatitisB, '/unit', { donation: name }),
    given.recipient !== null &&
      planned?.patient != null &&
      given.recipient !== planned.patient &&
      broken(gateRules.directedElsewhere, '/treatment', { donation: name }),
  ];
}

function motherFaults(name: string, mother: PersonState | undefined): Check {
  const { missing } = readMarkers(mother);
  return missing.length > 0 && broken(gateRules.motherNotTested, '/unit', { donation: name, markers: missing.join(', ') });
}

/** Donor and birth mother count together: one of them ineligible is enough against, both undetermined is incomplete. */
function eligibilityFaults(
  { name, given, others }: Source,
  examined: readonly PersonState[],
  planned: TreatmentState | undefined,
): Check {
  const statuses = examined.flatMap(({ eligibility }) => eligibility?.status ?? []);
  const everyName = [...examined, ...others];
  const reactive = everyName.flatMap(reactiveAgainst)[0];
  const foundIneligible = everyName.some(({ eligibility }) => eligibility?.status === 'ineligible');
  const ineligible = foundIneligible || reactive !== undefined;
  const incomplete = statuses.includes('incomplete') || !statuses.includes('eligible');
  if (!ineligible && !incomplete) return undefined;

  const need = planned?.urgentMedicalNeed ?? null;
  const ground = groundFor(given, planned, ineligible);
  if (ground !== null && need?.patientInformed) {
    const status = ineligible ? 'ineligible' : 'incomplete';
    return broken(gateRules.exceptionUsed, '/unit', { donation: name, status, ground });
  }
  if (ground !== null) return broken(gateRules.riskNoticeMissing, '/treatment', { donation: name });
  if (foundIneligible) return broken(gateRules.donorIneligible, '/unit', { donation: name });
  if (reactive !== undefined) return broken(gateRules.donorReactive, '/unit', { donation: name, ...reactive });
  return broken(gateRules.donorIncomplete, '/unit', { donation: name });
}

/** Results that speak against somebody who was found eligible without saying why in spite of them. */
function reactiveAgainst(examined: PersonState): { marker: string; result: string }[] {
  const { eligibility, screenings } = examined;
  const isAssessed = eligibility?.status === 'eligible' && eligibility.reasons.includes('risk-assessed');
  const answered = new Set(isAssessed ? screenings.slice(0, eligibility.screenings).flatMap(({ tests }) => tests) : []);
  return readMarkers(examined)
    .excluding.filter((test) => !answered.has(test))
    .map(({ marker, result }) => ({ marker, result }));
}

/** An ineligible donor may be a relative (21 CFR 1271.65(b)(1)(i)); an incomplete determination knows urgent need only (1271.60(d)). */
function groundFor(given: DonationState, planned: TreatmentState | undefined, ineligible: boolean): string | null {
  if (planned?.urgentMedicalNeed?.ground === 'urgent-medical-need') return 'urgent-medical-need';
  return ineligible && isRelative(given, planned) ? `${given.relationship} relative` : null;
}

function isRelative({ relationship, recipient }: DonationState, planned: TreatmentState | undefined): boolean {
  const close = relationship === 'first-degree' || relationship === 'second-degree';
  return close && (recipient === null || recipient === planned?.patient);
}

/** The birth mother may have consented for her newborn: either's consent carries the use, a withdrawal by either ends it. */
function consentFaults(
  { name, donor, mother }: Source,
  batchId: string,
  planned: TreatmentState | undefined,
  at: string | null,
): Check {
  const givers = [donor, mother].filter((each) => each !== undefined);
  const withdrawing = givers.filter((giver) => !consentsTo(giver, 'therapy'));
  const withdrawn = withdrawing.flatMap(withdrawalsOf);
  const against = withdrawing.flatMap((giver) =>
    withdrawalsOf(giver)
      .filter((each) => each.withdrawn?.effect !== 'none-on-material')
      .map((each) => ({ ...each.withdrawn!, isKept: isKept(giver, batchId, each.withdrawn!.event) })),
  );
  const undecided = against.find((each) => !each.isKept);
  if (undecided) return withdrawalFault(name, undecided.effect, planned);
  if (against.length > 0) return broken(gateRules.consentWithdrawnKept, '/unit', { donation: name });
  const standing = givers.some((giver) => consentsTo(giver, 'therapy')) || withdrawn.length > 0;
  return [
    !standing && broken(gateRules.consentMissing, '/unit', { donation: name }),
    givers
      .flatMap((giver) => [...giver.consents.values()])
      .map(({ giver, renewalDue, withdrawn: gone }) => {
        const due = giver !== 'self' && !gone && renewalDue !== null && at !== null && isDue(renewalDue, at);
        return due && broken(gateRules.consentRenewalDue, '/unit', { donation: name, due: renewalDue });
      }),
  ];
}

/** Withdrawal is not contamination: it takes no cells from a patient whose own marrow is gone. */
function withdrawalFault(donation: string, effect: string, planned: TreatmentState | undefined): Check {
  const conditioned = planned?.conditioningStarted;
  if (!conditioned) return broken(gateRules.consentWithdrawn, '/unit', { donation, effect });
  return broken(gateRules.consentWithdrawnConditioned, '/unit', { donation, physician: conditioned.physician });
}

/** Decided after this very withdrawal; what leaves research only needs a consent to therapy that stands. */
function isKept({ decisions }: PersonState, batchId: string, withdrawal: string): boolean {
  const decided = decisions.get(batchId);
  return decided?.decision === 'keep' && decided.withdrawal === withdrawal;
}

function withdrawalsOf(giver: PersonState): Consent[] {
  return [...giver.consents.values()].filter(
    ({ purposes, withdrawn }) =>
      withdrawn !== null && purposes.has('therapy') && (withdrawn.purposes === 'all' || withdrawn.purposes.has('therapy')),
  );
}

/** `due` is a date without a zone: the wall calendar of the reporter decides. */
function isDue(due: string, at: string): boolean {
  return localDateOf(at) >= due.slice(0, 10);
}
