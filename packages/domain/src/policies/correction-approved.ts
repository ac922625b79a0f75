import { causeOf, idIn, type Policy } from './policy.ts';

const NAME = 'correction-approved';

/** An approved correction is applied: each record that it concerns says so first, then the correction itself. */
export const correctionApproved: Policy<null> = {
  name: NAME,
  title: { en: 'Approved correction: apply it', zh: '更正已批准：执行' },
  interestedIn: ['correction.approved.'],
  initial: () => null,

  see: (_memory, event) => {
    if (event.corrects !== undefined) return [];
    const cause = causeOf(event);
    const target = idIn(event.stream);
    return [{ policy: NAME, cause, type: 'correction.applied.v1', target, data: { approval: event.id }, n: 0 }];
  },
};
