import { describe, expect, it } from 'vitest';
import { aBatch } from '../batch/hospital-examples.ts';
import * as b from '../batch/index.ts';
import { batch } from '../batch/index.ts';
import type { Recorded, Signer } from '../kernel/index.ts';
import { eventId, type folded as fold, given } from '../specification.ts';
import * as c from './index.ts';
import { correction, effectiveOf, examples } from './index.ts';

const { CORRECTION, BATCH, EVENT, neverHappened } = examples;
type Past = Parameters<typeof fold>[2][number];

const PROPOSED: Past = [c.proposed, examples.proposed()];
const signer = (person: string, org = 'lab-a'): Signer => ({
  kid: 'k'.repeat(43),
  org,
  person,
  roles: ['lab.qa'],
  meaning: 'correction-approval',
  signedAt: '2026-11-21T07:00:00Z',
});
const world = new Map<string, unknown>([[`batch-${BATCH}`, aBatch({ owner: 'lab-a' })]]);

describe('proposing a correction', () => {
  const proposing = (...targets: object[]) => given(correction, CORRECTION).when(c.proposed, examples.proposed({ targets }));

  it('waits for its approval', () => {
    const done = proposing(neverHappened());
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards()).toMatchObject({ status: 'proposed', owner: 'lab-a', proposer: 'staff-0001' });
  });

  it.each(['batch.unit-infused.v1', 'treatment.infusion-recorded.v1'])(
    'that takes back %s stays a critical deviation',
    (type) => {
      const done = proposing(examples.wrongSubject({ type }));
      expect(done.rules).toEqual(['correction.infusion-taken-back']);
      expect(done.decision.violations[0]!.rule.deviation).toBe('critical');
      expect(proposing(examples.amend({ type })).rules).toEqual([]);
    },
  );

  it('names an entry once', () => {
    expect(c.proposed.schema.safeParse(examples.proposed({ targets: [neverHappened(), neverHappened()] })).success).toBe(false);
  });
});

