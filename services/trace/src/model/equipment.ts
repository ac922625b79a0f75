import { equipment as domain } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, on, orderOfEvent } from './on.ts';
import { ONE } from './persons.ts';

/** Devices. Due dates are those of the newest calibration and qualification, by when they were done. */
export const devices = table(
  'devices',
  {
    code: 'text',
    kind: 'text',
    owner: 'text',
    calibration_due: 'text',
    calibration_order: 'integer',
    qualification_due: 'text',
    qualification_order: 'integer',
  },
  [['code']],
);

/** Times in which a device is not to be relied on. Keyed by failure. */
export const failures = table('failures', { since: 'text', mode: 'text', ended_at: 'text' });

function isNewer(held: number | null | undefined, order: number): boolean {
  return held == null || held <= order;
}

function keep(rows: Rows, owner: string, change: Parameters<typeof rows.put<typeof devices.columns>>[2]): void {
  const held = rows.get(devices, ONE);
  rows.put(devices, ONE, { ...held, owner: held?.owner ?? owner, ...change });
}

export const equipmentHandlers: readonly Handler[] = [
  on(domain.qualified, (event, rows) => {
    const { data, actor } = event;
    const order = orderOfEvent(event);
    const newer = isNewer(rows.get(devices, ONE)?.qualification_order, order);
    keep(rows, actor.org, {
      code: data.code,
      kind: data.kind,
      ...(newer && { qualification_due: data.due ?? null, qualification_order: order }),
    });
  }),
  on(domain.calibrated, (event, rows) => {
    const order = orderOfEvent(event);
    const newer = isNewer(rows.get(devices, ONE)?.calibration_order, order);
    keep(rows, event.actor.org, newer ? { calibration_due: event.data.due, calibration_order: order } : {});
  }),
  on(domain.failedSince, ({ data }, rows) => {
    rows.put(failures, data.failure, { ...rows.get(failures, data.failure), since: data.since, mode: data.mode });
  }),
  on(domain.returned, ({ data, occurredAt, recordedAt }, rows) => {
    for (const [failure, { ended_at }] of rows.all(failures)) {
      if (ended_at === null && (data.failures?.includes(failure) ?? true)) {
        rows.change(failures, failure, { ended_at: occurredAt ?? recordedAt });
      }
    }
  }),
];
