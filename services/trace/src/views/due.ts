import { batches, type RegimeId, treatments } from '@cytoledger/domain';
import { organisationsIn } from '../model/donations.ts';
import { BROKEN_GLASS } from '../model/handing.ts';
import { PendingResults } from '../query/pending-results.ts';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import { ITS_CONDITION, ITS_WHEREABOUTS } from '../query/unit-rows.ts';
import type { Asking } from '../traces/answer.ts';
import { openInfusions } from './due-infusions.ts';
import { personsDue } from './due-persons.ts';
import { processesDue } from './due-processes.ts';
import { lateResultsDue } from './late-results.ts';
import { mine } from './mine.ts';
import { authorisationsDue, days, upkeepDue } from './upkeep-due.ts';

/** Everything that may be due. */
export const DUE_KINDS = [
  'visit',
  'sample-result',
  'pending-test',
  'expiry',
  'infusion-unmatched',
  'infusion-not-ended',
  'countersignature',
  'authority-report',
  'excursion-assessment',
  'critical-deviation',
  'late-result',
  'unreconciled-report',
  'consent-renewal',
  'retest',
  'information-assessment',
  'withdrawal-decision',
  'recipient-notice',
  'calibration',
  'qualification',
  'authorisation',
  'recall-answer',
  'query-answer',
  'correction-approval',
  'rectification',
  'corrective-action',
] as const;

export type DueKind = (typeof DUE_KINDS)[number];

export type Due = {
  readonly kind: DueKind;
  readonly stream: string;
  /** What of the stream: a visit, a sample, a line, a unit, an event, an excursion, a deviation. */
  readonly subject: string;
  readonly dueBy: string | null;
  readonly overdue: boolean;
  readonly detail: string | null;
};

/** Units that expire within so many days are shown. */
const EXPIRY_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * What somebody at the viewer's organisation has to do. Everything for oversight.
 *
 * @param now RFC 3339; the due list is of a moment in the log, seen from a moment in time
 */
export function dueList(asking: Asking, now: string): Due[] {
  return [
    ...visitsDue(asking, now),
    ...samplesDue(asking),
    ...pendingTests(asking),
    ...expiries(asking, now),
    ...infusionsUnmatched(asking),
    ...openInfusions(asking, now),
    ...countersignatures(asking, now),
    ...authorityReports(asking, now),
    ...excursionsToAssess(asking),
    ...criticalDeviations(asking),
    ...lateResultsDue(asking, now),
    ...reportsToReconcile(asking),
    ...consentRenewals(asking, now),
    ...personsDue(asking, now),
    ...upkeepDue(asking, now),
    ...authorisationsDue(asking, now),
    ...processesDue(asking, now),
  ];
}

function visitsDue(asking: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    name: string;
    due_from: string;
    due_to: string;
    site: string | null;
    patient: StreamNumber | null;
  };
  const { today } = days(now);
  return asking.snapshot
    .all<Row>(
      `SELECT v.stream, v.key AS id, v.name, v.due_from, v.due_to, t.site, t.patient FROM visits v JOIN treatments t ON t.stream = v.stream AND {rows t}
        WHERE v.recorded_at IS NULL AND t.closed IS NULL AND v.due_from <= :today AND {rows v} ORDER BY v.due_to`,
      { today },
    )
    .filter(({ site, patient }) => asking.sight.treatment({ site, patient: asking.snapshot.name(patient) }))
    .map(({ stream, id, name, due_to }) => ({
      kind: 'visit',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: due_to,
      overdue: due_to < today,
      detail: name,
    }));
}

function samplesDue(asking: Asking): Due[] {
  type Row = { stream: StreamNumber; id: string; laboratory: string | null; owner: string | null; awaited: string | null };
  return asking.snapshot
    .all<Row>(
      `SELECT s.stream, s.key AS id, s.laboratory, s.awaited, b.owner FROM samples s LEFT JOIN batches b ON b.stream = s.stream AND {rows b}
        WHERE s.open = 1 AND {rows s} ORDER BY s.row`,
    )
    .filter(({ laboratory, owner }) => mine(asking, laboratory, owner))
    .map(({ stream, id, laboratory, awaited }) => ({
      kind: 'sample-result',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: null,
      overdue: false,
      detail: [laboratory, ...(JSON.parse(awaited ?? '[]') as string[])].join(': '),
    }));
}