describe('approving a correction', () => {
  const approving = (
    {
      person = 'staff-0002',
      org = 'lab-a',
      signers = [signer(person, org)],
    }: { person?: string; org?: string; signers?: Signer[] } = {},
    past: readonly Past[] = [PROPOSED],
    others: Map<string, unknown> = world,
  ) => given(correction, CORRECTION, past, others).when(c.approved, examples.approved(), { actor: { person, org }, signers });

  it('is for another person, who signs', () => {
    expect(approving()).toMatchObject({ outcome: 'record', rules: [] });
    expect(approving({ person: 'staff-0001' })).toMatchObject({ outcome: 'refuse', rules: ['correction.approved-by-proposer'] });
    expect(approving({ signers: [signer('staff-0001')] }).rules).toEqual(['correction.approved-by-proposer']);
    expect(approving({ signers: [] }).rules).toEqual(['correction.approved-unsigned']);
  });

  it('is for those whose records it changes, on one side or the other', () => {
    const elsewhere: Past = [c.proposed, examples.proposed({ approvers: ['lab-a'] }), { org: 'hospital-b' }];
    expect(approving({}, [elsewhere]).rules).toEqual([]);
    expect(approving({ org: 'hospital-b' }, [elsewhere]).rules).toEqual(['correction.not-theirs']);
    expect(approving({}, [PROPOSED], new Map()).rules).toEqual(['correction.record-unknown']);
  });

  it('is not for an organisation none of whose records it changes, though who proposed it owns them and named it', () => {
    const named: Past = [c.proposed, examples.proposed({ approvers: ['lab-x'] })];
    expect(approving({ org: 'lab-x' }, [named])).toMatchObject({ outcome: 'refuse', rules: ['correction.approved-by-stranger'] });
    expect(approving({}, [named]).rules).toEqual([]);
  });

  it('is for one of two owners, where the other proposed it', () => {
    const other = '0192f5c4-0000-7000-8000-00000000ba02';
    const both: Past = [
      c.proposed,
      examples.proposed({ targets: [neverHappened(), neverHappened({ stream: `batch-${other}` })], approvers: ['lab-x'] }),
    ];
    const records = new Map([...world, [`batch-${other}`, aBatch({ owner: 'lab-x' })] as const]);
    expect(approving({ org: 'lab-x' }, [both], records).rules).toEqual([]);
    // The one who proposed may approve through another person, but not what belongs to somebody else.
    expect(approving({}, [both], records).rules).toEqual(['correction.not-theirs']);
  });

  it('is signed by quality assurance, whatever the token of who sends it may do', () => {
    const operator = { ...signer('staff-0002'), roles: ['lab.operator'] };
    expect(approving({ signers: [operator] })).toMatchObject({ outcome: 'refuse', rules: ['correction.approved-unsigned'] });
    expect(approving({ signers: [{ ...operator, roles: ['lab.qp'] }] }).rules).toEqual([]);
  });

  it('of what keeps cells from patients is for quality assurance of whose record it is, and nobody else', () => {
    const recalled: Past = [c.proposed, examples.proposed({ targets: [neverHappened({ type: 'batch.recalled.v1' })] })];
    expect(approving({}, [recalled]).rules).toEqual([]);
    const physician = { ...signer('staff-0002'), roles: ['hospital.physician'] };
    expect(approving({ signers: [physician] }, [recalled])).toMatchObject({
      outcome: 'refuse',
      rules: ['correction.needs-own-quality'],
    });
    expect(approving({ org: 'hospital-b' }, [recalled]).rules).toEqual([
      'correction.approved-by-stranger',
      'correction.needs-own-quality',
    ]);
    const otherwise = { ...signer('staff-0003'), meaning: 'rejection' };
    expect(approving({ signers: [physician, otherwise] }, [recalled]).rules).toEqual(['correction.needs-own-quality']);
    expect(approving({ signers: [physician] }).rules).toEqual([]);
  });

  it('is done once', () => {
    for (const decided of [
      [c.approved, examples.approved()],
      [c.rejected, examples.rejected()],
    ] as const) {
      expect(approving({}, [PROPOSED, decided]).rules).toEqual(['correction.not-open']);
    }
  });
});

describe('applying a correction', () => {
  const APPROVED: Past = [c.approved, examples.approved(), { id: EVENT }];
  const applying = (past: readonly Past[], ...targets: object[]) =>
    given(correction, CORRECTION, [[c.proposed, examples.proposed({ targets })], ...past]).when(c.applied, { approval: EVENT });

  it('knows the records that it may change', () => {
    expect([...batch.facts.keys()]).toEqual(expect.arrayContaining(['batch.corrected.v1', 'batch.voided.v1']));
  });

  it('asks each record first: a correction where something was wrong, a taking back where all was', () => {
    const second = '0192f5c4-0000-7000-9000-000000000002';
    const { decision } = applying([APPROVED], examples.amend({ data: { a: 1 } }), examples.wrongSubject({ event: second }));
    expect(decision.first!.asked.map(({ fact, target, data }) => [(fact as { type: string }).type, target, data])).toEqual([
      ['batch.corrected.v1', BATCH, { event: EVENT, data: { a: 1 }, reason: 'transcription' }],
      [
        'batch.voided.v1',
        BATCH,
        {
          event: second,
          type: 'batch.unit-stored.v1',
          ground: 'wrong-subject',
          correction: CORRECTION,
          instead: `batch-${BATCH}`,
        },
      ],
    ]);
  });

  it('tells what became of each', () => {
    const { decision } = applying([APPROVED], neverHappened());
    const { asked, closing } = decision.first!;
    const refusal = { rule: c.correctionRules.unknownEvent, pointer: '', params: {} };
    expect(closing!([{ asked: asked[0]!, refusedBy: [refusal] }])[0]!.data).toEqual({
      targets: [{ stream: `batch-${BATCH}`, event: EVENT, refusedBy: ['correction.unknown-event'] }],
    });
  });

  it('needs the approval', () => {
    expect(applying([], neverHappened())).toMatchObject({ outcome: 'refuse', rules: ['correction.not-open'] });
  });

  it('is followed by an assessment of what the wrong entry had led to', () => {
    const past: Past[] = [PROPOSED, APPROVED];
    const assessing = (before: Past[]) => given(correction, CORRECTION, before).when(c.impactAssessed, examples.impactAssessed());
    expect(assessing(past).warnings).toEqual(['correction.assessed-before-applied']);
    expect(assessing([...past, [c.applied, { approval: EVENT }]]).warnings).toEqual([]);
  });
});

