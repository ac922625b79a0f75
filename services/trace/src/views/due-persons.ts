import { persons } from '@cytoledger/domain';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import type { Asking } from '../traces/answer.ts';
import type { Due } from './due.ts';
import { mine } from './mine.ts';

const DAY_MS = 86_400_000;
/** A donor is asked to come again in good time. */
const RETEST_NOTICE_DAYS = 30;
/** Nucleic acid of HIV, HBV and HCV in the donor's blood makes a second sample needless (2006/17/EC Annex II 2.5). */
const NUCLEIC_ACID = JSON.stringify(['hiv-rna', 'hbv-dna', 'hcv-rna']);

/** What is to be done about donors and recipients: test again, assess, decide, tell. */
export function personsDue(asking: Asking, now: string): Due[] {
  return [...retestsDue(asking, now), ...assessmentsDue(asking), ...decisionsDue(asking), ...noticesDue(asking)];
}

/** Allogeneic donations whose donor, or whose birth mother, was not sampled again after the window period. */
function retestsDue(asking: Asking, now: string): Due[] {
  type Row = {
    donation: StreamNumber;
    tested: StreamNumber;
    collected_at: string;
    site: string | null;
    registered_by: string | null;
  };
  const { snapshot } = asking;
  return snapshot
    .all<Row>(
      `SELECT d.stream AS donation, coalesce(d.birth_mother, d.donor) AS tested, d.collected_at, d.procurement_site AS site, p.registered_by
         FROM donations d LEFT JOIN persons p ON p.stream = coalesce(d.birth_mother, d.donor) AND {rows p}
        WHERE d.kind <> 'autologous' AND d.collected_at IS NOT NULL AND d.discarded_at IS NULL AND d.outcome IS NOT 'rejected'
          AND p.died_at IS NULL AND julianday(d.collected_at) <= julianday(:from) AND {rows d}
          AND NOT EXISTS (SELECT 1 FROM markers m WHERE m.stream = coalesce(d.birth_mother, d.donor)
                AND julianday(m.sampled_at) >= julianday(d.collected_at) + :window AND {rows m})
          AND (SELECT count(DISTINCT m.marker) FROM markers m WHERE m.stream = coalesce(d.birth_mother, d.donor)
                AND m.marker IN (SELECT value FROM json_each(:nat)) AND m.result = 'non-reactive' AND {rows m}) < 3
        ORDER BY d.collected_at`,
      {
        from: new Date(Date.parse(now) - (persons.WINDOW_DAYS - RETEST_NOTICE_DAYS) * DAY_MS).toISOString(),
        window: persons.WINDOW_DAYS,
        nat: NUCLEIC_ACID,
      },
    )
    .filter(({ site, registered_by }) => mine(asking, site, registered_by))
    .map(({ donation, tested, collected_at }) => {
      const due = Date.parse(collected_at) + persons.WINDOW_DAYS * DAY_MS;
      return {
        kind: 'retest',
        stream: snapshot.name(tested),
        subject: idOf(snapshot.name(donation)),
        dueBy: new Date(due).toISOString(),
        overdue: due < Date.parse(now),
        detail: `collected ${collected_at}`,
      };
    });
}

/** What came out about a donor and no determination of eligibility has answered. */
function assessmentsDue(asking: Asking): Due[] {
  type Row = { stream: StreamNumber; id: string; kind: string; received_at: string; registered_by: string | null };
  return asking.snapshot
    .all<Row>(
      `SELECT i.stream, i.key AS id, i.kind, i.received_at, p.registered_by FROM information i
         LEFT JOIN persons p ON p.stream = i.stream AND {rows p} WHERE i.assessed_at IS NULL AND {rows i} ORDER BY i.row`,
    )
    .filter(({ registered_by }) => mine(asking, registered_by))
    .map(({ stream, id, kind, received_at }) => ({
      kind: 'information-assessment',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: received_at,
      overdue: true,
      detail: kind,
    }));
}

/** Batches held since a donor withdrew: to be decided about, or, where that was decided, to be destroyed. */
function decisionsDue(asking: Asking): Due[] {
  type Row = { stream: StreamNumber; id: string; since: string; owner: string | null; decision: string | null };
  const { snapshot } = asking;
  return snapshot
    .all<Row>(
      `SELECT r.stream, r.key AS id, r.since, b.owner,
              (SELECT w.decision FROM withdrawal_decisions w JOIN streams s ON s.number = r.stream
                WHERE 'batch-' || w.key = s.name AND w.decided_at >= r.since AND {rows w} ORDER BY w.row DESC LIMIT 1) AS decision
         FROM restrictions r LEFT JOIN batches b ON b.stream = r.stream AND {rows b}
        WHERE r.reason = 'consent-withdrawn' AND r.lifted_at IS NULL AND {rows r} ORDER BY r.row`,
    )
    .filter(({ owner }) => mine(asking, owner))
    .map(({ stream, id, since, decision }) => ({
      kind: 'withdrawal-decision',
      stream: snapshot.name(stream),
      subject: id,
      dueBy: since,
      overdue: true,
      detail: decision === 'destroy' ? 'to be destroyed' : 'to be decided',
    }));
}

/** Deviations of a treatment that are about what the recipient was given: of those, what the recipient was not told. */
const TO_BE_TOLD = JSON.stringify(['policy.recipient-of-ineligible-donor', 'policy.recipient-of-failed-batch']);

function noticesDue(asking: Asking): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    rule: string;
    raised_at: string;
    site: string | null;
    patient: StreamNumber | null;
  };
  const { snapshot, sight } = asking;
  return snapshot
    .all<Row>(
      `SELECT d.stream, d.key AS id, d.rule, d.raised_at, t.site, t.patient FROM deviations d
         LEFT JOIN treatments t ON t.stream = d.stream AND {rows t} LEFT JOIN persons p ON p.stream = t.patient AND {rows p}
        WHERE d.rule IN (SELECT value FROM json_each(:rules)) AND d.closed_at IS NULL AND p.died_at IS NULL AND {rows d}
          AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.stream = d.stream AND n.told <> 'nobody' AND {rows n}
                AND (n.deviation = d.key OR (n.deviation IS NULL AND n.notified_at >= d.raised_at)))
        ORDER BY d.row`,
      { rules: TO_BE_TOLD },
    )
    .filter(({ site, patient }) => sight.treatment({ site, patient: snapshot.name(patient) }))
    .map(({ stream, id, rule, raised_at }) => ({
      kind: 'recipient-notice',
      stream: snapshot.name(stream),
      subject: id,
      dueBy: raised_at,
      overdue: true,
      detail: rule,
    }));
}