/** Lines that a conditional or exceptional release left open and that nothing has answered since. */
function pendingTests(asking: Asking): Due[] {
  type Row = { stream: StreamNumber; owner: string | null; disposition: string; pending: string; decided_at: string | null };
  const { snapshot } = asking;
  const results = new PendingResults(snapshot);
  return snapshot
    .all<Row>(
      `SELECT d.stream, b.owner, d.disposition, d.pending, d.decided_at FROM dispositions d LEFT JOIN batches b ON b.stream = d.stream AND {rows b}
        WHERE d.disposition <> 'rejected' AND d.closed_by IS NULL AND d.pending IS NOT NULL AND {rows d} ORDER BY d.row`,
    )
    .filter(({ owner }) => mine(asking, owner))
    .flatMap(({ stream, disposition, pending, decided_at }) =>
      results.of(stream, { disposition, pending: JSON.parse(pending) as string[] }).map(
        (line): Due => ({
          kind: 'pending-test',
          stream: snapshot.name(stream),
          subject: line,
          dueBy: null,
          overdue: false,
          detail: `${disposition.replace('-', ' ')} ${decided_at ?? ''}`.trim(),
        }),
      ),
    );
}

function expiries(asking: Asking, now: string): Due[] {
  type Row = { stream: StreamNumber; id: string; expiry: string; thaw_expiry: string | null; custodian: string | null };
  const limit = Date.parse(now) + EXPIRY_DAYS * DAY_MS;
  return asking.snapshot
    .all<Row>(
      `SELECT u.stream, u.key AS id, c.expiry, c.thaw_expiry, w.custodian FROM units u CROSS JOIN whereabouts w CROSS JOIN conditions c
        WHERE {rows u} AND ${ITS_WHEREABOUTS} AND w.fate IS NULL AND (:org IS NULL OR w.custodian = :org)
          AND ${ITS_CONDITION} AND (c.expiry IS NOT NULL OR c.thaw_expiry IS NOT NULL)`,
      { org: asking.sight.everything ? null : asking.sight.viewer.org },
    )
    .filter(({ custodian }) => mine(asking, custodian))
    .map((row) => ({ ...row, by: row.thaw_expiry ?? row.expiry }))
    .filter(({ by }) => Date.parse(by) <= limit)
    .sort((a, b) => Date.parse(a.by) - Date.parse(b.by))
    .map(({ stream, id, by }) => ({
      kind: 'expiry',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: by,
      overdue: Date.parse(by) < Date.parse(now),
      detail: null,
    }));
}

/** An infusion is two contents in one request, batch first, then treatment: one of them is missing. */
function infusionsUnmatched(asking: Asking): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    infused_at: string | null;
    site: string | null;
    treatment: StreamNumber | null;
    patient: StreamNumber | null;
  };
  const { snapshot, sight } = asking;
  const inBatchOnly = snapshot.all<Row>(
    `SELECT w.stream, w.key AS id, w.infused_at, w.infused_in AS treatment, t.patient, coalesce(t.site, w.allocated_site) AS site
       FROM whereabouts w LEFT JOIN treatments t ON t.stream = w.infused_in AND {rows t}
      WHERE w.infused_in IS NOT NULL AND {rows w}
        AND NOT EXISTS (SELECT 1 FROM infusions i WHERE i.stream = w.infused_in AND i.unit = w.key AND {rows i})
        AND NOT EXISTS (SELECT 1 FROM given g WHERE g.stream = w.stream AND g.key = w.key AND g.status <> 'ended' AND {rows g})`,
  );
  const inTreatmentOnly = snapshot.all<Row>(
    `SELECT i.stream, i.unit AS id, i.started_at AS infused_at, t.site, i.stream AS treatment, t.patient
       FROM infusions i LEFT JOIN treatments t ON t.stream = i.stream AND {rows t}
      WHERE {rows i} AND NOT EXISTS (SELECT 1 FROM whereabouts w WHERE w.infused_in = i.stream AND w.key = i.unit AND {rows w})`,
  );
  return [...inBatchOnly, ...inTreatmentOnly]
    .filter(({ site, patient }) => sight.treatment({ site, patient: snapshot.name(patient) }))
    .map(({ stream, id, infused_at, treatment }) => ({
      kind: 'infusion-unmatched',
      stream: snapshot.name(stream),
      subject: id,
      dueBy: infused_at,
      overdue: true,
      detail: treatment === null ? null : idOf(snapshot.name(treatment)),
    }));
}

