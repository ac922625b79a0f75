import { describe, expect, it } from 'vitest';
import { donation } from '../donation/index.ts';
import { eventId, folded } from '../specification.ts';
import * as example from './examples.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  batch,
  gapsOf,
  legacyGaps,
  legacyImported,
  opened,
  originsResolved,
  released,
  split,
  splitClosed,
  unitConsumed,
  unitLabelled,
  unitStored,
} from './index.ts';
import * as releases from './release-examples.ts';
import { deciding, head, made, type Past, reported, sterile, viable } from './release-world.fixture.ts';
import type { BatchState } from './state.ts';

const BANK = example.SOURCE_BATCH;
const registered = { [`donation-${example.DONATION}`]: { ...donation.initial(example.DONATION), registered: true } };
const importing = (over: object = {}, options: object = {}) =>
  deciding(legacyImported, [], releases.legacyImported(over), { others: registered, ...options });

describe('importing a bank of former times', () => {
  it('opens its record, with what is known and what is not', () => {
    const decided = importing();
    expect(decided).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const state = decided.afterwards();
    expect(state).toMatchObject({ status: 'open', tier: 'master', passage: 3, legacy: { source: { kind: 'binder' } } });
    expect([...state.origins.donations]).toEqual([example.DONATION]);
  });

  it.each<[string, object, object?]>([
    ['legacy.one-verifier', { verifiers: ['staff-0021', 'staff-0021'] }],
    ['legacy.transcriber-verified', { verifiers: ['staff-0001', 'staff-0022'] }],
    ['legacy.source-unknown', { from: { donations: [example.SAMPLE] } }],
    [
      'legacy.declared-and-missing',
      {
        gaps: [
          { about: 'storage', reason: 'lost' },
          { about: 'materials', reason: 'lost' },
        ],
      },
    ],
  ])('is kept with the finding %s', (rule, over) => {
    expect(importing(over)).toMatchObject({ outcome: 'record', rules: [rule] });
  });

  it('says that no gap is declared, and counts what is not spoken of as one', () => {
    const decided = importing({ gaps: [], from: undefined });
    expect(decided.warnings).toContain('legacy.no-gaps');
    expect(gapsOf(decided.afterwards().legacy!)).toEqual([
      { about: 'donor-identity', reason: 'not-stated' },
      { about: 'donor-consent', reason: 'not-stated' },
      { about: 'donor-screening', reason: 'not-stated' },
      { about: 'donor-eligibility', reason: 'not-stated' },
      { about: 'materials', reason: 'not-stated' },
    ]);
  });

  it('lets units be made and stored that no recorded step precedes', () => {
    const past: Past = [[legacyImported, releases.legacyImported()]];
    expect(deciding(split, past, example.split(3))).toMatchObject({ outcome: 'record', rules: [] });
    expect(deciding(unitStored, [...past, [split, example.split(3)]], example.unitStored())).toMatchObject({ rules: [] });
  });
});

describe('releasing an imported batch itself', () => {
  const imported: Past = [
    [legacyImported, releases.legacyImported()],
    [split, example.split(3)],
    [splitClosed, example.splitClosed(3)],
    [unitLabelled, example.unitLabelled(3)],
    reported(sterile),
  ];
  const gap = (about: string, line?: string) => ({ batch: example.BATCH, about, ...(line && { line }) });
  const releasing = (gaps?: readonly object[]) =>
    deciding(released, imported, example.released({ ...head(imported), ...(gaps && { gaps }) }));

  it('takes no gap for a pass: the signers list each, and are told in any case', () => {
    expect(releasing()).toMatchObject({ outcome: 'refuse', rules: ['release.line-not-passed', 'release.gaps-not-listed'] });
    expect(releasing([gap('materials'), gap('testing', '1')])).toMatchObject({
      outcome: 'record',
      rules: [],
      warnings: ['release.gaps-accepted'],
    });
  });

  it('does not take a test for a gap that was declared to be known', () => {
    expect(releasing([gap('materials'), gap('testing', '1'), gap('testing', '2')]).rules).toEqual(['release.gap-unknown']);
  });
});

