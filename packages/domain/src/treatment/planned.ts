import { z } from 'zod';
import { broken, type Check, type Context, derive, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { person } from '../person/index.ts';
import { MaterialQuantity, Quantity } from '../quantity/index.ts';
import { isApprovedOn, product, type StudyState, study, suspendedAt } from '../registry/index.ts';
import { localDateOf } from '../time/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { regimeResolved } from './regime-resolved.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

const Planned = withPersonal({
  patient: Pseudonym,
  coi: SiteCode.optional().describe('Chain of identity; needed for autologous products'),
  study: Uuid.optional().describe('Study or filing under which the patient is treated'),
  product: Uuid,
  indication: personal(z.string().max(500), '/patient'),
  physician: Pseudonym.optional().describe('Staff pseudonym of who answers for the treatment'),
  plannedDose: MaterialQuantity.optional(),
  plannedDosePerWeight: personal(Quantity, '/patient').describe('With the body weight and its date'),
  infusions: z.int().min(1).max(100).optional().describe('How many are planned'),
});
type Planned = z.output<typeof Planned>;

/** Opens a treatment. The reporting organisation is the treating site. */
export const planned = fact(treatment, 'planned', {
  title: { en: 'Treatment planned', zh: '治疗计划' },
  opens: true,
  corrects: ['physician', 'plannedDose', 'infusions', 'occurredAt'],
  schema: Planned,

  decide: (data, state, context) => {
    const filed = data.study === undefined ? undefined : context.state(study, data.study);
    return {
      ...record(
        studyFaults(data, filed?.filed ? filed.sites : null, context),
        filed && goingOnFaults(filed, context),
        productFaults(data, context),
        !context.state(person, data.patient)?.registered &&
          broken(treatmentRules.patientUnregistered, '/patient', { patient: data.patient }),
      ),
      regime: filed?.regime,
      also:
        data.study !== undefined && filed?.regime
          ? [derive(regimeResolved, state.id, { study: data.study, regime: filed.regime })]
          : [],
    };
  },

  evolve: (state, { actor, data }) => {
    state.planned = true;
    state.site = actor.org;
    state.patient = data.patient;
    state.coi = data.coi ?? null;
    state.study = data.study ?? null;
    state.product = data.product;
    state.physician = data.physician ?? null;
  },
});

function studyFaults({ study: id }: Planned, sites: readonly string[] | null, { actor }: Context): Check {
  if (id === undefined) return broken(treatmentRules.studyMissing, '/study');
  if (sites === null) return broken(treatmentRules.studyUnknown, '/study', { study: id });
  return !sites.includes(actor.org) && broken(treatmentRules.siteNotInStudy, '/study', { site: actor.org, study: id });
}

/** Nobody new is taken in while the study is suspended, or where the site may not begin yet. */
function goingOnFaults(filed: StudyState, { actor, occurredAt }: Context): Check {
  const { id: study } = filed;
  const site = actor.org;
  const day = occurredAt === null ? null : localDateOf(occurredAt);
  return [
    suspendedAt(filed, site) && broken(treatmentRules.studySuspended, '/study', { study }),
    day !== null && !isApprovedOn(filed, site, day) && broken(treatmentRules.siteNotApproved, '/study', { site, study, day }),
  ];
}

function productFaults({ product: id, coi }: Planned, context: Context): Check {
  const versions = [...(context.state(product, id)?.specifications.values() ?? [])];
  if (versions.length === 0) return broken(treatmentRules.productUnknown, '/product', { product: id });
  return versions.at(-1)?.autologous && coi === undefined && broken(treatmentRules.coiMissing, '/coi');
}
