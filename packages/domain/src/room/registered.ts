import { z } from 'zod';
import { CleanroomGrade } from '../batch/codes.ts';
import { fact } from '../kernel/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { room } from './state.ts';

const MAX_CABINETS = 50;

/** What the room is called in batch records. Said again, the newest holds; a room may be used before anybody registers it. */
export const registered = fact(room, 'registered', {
  title: { en: 'Room registered', zh: '房间登记' },
  opens: 'either',
  corrects: ['code', 'grade', 'cabinets', 'occurredAt'],
  schema: z.strictObject({
    code: SiteCode.describe('As it stands on the door and in batch records, e.g. GMP-3'),
    grade: CleanroomGrade.optional(),
    cabinets: z.array(SiteCode).max(MAX_CABINETS).optional().describe('Safety cabinets and isolators in it'),
  }),

  evolve: (state, { actor, data }) => {
    state.owner ??= actor.org;
    state.code = data.code;
    state.grade = data.grade ?? null;
    state.cabinets = data.cabinets ?? [];
  },
});