describe('a batch made of an imported bank', () => {
  const bank = folded(batch, BANK, [
    [legacyImported, releases.legacyImported()],
    [split, example.split(3)],
    [unitConsumed, example.unitConsumed(1, example.BATCH)],
  ]);
  const others = { [`batch-${BANK}`]: bank };
  const derived: Past = [
    [opened, example.opened({ inputs: [{ batch: BANK, unit: example.unitId(1) }] })],
    [originsResolved, example.originsResolved({ batches: [BANK], legacy: [BANK] })],
    ...made.slice(2),
    reported(viable, sterile),
  ];

  it('remembers that its bank was imported, and so does what is made of it', () => {
    const past: Past = [];
    const decided = deciding(opened, past, example.opened({ inputs: [{ batch: BANK, unit: example.unitId(2) }] }), { others });
    expect(decided.decision.also.map(({ data }) => data)).toMatchObject([{ batches: [BANK], legacy: [BANK] }]);
    const grandchild = folded(batch, example.BATCH, derived);
    const of = { [`batch-${IDS.batch}`]: grandchild };
    const next = deciding(opened, past, example.opened({ inputs: [{ batch: IDS.batch, unit: example.unitId(1) }] }), {
      others: of,
    });
    expect(next.decision.also.map(({ data }) => data)).toMatchObject([{ legacy: [BANK] }]);
  });

  it('is released only by signers who list the gaps of the bank', () => {
    const releasing = (over: object) => deciding(released, derived, example.released({ ...head(derived), ...over }), { others });
    const decided = releasing({});
    expect(decided).toMatchObject({ outcome: 'refuse', rules: ['release.gaps-not-listed'] });
    const gaps = legacyGaps(folded(batch, example.BATCH, derived), {
      states: (_, ids) => new Map(ids.map((id) => [id, bank as never])),
    }).map(({ batch: id, about, line }) => ({ batch: id, about, ...(line && { line }) }));
    expect(gaps).toEqual([
      { batch: BANK, about: 'materials' },
      { batch: BANK, about: 'testing', line: '1' },
    ]);
    expect(releasing({ gaps })).toMatchObject({ outcome: 'record', warnings: ['release.gaps-accepted'] });
  });

  it('is released as ever where nothing upstream was imported, and without listing anything', () => {
    const own: Past = [...made, reported(viable, sterile)];
    expect(deciding(released, own, example.released(head(own))).warnings).toEqual([]);
    const gaps = [{ batch: BANK, about: 'materials' }];
    expect(deciding(released, own, example.released({ ...head(own), gaps })).rules).toEqual(['release.gap-unknown']);
  });

  describe('at the bedside', () => {
    const gate = (bankState: BatchState, own: Partial<BatchState>, treatment = {}) => {
      const all = surroundings({ [`batch-${BANK}`]: bankState, [`treatment-${IDS.treatment}`]: aTreatment(treatment) });
      const state = aBatch({ legacyOrigins: new Set([BANK]), ...own }, aUnit());
      return gateFor(state, IDS.unit, IDS.treatment, AT, {
        state: (aggregate, id) => all.get(`${aggregate.name}-${id}`) as never,
        states: (aggregate, ids) => new Map(ids.map((id) => [id, all.get(`${aggregate.name}-${id}`) as never])),
      }).map(({ rule }) => rule.id);
    };
    const origins = { donations: new Set([IDS.donation]), batches: new Set([BANK]) };

    it('is amber: what is not known of the bank is said', () => {
      expect(gate(bank, { origins })).toEqual(['gate.legacy-gaps']);
    });

    it('is red where one donor of several is named, and the import says that another is not known', () => {
      const gaps = [{ about: 'donor-identity', reason: 'lost' }];
      const partly = folded(batch, BANK, [[legacyImported, releases.legacyImported({ gaps })]]);
      expect(gate(partly, { origins })).toContain('gate.legacy-donors-unknown');
    });

    it('is red where nobody knows the donors, also where others in the pool are known; urgent need apart', () => {
      const nameless = folded(batch, BANK, [[legacyImported, releases.legacyImported({ from: undefined })]]);
      const unknown = { donations: new Set<string>(), batches: new Set([BANK]) };
      expect(gate(nameless, { origins })).toEqual(['gate.legacy-donors-unknown', 'gate.legacy-gaps']);
      expect(gate(nameless, { origins: unknown })).toContain('gate.legacy-donors-unknown');
      const urgent = { event: eventId(1), physician: 'staff-0009', ground: 'urgent-medical-need' as const };
      expect(gate(nameless, { origins: unknown }, { urgentMedicalNeed: { ...urgent, patientInformed: false } })).toContain(
        'gate.risk-notice-missing',
      );
      expect(gate(nameless, { origins: unknown }, { urgentMedicalNeed: { ...urgent, patientInformed: true } })).toEqual([
        'gate.donor-exception',
        'gate.legacy-gaps',
      ]);
    });
  });
});
