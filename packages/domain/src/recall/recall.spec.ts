import { describe, expect, it } from 'vitest';
import { batch } from '../batch/index.ts';
import type { Signer } from '../kernel/index.ts';
import { material } from '../material/index.ts';
import { type folded as fold, folded, given } from '../specification.ts';
import * as r from './index.ts';
import { examples, recall, recallFigures } from './index.ts';

const { RECALL, HOSPITAL, OTHER, UNITS } = examples;
type Past = Parameters<typeof fold>[2][number];

const INITIATED: Past = [r.initiated, examples.initiated()];
const NOTICE: Past = [r.noticeSent, examples.noticeSent(), { occurredAt: '2026-11-20T09:00:00+08:00' }];
const TO_OTHER: Past = [
  r.noticeSent,
  examples.noticeSent({ site: OTHER, deadline: '2026-11-21T08:00:00+08:00' }),
  { occurredAt: '2026-11-20T09:30:00+08:00' },
];
const ANSWER: Past = [r.acknowledged, examples.acknowledged(), { org: HOSPITAL, occurredAt: '2026-11-20T11:00:00+08:00' }];
const DOWNSTREAM = '0192f5c4-0000-7000-8000-00000000ba03';
const FOREIGN = '0192f5c4-0000-7000-8000-00000000ba04';
const kept = (id: string, owner: string, upstream: readonly string[] = []) =>
  [`batch-${id}`, { ...batch.initial(id), owner, origins: { donations: new Set(), batches: new Set(upstream) } }] as const;
const BATCHES = new Map([
  kept(examples.BATCH, 'lab-a'),
  kept(examples.scopeExtended().batches[0]!, 'lab-a'),
  kept(DOWNSTREAM, 'lab-b', [examples.BATCH]),
  kept(FOREIGN, 'lab-b'),
]);
const when = (
  fact: Parameters<ReturnType<typeof given>['when']>[0],
  data: object,
  past: readonly Past[] = [INITIATED, NOTICE, TO_OTHER],
  options: Parameters<ReturnType<typeof given>['when']>[2] = {},
) => given(recall, RECALL, past, BATCHES).when(fact, data, options);
const signer: Signer = {
  kid: 'k'.repeat(43),
  org: 'lab-a',
  person: 'staff-0002',
  roles: ['lab.qa'],
  meaning: 'recall-closure',
  signedAt: '2026-11-21T07:00:00Z',
};

describe('initiating a recall', () => {
  it('freezes the list by site, and lets the sites on it answer', () => {
    const done = when(r.initiated, examples.initiated(), []);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const after = done.afterwards();
    expect([...after.sites.values()].map(({ site, sent }) => [site, sent])).toEqual([
      [HOSPITAL, 3],
      [OTHER, 2],
    ]);
    expect(recall.relations(after, HOSPITAL)).toEqual(['custodian']);
    expect(recall.relations(after, 'lab-a')).toEqual(['owner']);
  });

  it('of nothing is recorded, with a finding', () => {
    expect(when(r.initiated, examples.initiated({ batches: [], units: [] }), []).rules).toEqual(['recall.list-empty']);
  });

  it('reaches batches of others that were made of the own, and tells of those in which it has no part, as of those that are not there', () => {
    const of = (batches: readonly string[], fact = r.initiated) =>
      when(fact, examples.initiated({ batches, units: [] }), []).rules;
    expect(of([examples.BATCH, DOWNSTREAM])).toEqual([]);
    expect(of([FOREIGN])).toEqual(['recall.batch-not-theirs']);
    expect(of([RECALL])).toEqual(['recall.batch-not-theirs']);
    expect(when(r.scopeExtended, { batches: [FOREIGN], units: [] }).rules).toEqual(['recall.batch-not-theirs']);
  });

  it('tells of lots whose records are another’s, as of those that are not there', () => {
    const lot = '0192f5c4-0000-7000-8000-00000000c001';
    const lots = (id?: string) => [{ lot: 'FBS-1', ...(id !== undefined && { material: id }) }];
    const said = (id: string | undefined, owner: string) =>
      given(
        recall,
        RECALL,
        [],
        new Map<string, unknown>([...BATCHES, [`material-${lot}`, { ...material.initial(lot), owner }]]),
      ).when(r.initiated, { ...examples.initiated(), lots: lots(id) }).rules;
    expect(said(lot, 'lab-a')).toEqual([]);
    expect(said(undefined, 'lab-b')).toEqual([]);
    expect(said(lot, 'lab-b')).toEqual(['recall.lot-not-theirs']);
    expect(said(RECALL, 'lab-a')).toEqual(['recall.lot-not-theirs']);
    expect(when(r.scopeExtended, { batches: [], units: [], lots: lots(lot) }).rules).toEqual(['recall.lot-not-theirs']);
  });

  it('names a unit once, and at most 400 in one entry', () => {
    const twice = examples.initiated({ units: [{ batch: examples.BATCH, site: HOSPITAL, units: [UNITS[0], UNITS[0]] }] });
    expect(r.initiated.schema.safeParse(twice).success).toBe(false);
  });

  it('is extended without counting a unit twice', () => {
    const more = { batches: [], units: [{ batch: examples.BATCH, site: OTHER, units: [UNITS[0], RECALL] }] };
    expect(when(r.scopeExtended, more).afterwards().sites.get(OTHER)?.sent).toBe(3);
  });
});

