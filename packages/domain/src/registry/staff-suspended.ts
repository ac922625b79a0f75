import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { coded } from '../vocabulary/index.ts';
import { registryRules } from './registry-rules.ts';
import { StaffTask } from './staff-tasks.ts';
import { staff } from './state.ts';

const SuspensionReason = coded({
  'training-overdue': { zh: '培训过期', en: 'training overdue' },
  'procedure-changed': { zh: '规程已变更', en: 'the procedure changed' },
  'qualification-failed': { zh: '资格确认未通过', en: 'qualification failed' },
  absence: { zh: '长期离岗', en: 'long absence' },
  health: { zh: '健康原因', en: 'health' },
  investigation: { zh: '调查期间', en: 'during an investigation' },
  'left-organisation': { zh: '离职', en: 'left the organisation' },
  other: { zh: '其他', en: 'other' },
});

/** Ends the authorisations that were given until now; a new one stands beside it. */
export const staffSuspended = fact(staff, 'suspended', {
  title: { en: 'Staff suspended', zh: '暂停授权' },
  corrects: ['reason', 'from', 'occurredAt'],
  schema: z.strictObject({
    tasks: z.array(StaffTask).min(1).max(40).optional().describe('All when left out'),
    from: LocalDate.describe('First day on which they may not'),
    reason: SuspensionReason,
  }),

  decide: ({ tasks }, state) => {
    const standing = state.authorisations.some(
      ({ task, suspendedFrom }) => suspendedFrom === null && (tasks?.includes(task) ?? true),
    );
    return record(!standing && broken(registryRules.nothingToSuspend, '', { person: state.id }));
  },

  evolve: (state, { data }) => {
    for (const authorisation of state.authorisations) {
      if (authorisation.suspendedFrom === null && (data.tasks?.includes(authorisation.task) ?? true)) {
        authorisation.suspendedFrom = data.from;
      }
    }
  },
});
