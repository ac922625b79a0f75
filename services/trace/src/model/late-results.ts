import { batches as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';

/** Notices to physicians of results that failed after infusion, keyed by event. */
export const lateNotices = table('late_notices', {
  result: 'text',
  treatment: 'stream',
  units: 'text',
  physician: 'text',
  notified_at: 'text',
  acknowledged_at: 'text',
});

export const lateResultHandlers: readonly Handler[] = [
  on(domain.lateResultNotified, ({ id, data, occurredAt, recordedAt }, rows) => {
    rows.put(lateNotices, id, {
      result: domain.resultId(data.result.event, data.result.index),
      treatment: `treatment-${data.treatment}`,
      units: json(data.units),
      physician: data.physician,
      notified_at: occurredAt ?? recordedAt,
      acknowledged_at: data.acknowledged ? (data.acknowledged.at ?? occurredAt ?? recordedAt) : null,
    });
  }),
  on(domain.lateResultAcknowledged, ({ data, occurredAt, recordedAt }, rows) => {
    if (rows.get(lateNotices, data.notice)?.acknowledged_at === null) {
      rows.change(lateNotices, data.notice, { acknowledged_at: occurredAt ?? recordedAt });
    }
  }),
];