describe('taking back what keeps cells from patients', () => {
  const restricted = { scope: 'whole-batch', reason: 'deviation' };
  const failed = { test: 'sterility', method: 'SOP', verdict: 'fail' };
  const voiding = (...[fact, data]: [Past[0], object]) =>
    given(batch, BATCH, [
      [b.opened, b.examples.opened()],
      [fact, data],
    ]).when(batch.facts.get('batch.voided.v1')!, {
      ...{ event: eventId(1), type: fact.type, ground: 'never-happened', correction: CORRECTION },
    });

  it('is not done with quarantines and holds: those are lifted, and signed', () => {
    for (const fact of [b.quarantined, b.held])
      expect(voiding(fact, restricted)).toMatchObject({ outcome: 'refuse', rules: ['correction.not-voidable'] });
  });

  it('is a critical deviation of the record, for a recall as for a result that failed', () => {
    for (const [fact, data] of [
      [b.recalled, { ...restricted, class: 'I' }],
      [b.testRecorded, { results: [failed] }],
    ] as const) {
      const done = voiding(fact, data);
      expect(done).toMatchObject({ outcome: 'record', rules: ['correction.withholding-taken-back'] });
      expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
    }
    expect(voiding(b.testRecorded, { results: [{ ...failed, verdict: 'pass' }] }).rules).toEqual([]);
  });
});

describe('what holds of an entry', () => {
  const event = (id: string, over: Partial<Recorded> = {}): Recorded => ({
    id,
    type: 'batch.unit-stored.v1',
    stream: `batch-${BATCH}`,
    seq: 3,
    occurredAt: null,
    recordedAt: '2026-11-21T08:00:00.000Z',
    capture: { mode: 'direct', precision: 's' },
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    causation: null,
    data: { as: 'recorded' },
    ...over,
  });
  const voiding = { event: 'a', type: 'batch.unit-stored.v1', ground: 'never-happened', correction: CORRECTION } as const;
  const derived = { capture: { mode: 'derived', precision: 's' }, causation: 'a' } as const;

  it('is nothing where it was taken back, nor what was derived from it, but for its deviations', () => {
    const amendments = new Map([['a', voiding]]);
    expect(effectiveOf(event('a'), amendments)).toBeUndefined();
    expect(effectiveOf(event('b', derived), amendments)).toBeUndefined();
    expect(effectiveOf(event('c', { ...derived, type: 'batch.deviation-raised.v1' }), amendments)).toBeDefined();
    // What was quarantined with it stays quarantined until that is lifted.
    for (const type of ['batch.quarantined.v1', 'batch.held.v1'])
      expect(effectiveOf(event('e', { ...derived, type }), amendments)).toBeDefined();
    expect(effectiveOf(event('d', { causation: 'a' }), amendments)).toBeDefined();
  });

  it('is what the newest correction says', () => {
    const corrected = { event: 'a', data: { as: 'corrected' }, reason: 'other' as const };
    expect(effectiveOf(event('a'), new Map([['a', corrected]]))?.data).toEqual({ as: 'corrected' });
    expect(effectiveOf(event('a'), new Map())?.data).toEqual({ as: 'recorded' });
  });
});