function countersignatures(asking: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    event: string;
    unit: string;
    act: string;
    emergency: string | null;
    occurred_at: string | null;
    allocated_site: string | null;
  };
  return asking.snapshot
    .all<Row>(
      `SELECT b.stream, b.key AS event, b.unit, b.act, b.emergency, b.occurred_at, w.allocated_site FROM bedside b
         LEFT JOIN whereabouts w ON w.stream = b.stream AND w.key = b.unit AND {rows w}
        WHERE b.second_checker IS NULL AND b.emergency IS NOT NULL AND b.countersigned_by IS NULL AND {rows b} ORDER BY b.row`,
    )
    .filter(({ allocated_site }) => mine(asking, allocated_site))
    .map(({ stream, event, unit, act, emergency, occurred_at }) => {
      // Whoever broke the glass has the term of break-glass; what else was signed by one alone is due at once.
      const dueBy = act === BROKEN_GLASS && occurred_at !== null ? batches.secondSignatureDue(occurred_at) : occurred_at;
      return {
        kind: 'countersignature',
        stream: asking.snapshot.name(stream),
        subject: event,
        dueBy,
        overdue: act !== BROKEN_GLASS || dueBy === null || Date.parse(dueBy) < Date.parse(now),
        detail: `${act} ${unit}: ${emergency}`,
      };
    });
}

/** By the clock of the treatment's regime: what is serious, unexpected and not unrelated, and of which no authority was told yet. */
function authorityReports(asking: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    event: string;
    term: string;
    grade: string;
    seriousness: string;
    relatedness: string;
    expectedness: string;
    onset: string | null;
    outcome: string;
    aware_at: string | null;
    site: string | null;
    patient: StreamNumber | null;
    regime: string | null;
  };
  const { snapshot, sight } = asking;
  return snapshot
    .all<Row>(
      `SELECT a.stream, a.key AS id, a.event, a.term, a.grade, a.seriousness, a.relatedness, a.expectedness, a.onset, a.outcome, a.aware_at,
              t.site, t.patient, t.regime
         FROM adverse_events a LEFT JOIN treatments t ON t.stream = a.stream AND {rows t}
        WHERE a.reported_at IS NULL AND {rows a} ORDER BY a.row`,
    )
    .filter(({ site, patient }) => sight.treatment({ site, patient: snapshot.name(patient) }))
    .flatMap((row): Due[] => {
      const due = treatments.reportDue(adverseEventOf(row), (row.regime ?? undefined) as RegimeId | undefined);
      if (!due) return reportsWithoutTerm(row, snapshot.name(row.stream));
      const overdue = Date.parse(due.at) < Date.parse(now);
      return [
        {
          kind: 'authority-report',
          stream: snapshot.name(row.stream),
          subject: row.id,
          dueBy: due.at,
          overdue,
          detail: `${row.term}, ${due.days} d (${due.citation}${due.confirmed ? '' : ', citation to be confirmed'})`,
        },
      ];
    });
}

/** Of which the regime's term is not known: told all the same, without a day. */
function reportsWithoutTerm(row: Parameters<typeof adverseEventOf>[0] & { regime: string | null }, stream: string): Due[] {
  const regime = treatments.regimeWithoutTerm(adverseEventOf(row), (row.regime ?? undefined) as RegimeId | undefined);
  if (!regime?.clocks.unknownBecause) return [];
  const detail = `${row.term}, term to be confirmed (${regime.clocks.citation}; ${regime.clocks.unknownBecause.en})`;
  return [{ kind: 'authority-report', stream, subject: row.id, dueBy: null, overdue: false, detail }];
}

function adverseEventOf(row: {
  id: string;
  event: string;
  term: string;
  grade: string;
  seriousness: string;
  relatedness: string;
  expectedness: string;
  onset: string | null;
  outcome: string;
  aware_at: string | null;
}): treatments.AdverseEvent {
  const seriousness = JSON.parse(row.seriousness) as treatments.AdverseEvent['seriousness'];
  return {
    id: row.id,
    event: row.event,
    term: row.term,
    grade: Number(row.grade) as treatments.AdverseEvent['grade'],
    serious: !seriousness.includes('non-serious'),
    seriousness,
    relatedness: row.relatedness as treatments.AdverseEvent['relatedness'],
    expected: row.expectedness === 'expected',
    onset: row.onset,
    outcome: row.outcome as treatments.AdverseEvent['outcome'],
    awareAt: row.aware_at,
    reportedAt: null,
  };
}

