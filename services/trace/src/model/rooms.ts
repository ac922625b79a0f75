import { rooms as domain } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, on } from './on.ts';
import { ONE } from './persons.ts';

export const rooms = table('rooms', { code: 'text', owner: 'text', grade: 'text' }, [['code']]);

/** What was open in which cabinet. Keyed by session. */
export const sessions = table(
  'sessions',
  { cabinet: 'text', batch: 'stream', donation: 'stream', opened_at: 'text', closed_at: 'text' },
  [['key']],
);

function owned(rows: Rows, org: string): void {
  const held = rows.get(rooms, ONE);
  if (held?.owner == null) rows.put(rooms, ONE, { ...held, owner: org });
}

export const roomHandlers: readonly Handler[] = [
  on(domain.registered, ({ data, actor }, rows) => {
    const held = rows.get(rooms, ONE);
    rows.put(rooms, ONE, { code: data.code, grade: data.grade ?? null, owner: held?.owner ?? actor.org });
  }),
  on(domain.lineCleared, ({ actor }, rows) => owned(rows, actor.org)),
  on(domain.monitoringRecorded, ({ actor }, rows) => owned(rows, actor.org)),
  on(domain.sessionOpened, ({ data, actor, occurredAt }, rows) => {
    owned(rows, actor.org);
    rows.put(sessions, data.session, {
      cabinet: data.cabinet,
      batch: data.batch ? `batch-${data.batch}` : null,
      donation: data.donation ? `donation-${data.donation}` : null,
      opened_at: occurredAt,
    });
  }),
  on(domain.sessionClosed, ({ data, occurredAt, recordedAt }, rows) => {
    const held = rows.get(sessions, data.session);
    if (held?.closed_at === null) rows.change(sessions, data.session, { closed_at: occurredAt ?? recordedAt });
  }),
];
