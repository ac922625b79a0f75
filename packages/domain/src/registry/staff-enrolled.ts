import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { OrganisationId } from '../vocabulary/index.ts';
import { RoleName } from './names.ts';
import { registryRules } from './registry-rules.ts';
import { staff } from './state.ts';

/** Enrolled again, a member of staff has the roles that were named last. */
export const staffEnrolled = fact(staff, 'enrolled', {
  title: { en: 'Staff enrolled', zh: '人员登记备案' },
  opens: 'either',
  corrects: ['occurredAt'],
  schema: withPersonal({
    org: OrganisationId,
    roles: z.array(RoleName).min(1).max(40),
    name: personal(z.string().min(1).max(200), 'stream').describe(
      'Printed name, shown with every signature (21 CFR 11.50(a)(1))',
    ),
  }),

  decide: ({ org }, state) =>
    record(state.org !== null && state.org !== org && broken(registryRules.staffMoved, '/org', { org: state.org })),

  evolve: (state, { data }) => {
    state.org = data.org;
    state.roles = data.roles;
  },
});