describe('a notice', () => {
  it.each([
    ['I', '2026-11-21T08:00:00+08:00', []],
    ['I', '2026-11-21T08:00:01+08:00', ['recall.notice-late']],
    ['II', '2026-11-23T08:00:00+08:00', []],
    ['II', '2026-11-23T08:00:01+08:00', ['recall.notice-late']],
    ['III', '2026-11-27T08:00:01+08:00', ['recall.notice-late']],
  ])('of class %s sent at %s breaks %j', (recallClass, occurredAt, rules) => {
    const past: Past[] = [[r.initiated, examples.initiated({ class: recallClass })]];
    const data = examples.noticeSent({ deadline: '2026-12-24T08:00:00+08:00' });
    expect(when(r.noticeSent, data, past, { occurredAt }).rules).toEqual(rules);
  });

  it('to a site without a unit on the list warns', () => {
    expect(when(r.noticeSent, examples.noticeSent({ site: 'hospital-x' })).warnings).toContain('recall.site-not-concerned');
  });

  it('asks for an answer after it is sent', () => {
    const data = examples.noticeSent({ deadline: '2026-11-20T08:00:00+08:00' });
    expect(when(r.noticeSent, data).rules).toContain('recall.deadline-before-notice');
  });
});

describe('an acknowledgement', () => {
  const answering = (over: object = {}, options: object = {}) =>
    when(r.acknowledged, examples.acknowledged(over), undefined, {
      actor: { org: HOSPITAL },
      occurredAt: '2026-11-20T12:00:00+08:00',
      ...options,
    });

  it('accounts for what the site was sent', () => {
    const done = answering();
    expect(done).toMatchObject({ rules: [], warnings: [] });
    const figures = recallFigures(done.afterwards(), '2026-11-20T06:00:00.000Z');
    expect(figures).toMatchObject({ sent: 5, accounted: 3, unaccounted: 2, accountedPercent: '60.0', silentSites: [OTHER] });
    expect(figures.sites[0]).toMatchObject({ used: 1, quarantined: 2, unaccounted: 0, silent: false });
  });

  it('may come from who recalls, which wrote down what it was told, and from nobody else', () => {
    expect(answering({}, { actor: { org: 'lab-a' } }).rules).toEqual([]);
    expect(answering({}, { actor: { org: OTHER } }).rules).toEqual(['recall.acknowledged-by-other']);
  });

  it('of more than was sent is a finding', () => {
    expect(answering({ used: 2 }).rules).toEqual(['recall.more-than-sent']);
  });

  it('after the deadline is late', () => {
    expect(answering({}, { occurredAt: '2026-11-22T08:00:01+08:00' }).rules).toEqual(['recall.acknowledged-late']);
  });

  it('said again replaces the first', () => {
    const after = when(r.acknowledged, examples.acknowledged({ quarantined: 0, destroyed: 2 }), [INITIATED, NOTICE, ANSWER], {
      actor: { org: HOSPITAL },
      occurredAt: '2026-11-21T12:00:00+08:00',
    }).afterwards();
    expect(recallFigures(after, '2026-11-21T06:00:00.000Z').sites[0]).toMatchObject({ quarantined: 0, destroyed: 2 });
  });
});

