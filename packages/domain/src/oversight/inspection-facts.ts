import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { OrganisationId, Pseudonym, SiteCode, Stream } from '../vocabulary/index.ts';
import { InspectionKind, InspectionResult } from './codes.ts';
import { Attachments } from './query-facts.ts';
import { oversightRules as rules } from './rules.ts';
import { type InspectionState, inspection } from './state.ts';

const MOST_FINDINGS = 200;
const FindingNumber = SiteCode.describe('Number in the report');

const unknownFindings = (numbers: readonly string[], { findings }: InspectionState, at: string) =>
  numbers.map((finding, n) => !findings.has(finding) && broken(rules.findingUnknown, `${at}/${n}`, { finding }));

export const inspectionRecorded = fact(inspection, 'recorded', {
  title: { en: 'Inspection recorded', zh: '检查记录' },
  opens: true,
  corrects: ['kind', 'inspectors', 'report', 'occurredAt'],
  schema: withPersonal({
    site: OrganisationId,
    kind: InspectionKind,
    inspectors: z.array(Pseudonym).max(20).optional(),
    about: z.array(Stream).max(100).optional(),
    report: Attachments.optional(),
    findings: z
      .array(
        withPersonal({
          finding: FindingNumber,
          class: z.enum(['minor', 'major', 'critical']),
          description: personal(z.string().max(4000)),
        }),
      )
      .max(MOST_FINDINGS)
      .refine((findings) => new Set(findings.map(({ finding }) => finding)).size === findings.length, {
        error: 'a finding is numbered once',
      }),
    summary: personal(z.string().max(8000)),
  }),
  evolve: (state, { actor, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.site = data.site;
    for (const { finding, class: severity } of data.findings) {
      state.findings.set(finding, { class: severity, due: null, rectified: null });
    }
  },
});

export const rectificationOrdered = fact(inspection, 'rectification-ordered', {
  title: { en: 'Rectification ordered', zh: '责令整改' },
  corrects: ['due', 'occurredAt'],
  schema: withPersonal({
    findings: z.array(FindingNumber).min(1).max(MOST_FINDINGS),
    due: LocalDate.describe('By the end of this day'),
    order: SiteCode.optional().describe('Number of the order'),
    measures: personal(z.string().max(8000)),
  }),
  decide: ({ findings }, state) =>
    record(unknownFindings(findings, state, '/findings'), state.status === 'closed' && broken(rules.inspectionClosed)),
  evolve: (state, { data }) => {
    for (const number of data.findings) {
      const finding = state.findings.get(number);
      if (finding) finding.due = data.due;
    }
  },
});

export const rectified = fact(inspection, 'rectified', {
  title: { en: 'Rectification reported', zh: '整改报告' },
  corrects: ['by', 'evidence', 'occurredAt'],
  schema: withPersonal({
    findings: z.array(FindingNumber).min(1).max(MOST_FINDINGS),
    by: Pseudonym.optional(),
    evidence: Attachments.optional(),
    measures: personal(z.string().max(8000)),
  }),
  decide: ({ findings }, state, { actor, occurredAt, now }) => {
    const on = localDateOf(occurredAt ?? now);
    return record(
      unknownFindings(findings, state, '/findings'),
      state.site !== null && actor.org !== state.site && broken(rules.rectifiedByOther, '', { org: actor.org, site: state.site }),
      findings.map((finding, n) => {
        const due = state.findings.get(finding)?.due;
        return due !== null && due !== undefined && on > due && broken(rules.rectifiedLate, `/findings/${n}`, { finding, due });
      }),
      state.status === 'closed' && broken(rules.inspectionClosed),
    );
  },
  evolve: (state, { id, data }) => {
    for (const number of data.findings) {
      const finding = state.findings.get(number);
      if (finding) finding.rectified = id;
    }
  },
});

export const inspectionClosed = fact(inspection, 'closed', {
  title: { en: 'Inspection closed', zh: '检查关闭' },
  corrects: ['occurredAt'],
  schema: withPersonal({ result: InspectionResult, remarks: personal(z.string().max(4000)) }),
  decide: ({ result }, state) => {
    const open = [...state.findings.values()].filter(({ rectified: done }) => done === null).length;
    return record(
      result !== 'not-compliant' && open > 0 && broken(rules.closedUnrectified, '/result', { count: open }),
      state.status === 'closed' && broken(rules.inspectionClosed),
    );
  },
  evolve: (state, { data }) => {
    state.status = 'closed';
    state.result = data.result;
  },
});