function excursionsToAssess(asking: Asking): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    detected_at: string | null;
    shipper: string | null;
    consignee: string | null;
    minimum: string;
    maximum: string;
  };
  return asking.snapshot
    .all<Row>(
      `SELECT x.stream, x.key AS id, x.detected_at, x.minimum, x.maximum, s.shipper, s.consignee FROM excursions x
         LEFT JOIN shipments s ON s.stream = x.stream AND {rows s} WHERE x.assessed IS NULL AND {rows x} ORDER BY x.row`,
    )
    .filter(({ shipper, consignee }) => mine(asking, shipper, consignee))
    .map(({ stream, id, detected_at, minimum, maximum }) => ({
      kind: 'excursion-assessment',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: detected_at,
      overdue: true,
      detail: `${minimum} to ${maximum} °C`,
    }));
}

function criticalDeviations(asking: Asking): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    rule: string | null;
    raised_at: string;
    owner: string | null;
    receivers: string | null;
  };
  return asking.snapshot
    .all<Row>(
      `SELECT d.stream, d.key AS id, d.rule, d.raised_at,
              coalesce(b.owner, t.site, s.shipper, p.owner, l.owner, r.owner, q.owner, m.owner, n.registered_by, g.procurement_site) AS owner,
              g.receivers FROM deviations d
         LEFT JOIN batches b ON b.stream = d.stream AND {rows b}
         LEFT JOIN treatments t ON t.stream = d.stream AND {rows t}
         LEFT JOIN shipments s ON s.stream = d.stream AND {rows s}
         LEFT JOIN processes p ON p.stream = d.stream AND {rows p}
         LEFT JOIN lots l ON l.stream = d.stream AND {rows l}
         LEFT JOIN sample_records r ON r.stream = d.stream AND {rows r}
         LEFT JOIN devices q ON q.stream = d.stream AND {rows q}
         LEFT JOIN rooms m ON m.stream = d.stream AND {rows m}
         LEFT JOIN persons n ON n.stream = d.stream AND {rows n}
         LEFT JOIN donations g ON g.stream = d.stream AND {rows g}
        WHERE d.class = 'critical' AND d.closed_at IS NULL AND {rows d} ORDER BY d.row`,
    )
    .filter(({ owner, receivers }) => mine(asking, owner, ...organisationsIn(receivers)))
    .map(({ stream, id, rule, raised_at }) => ({
      kind: 'critical-deviation',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: raised_at,
      overdue: true,
      detail: rule,
    }));
}

/** A report that could not be matched waits for whoever sent it. */
function reportsToReconcile(asking: Asking): Due[] {
  type Row = { stream: StreamNumber; type: string | null; reported_by: string | null; occurred_at: string | null };
  return asking.snapshot
    .all<Row>(
      `SELECT x.stream, x.type, x.reported_by, x.occurred_at FROM unreconciled x WHERE x.status = 'open' AND {rows x} ORDER BY x.row`,
    )
    .filter(({ reported_by }) => mine(asking, reported_by))
    .map(({ stream, type, occurred_at }) => ({
      kind: 'unreconciled-report',
      stream: asking.snapshot.name(stream),
      subject: idOf(asking.snapshot.name(stream)),
      dueBy: occurred_at,
      overdue: true,
      detail: type,
    }));
}

/** A child's own consent is asked for in good time before they turn 18. */
const RENEWAL_DAYS = 90;

function consentRenewals(asking: Asking, now: string): Due[] {
  type Row = { stream: StreamNumber; id: string; renewal_due: string; form: string | null; registered_by: string | null };
  const limit = new Date(Date.parse(now) + RENEWAL_DAYS * DAY_MS).toISOString().slice(0, 10);
  return asking.snapshot
    .all<Row>(
      `SELECT c.stream, c.key AS id, c.renewal_due, c.form, p.registered_by FROM consents c LEFT JOIN persons p ON p.stream = c.stream AND {rows p}
        WHERE c.renewal_due IS NOT NULL AND c.renewal_due <= :limit AND c.withdrawn IS NOT '"all"' AND {rows c}
          AND NOT EXISTS (SELECT 1 FROM consents own WHERE own.stream = c.stream AND own.giver = 'self' AND {rows own})
        ORDER BY c.renewal_due`,
      { limit },
    )
    .filter(({ registered_by }) => mine(asking, registered_by))
    .map(({ stream, id, renewal_due, form }) => ({
      kind: 'consent-renewal',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: renewal_due,
      overdue: renewal_due < days(now).today,
      detail: form,
    }));
}
