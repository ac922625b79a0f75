import type { DonationState } from '../donation/index.ts';
import { sameChain } from '../identifiers/index.ts';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { areOnePerson } from '../person/index.ts';
import type { ProductState, StudyState } from '../registry/index.ts';
import { batchRules } from './rules.ts';
import { type BatchInput, type BatchState, standing } from './state.ts';
import { RESTRICTION_ZH } from './wording.ts';

export type Sources = {
  readonly donations: ReadonlyMap<string, DonationState | undefined>;
  readonly batches: ReadonlyMap<string, BatchState | undefined>;
};

type Opening = {
  readonly inputs: readonly BatchInput[];
  readonly autologous: boolean;
  readonly coi?: string | undefined;
  readonly tier?: string | undefined;
  readonly product: { readonly id: string; readonly specification: number };
  readonly study?: string | undefined;
};

/** Inputs exist, once each, and were fit for use. */
export function inputFaults(inputs: readonly BatchInput[], own: string, { donations, batches }: Sources, org: string): Check {
  const seen = new Set<string>();
  return inputs.map((input, i) => {
    const at = `/inputs/${i}`;
    const name = 'donation' in input ? `donation ${input.donation}` : `batch ${input.batch}, unit ${input.unit}`;
    if (seen.has(name)) return broken(batchRules.inputTwice, at, { input: name });
    seen.add(name);
    if ('donation' in input) {
      const donation = donations.get(input.donation);
      if (!donation?.registered) return broken(batchRules.inputUnknown, at, { input: name });
      const outcome = donation.received?.outcome;
      return (
        outcome !== undefined &&
        outcome !== 'accepted' &&
        broken(batchRules.donationNotAccepted, at, { donation: input.donation, outcome })
      );
    }
    const source = input.batch === own ? undefined : batches.get(input.batch);
    const unit = source?.status === 'open' ? source.units.get(input.unit) : undefined;
    if (!source || !unit) return broken(batchRules.inputUnknown, at, { input: name });
    const { custodian } = unit;
    return [
      (['quarantined', 'held', 'recalled'] as const).map(
        (restriction) =>
          standing(source, restrictionsOf(source, restriction), unit).length > 0 &&
          broken(batchRules.inputRestricted, at, {
            unit: input.unit,
            restriction,
            zh: RESTRICTION_ZH[restriction],
          }),
      ),
      custodian !== null && custodian !== org && broken(batchRules.inputElsewhere, at, { unit: input.unit, custodian, org }),
    ];
  });
}

function restrictionsOf(state: BatchState, kind: 'quarantined' | 'held' | 'recalled') {
  return { quarantined: state.quarantines, held: state.holds, recalled: state.recalls }[kind];
}

/** Whose material it is: of one person where autologous, whatever pseudonyms that person has, under one chain of identity. */
export function originFaults(opening: Opening, sources: Sources, context: Pick<Context, 'state'>): Check {
  const autologous = autologousOrigins(sources);
  const donors = new Set(autologous.map(({ donor }) => donor));
  const known = [...sources.donations.values(), ...sources.batches.values()].filter((source) => source !== undefined);
  const mixed = autologous.length > 0 && autologous.length < known.length;
  const cois = [...new Set(autologous.flatMap(({ coi }) => coi ?? []))];
  return [
    donors.size > 1 &&
      !areOnePerson([...donors], context) &&
      broken(batchRules.autologousPool, '/inputs', { donors: [...donors].join(', ') }),
    known.length > 0 &&
      (mixed || opening.autologous !== autologous.length > 0) &&
      broken(batchRules.autologousMismatch, '/autologous', {
        entered: kindOf(opening.autologous),
        found: mixed ? 'mixed' : kindOf(autologous.length > 0),
      }),
    opening.autologous && opening.coi === undefined && broken(batchRules.coiMissing, '/coi'),
    opening.coi !== undefined &&
      cois.some((coi) => !sameChain(coi, opening.coi)) &&
      broken(batchRules.coiMismatch, '/coi', { coi: opening.coi, found: cois.join(', ') }),
    opening.tier === 'working' &&
      ![...sources.batches.values()].some((source) => source?.tier === 'master') &&
      broken(batchRules.tierOrder, '/tier'),
  ];
}

/** The person of each autologous source; unknown sources are told elsewhere. */
export function autologousOrigins({ donations, batches }: Sources): { readonly donor: string; readonly coi: string | null }[] {
  return [
    ...[...donations.values()].flatMap((source) =>
      source?.kind === 'autologous' && source.donor !== null ? [{ donor: source.donor, coi: source.coi }] : [],
    ),
    ...[...batches.values()].flatMap((source) =>
      source?.autologousDonor ? [{ donor: source.autologousDonor, coi: source.coi }] : [],
    ),
  ];
}

/** The specification version and the study that the batch names are registered, and say the same of it. */
export function bindingFaults(
  opening: Opening,
  product: ProductState | undefined,
  study: StudyState | undefined,
  context: Context,
): Check {
  const { id, specification: version } = opening.product;
  const specification = product?.specifications.get(version);
  return [
    !specification && broken(batchRules.specificationUnknown, '/product', { product: id, version }),
    specification && opposite(specification.autologous, opening.autologous, '/product'),
    opening.study !== undefined && !study?.filed && broken(batchRules.studyUnknown, '/study', { study: opening.study }),
    study &&
      study.sites.length > 0 &&
      !study.sites.includes(context.actor.org) &&
      broken(batchRules.siteNotInStudy, '/study', { site: context.actor.org, study: study.id }),
  ];
}

/** The specification is for the other kind of cells. */
export function opposite(specified: boolean, entered: boolean, at: string): Check {
  return (
    specified !== entered && broken(batchRules.autologousMismatch, at, { entered: kindOf(entered), found: kindOf(specified) })
  );
}

function kindOf(autologous: boolean): string {
  return autologous ? 'autologous' : 'allogeneic';
}
