import { recalls as domain } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, on } from './on.ts';
import { ONE } from './persons.ts';

export const recalls = table('recalls', { owner: 'text', mock: 'integer', class: 'text', status: 'text', notice: 'text' });

/** Units on the frozen list, keyed by unit, with what was found of them one by one. */
export const recallUnits = table('recall_units', { batch: 'stream', site: 'text', fate: 'text', found_at: 'integer' }, [
  ['batch'],
]);

/** Who is called upon, keyed by site. The newest notice and the newest answer count. */
export const recallSites = table('recall_sites', {
  site: 'text',
  notice_at: 'text',
  deadline: 'text',
  answered_at: 'text',
  /** Number of the answer in its stream: what was found before is counted by it. */
  answer_seq: 'integer',
  on_hand: 'integer',
  used: 'integer',
  quarantined: 'integer',
  destroyed: 'integer',
  escalated_at: 'text',
});

type Listed = readonly { readonly batch: string; readonly site: string; readonly units: readonly string[] }[];

function list(rows: Rows, listed: Listed): void {
  for (const { batch, site, units } of listed) {
    atSite(rows, site, {});
    for (const unit of units) {
      if (!rows.get(recallUnits, unit))
        rows.put(recallUnits, unit, { batch: `batch-${batch}`, site, fate: null, found_at: null });
    }
  }
}

function atSite(rows: Rows, site: string, columns: Parameters<typeof rows.put<typeof recallSites.columns>>[2]): void {
  if (!rows.change(recallSites, site, columns)) rows.put(recallSites, site, { site, ...columns });
}

export const recallHandlers: readonly Handler[] = [
  on(domain.initiated, ({ actor, data }, rows) => {
    const { mock, class: recallClass, notice = null, units } = data;
    rows.put(recalls, ONE, { owner: actor.org, mock: mock ? 1 : 0, class: recallClass, status: 'open', notice });
    list(rows, units);
  }),
  on(domain.scopeExtended, ({ data }, rows) => list(rows, data.units)),
  on(domain.noticeSent, ({ occurredAt, recordedAt, data }, rows) =>
    atSite(rows, data.site, { notice_at: occurredAt ?? recordedAt, deadline: data.deadline }),
  ),
  on(domain.acknowledged, ({ seq, occurredAt, recordedAt, data }, rows) => {
    const { site, onHand, used, quarantined, destroyed } = data;
    const answered = { answered_at: occurredAt ?? recordedAt, answer_seq: seq };
    atSite(rows, site, { ...answered, on_hand: onHand, used, quarantined, destroyed });
  }),
  on(domain.escalated, ({ occurredAt, recordedAt, data }, rows) =>
    atSite(rows, data.site, { escalated_at: occurredAt ?? recordedAt }),
  ),
  on(domain.unitAccounted, ({ seq, data }, rows) => void rows.change(recallUnits, data.unit, { fate: data.fate, found_at: seq })),
  on(domain.closed, (_event, rows) => void rows.change(recalls, ONE, { status: 'closed' })),
];
