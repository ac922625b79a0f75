import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Quantity } from '../quantity/index.ts';
import { Moment } from '../time/index.ts';
import { Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { ConditioningAgent, ConditioningIntensity } from './codes.ts';
import { conditioningFaults } from './conditioning-gate.ts';
import { Patient, patientFault } from './patient.ts';
import { treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/**
 * From here on the patient cannot do without the cells: whatever speaks against a unit allocated to this treatment escalates to the physician
 * named here and to quality assurance, and takes the unit from nobody. What has come up against the units since they were authorised is found.
 */
export const conditioningStarted = fact(treatment, 'conditioning-started', {
  title: { en: 'Conditioning started', zh: '预处理开始' },
  corrects: ['agents', 'intensity', 'plannedInfusion', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    physician: Pseudonym.describe('Staff pseudonym of who is called when something comes up against the cells'),
    intensity: ConditioningIntensity.optional(),
    agents: z
      .array(
        withPersonal({
          agent: ConditioningAgent,
          name: SiteCode.optional(),
          dose: personal(Quantity, '/patient').describe('In all, with the body weight where it is per kilogram'),
        }),
      )
      .max(20)
      .optional(),
    protocol: SiteCode.optional(),
    plannedInfusion: Moment.optional(),
  }),

  decide: ({ patient, plannedInfusion, intensity }, state, context) => {
    const permit = state.conditioningAuthorised;
    const at = plannedInfusion ?? context.occurredAt ?? context.now;
    return record(
      patientFault(patient, state),
      permit === null && broken(transplantRules.conditioningUnauthorised),
      state.conditioningStarted !== null && broken(transplantRules.conditioningStartedBefore),
      permit &&
        state.conditioningStarted === null &&
        conditioningFaults(
          { ...permit, rescue: { required: false, units: permit.rescue }, intensity: intensity ?? permit.intensity },
          state,
          at,
          context,
        ),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    state.conditioningStarted ??= { event: id, occurredAt, physician: data.physician };
  },
});