describe('a unit that no answer counts', () => {
  const accounting = (unit: string | undefined, past: readonly Past[] = [INITIATED, NOTICE, TO_OTHER, ANSWER]) =>
    when(r.unitAccounted, examples.unitAccounted({ unit }), past);

  it('is accounted for one by one', () => {
    const done = accounting(UNITS[3]);
    expect(done).toMatchObject({ rules: [], warnings: [] });
    expect(recallFigures(done.afterwards(), '2026-11-20T06:00:00.000Z')).toMatchObject({ unaccounted: 1 });
  });

  it('of a site that counted them all makes one too many', () => {
    expect(accounting(UNITS[0]).rules).toEqual(['recall.more-than-sent']);
  });

  it('warns where it is not on the list, or was found before', () => {
    expect(accounting(RECALL).warnings).toEqual(['recall.unit-not-listed']);
    const found: Past = [r.unitAccounted, examples.unitAccounted()];
    expect(accounting(UNITS[3], [INITIATED, found]).warnings).toEqual(['recall.unit-accounted-before']);
  });
});

describe('a silent site', () => {
  it('is escalated after its deadline, not before', () => {
    const at = (occurredAt: string) => when(r.escalated, examples.escalated(), undefined, { occurredAt });
    expect(at('2026-11-21T08:00:00+08:00').warnings).toEqual(['recall.escalated-early']);
    expect(at('2026-11-21T08:00:01+08:00').warnings).toEqual([]);
  });
});

describe('the check of effectiveness', () => {
  const checking = (over: object) => when(r.effectivenessChecked, examples.effectivenessChecked(over)).rules;

  it('finds what it finds', () => {
    expect(checking({})).toEqual([]);
    expect(checking({ effective: false, confirmed: 1 })).toEqual(['recall.not-effective']);
    expect(checking({ confirmed: 4 })).toEqual(['recall.confirmed-more-than-sampled']);
  });
});

describe('closing a recall', () => {
  const closing = (past: readonly Past[], over: object = {}, signers = [signer]) =>
    when(r.closed, examples.closed(over), past, { signers });
  const ALL: Past = [
    r.acknowledged,
    examples.acknowledged({ site: OTHER, used: 0, quarantined: 2 }),
    { org: OTHER, occurredAt: '2026-11-20T20:00:00+08:00' },
  ];

  it('is clean when every unit is accounted for and every site has answered', () => {
    const done = closing([INITIATED, NOTICE, TO_OTHER, ANSWER, ALL]);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(recallFigures(done.afterwards(), '2026-11-22T06:00:00.000Z')).toMatchObject({
      accountedPercent: '100.0',
      silentSites: [],
      minutesToLastNotice: 90,
      minutesToLastAnswer: 720,
    });
  });

  it('with units unaccounted and silent sites is recorded with findings', () => {
    expect(closing([INITIATED, NOTICE, TO_OTHER, ANSWER]).rules).toEqual([
      'recall.closed-with-units-unaccounted',
      'recall.closed-with-silent-sites',
    ]);
  });

  it('that was raised in error asks for no answers', () => {
    expect(closing([INITIATED], { outcome: 'raised-in-error' }).rules).toEqual([]);
  });

  it('is signed', () => {
    expect(closing([INITIATED, NOTICE, TO_OTHER, ANSWER, ALL], {}, []).rules).toEqual(['recall.closed-unsigned']);
    const others = [
      { ...signer, meaning: 'release' },
      { ...signer, org: OTHER },
    ];
    expect(closing([INITIATED, NOTICE, TO_OTHER, ANSWER, ALL], {}, others).rules).toEqual(['recall.closed-unsigned']);
  });

  it('ends it: what comes later warns', () => {
    const past = [INITIATED, NOTICE, TO_OTHER, ANSWER, ALL, [r.closed, examples.closed()] as Past];
    expect(when(r.scopeExtended, examples.scopeExtended(), past).warnings).toEqual(['recall.closed']);
  });
});

describe('what was said in other words', () => {
  it('keeps contacts and free text out of the log', () => {
    expect(r.noticeSent.personal.map(({ path }) => path.join('/'))).toEqual(['contact']);
    expect(folded(recall, RECALL, [INITIATED]).mock).toBe(false);
  });
});
