import type { CareFound } from '../query/recipient-care.ts';

/** What every answer about a recipient says of whether they live, and what they were told. */
export type CareFields = {
  readonly alive: 'alive' | 'died' | 'lost' | null;
  readonly diedAt: string | null;
  readonly notifiedAt: string | null;
  readonly acknowledged: boolean | null;
  readonly testsOffered: readonly string[];
  readonly testsDeclined: boolean | null;
};

export const CARE_FIELDS = {
  alive: ['Alive or lost', '存活/失访'],
  diedAt: ['Died', '死亡时间'],
  notifiedAt: ['Notified', '告知时间'],
  acknowledged: ['Acknowledged', '已确认'],
  testsOffered: ['Tests offered', '提供的检测'],
  testsDeclined: ['Tests declined', '拒绝检测'],
} as const;

export function careFields(care: CareFound | undefined): CareFields {
  return {
    alive: care ? aliveOf(care) : null,
    diedAt: care?.died_at ?? null,
    notifiedAt: care?.notified_at ?? null,
    acknowledged: care?.notified_at ? care.acknowledged === 1 : null,
    testsOffered: JSON.parse(care?.tests_offered ?? '[]') as string[],
    testsDeclined: care?.tests_declined == null ? null : care.tests_declined === 1,
  };
}

/** Somebody in follow-up is taken to live; once a treatment is closed otherwise, nobody looks. */
function aliveOf({ died_at, fatal, closed, closed_because }: CareFound): CareFields['alive'] {
  if (died_at !== null || fatal === 1 || closed_because === 'died') return 'died';
  if (closed === 'lost-to-follow-up') return 'lost';
  return closed === null ? 'alive' : null;
}
