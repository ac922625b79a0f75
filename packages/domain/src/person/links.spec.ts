import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { type folded as fold, folded, given } from '../specification.ts';
import * as p from './index.ts';
import { areOnePerson, examples, linkedTo, namesOfPerson, person } from './index.ts';

const { DONOR, MOTHER, ALIAS, LINK, APPROVERS } = examples;
const THIRD = 'patient-0099';
const SECOND_LINK = '0192f5c4-0000-7000-8000-0000000000f3';
type Past = Parameters<typeof fold>[2][number];

const REGISTERED: Past = [p.registered, examples.registered(), { org: 'clinic-a' }];
const LINKED: Past = [p.linked, examples.linked()];
const signers = (...names: readonly string[]): Signer[] =>
  names.map((name) => ({
    kid: `${name}${'k'.repeat(43)}`.slice(0, 43),
    org: 'clinic-a',
    person: name,
    roles: ['lab.qa'],
    meaning: p.IDENTITY_LINK,
    signedAt: '2026-11-21T07:00:00Z',
  }));
const linking = (
  over: object = {},
  {
    past = [REGISTERED],
    signed = signers(...APPROVERS),
    others = new Map<string, unknown>(),
  }: {
    past?: readonly Past[];
    signed?: Signer[];
    others?: Map<string, unknown>;
  } = {},
) => given(person, DONOR, past, others).when(p.linked, examples.linked(over), { signers: signed });
const unlinking = (past: readonly Past[] = [REGISTERED, LINKED], over: object = {}, signed = signers(...APPROVERS)) =>
  given(person, DONOR, past).when(p.unlinked, examples.unlinked(over), { signers: signed });
const noted = (link: string, other: string, standing = true): Past => [p.linkNoted, { link, with: other, standing }];

describe('a link between two pseudonyms', () => {
  it('is approved by two, and known in both records', () => {
    const done = linking();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(linkedTo(done.afterwards())).toEqual([ALIAS]);
    expect(done.decision.first?.asked).toMatchObject([
      { fact: { type: p.linkNoted.type }, target: ALIAS, data: { link: LINK, with: DONOR, standing: true } },
    ]);
  });

  it('needs two different persons, who both sign', () => {
    expect(linking({}, { signed: signers(APPROVERS[0]) })).toMatchObject({
      outcome: 'refuse',
      rules: ['link.approver-unsigned'],
    });
    expect(linking({}, { signed: signers(APPROVERS[0]).map((each) => ({ ...each, meaning: 'other' })) }).rules).toEqual([
      'link.approver-unsigned',
      'link.approver-unsigned',
    ]);
    const same = linking({ approvers: [APPROVERS[0], APPROVERS[0]] }, { signed: signers(APPROVERS[0]) });
    expect(same).toMatchObject({ outcome: 'refuse', rules: ['link.approvers-same'] });
  });

  it('to a pseudonym of another organisation is approved by one of that organisation too', () => {
    const others = new Map([
      [`person-${ALIAS}`, folded(person, ALIAS, [[p.registered, examples.registered(), { org: 'clinic-b' }]])],
    ]);
    expect(linking({}, { others })).toMatchObject({ outcome: 'refuse', rules: ['link.other-organisation-silent'] });
    const [one, two] = signers(...APPROVERS);
    expect(linking({}, { others, signed: [one!, { ...two!, org: 'clinic-b' }] }).outcome).toBe('record');
  });

  it('to itself is none', () => {
    const done = linking({ with: DONOR });
    expect(done).toMatchObject({ outcome: 'refuse', rules: ['link.to-itself'] });
    expect(done.decision.first).toBeUndefined();
  });

  it('is not made between a mother and her child', () => {
    const child: Past = [p.registered, examples.registered({ birthMother: MOTHER })];
    expect(linking({ with: MOTHER }, { past: [child] }).rules).toEqual(['link.mother-and-child']);
    const others = new Map([
      [
        `person-${ALIAS}`,
        folded(person, ALIAS, [[p.registered, examples.registered({ birthMother: DONOR }), { org: 'clinic-a' }]]),
      ],
    ]);
    expect(linking({}, { others }).rules).toEqual(['link.mother-and-child']);
  });

  it('made twice is told, and a taken id is none', () => {
    expect(linking({ link: SECOND_LINK }, { past: [REGISTERED, LINKED] }).warnings).toEqual(['link.exists']);
    expect(linking({ with: THIRD }, { past: [REGISTERED, LINKED] })).toMatchObject({
      outcome: 'refuse',
      rules: ['link.id-taken'],
    });
  });

  it('on the word of the person alone is told', () => {
    expect(linking({ evidence: ['own-statement'] }).warnings).toEqual(['link.own-statement-only']);
  });

  it('rewrites nothing: the record stays what it was', () => {
    const before = folded(person, DONOR, [REGISTERED, [p.screened, examples.screened()]]);
    const after = linking({}, { past: [REGISTERED, [p.screened, examples.screened()]] }).afterwards();
    expect({ ...after, links: before.links }).toEqual(before);
  });
});

describe('undoing a link', () => {
  it('is approved by two as well, and told to the other record', () => {
    const done = unlinking();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.decision.first?.asked).toMatchObject([{ target: ALIAS, data: { link: LINK, with: DONOR, standing: false } }]);
    const after = done.afterwards();
    expect(linkedTo(after)).toEqual([]);
    expect(after.links.get(LINK)?.undone).not.toBeNull();
    expect(unlinking(undefined, {}, []).outcome).toBe('refuse');
  });

  it('can be done from the other record, where the link was only noted', () => {
    const done = unlinking([REGISTERED, noted(LINK, THIRD)]);
    expect(done.outcome).toBe('record');
    expect(done.decision.first?.asked).toMatchObject([{ target: THIRD }]);
  });

  it('undoes what stands, once', () => {
    expect(unlinking([REGISTERED])).toMatchObject({ outcome: 'refuse', rules: ['link.unknown'] });
    expect(unlinking([REGISTERED, LINKED, [p.unlinked, examples.unlinked()]])).toMatchObject({
      outcome: 'refuse',
      rules: ['link.undone-before'],
    });
  });

  it('is learned by the record that only noted it, and a later link stands again', () => {
    const heard = folded(person, ALIAS, [noted(LINK, DONOR), noted(LINK, DONOR, false)]);
    expect(linkedTo(heard)).toEqual([]);
    expect(linkedTo(folded(person, ALIAS, [noted(LINK, DONOR), noted(LINK, DONOR, false), noted(SECOND_LINK, DONOR)]))).toEqual([
      DONOR,
    ]);
  });
});

describe('the names of a person', () => {
  const world = (...streams: [string, Past[]][]) => {
    const states = new Map(streams.map(([id, past]) => [id, folded(person, id, past)]));
    return { state: <S>(_: unknown, id: string) => states.get(id) as S | undefined };
  };
  const chain = world(
    [DONOR, [noted(LINK, ALIAS)]],
    [ALIAS, [noted(LINK, DONOR), noted(SECOND_LINK, THIRD)]],
    [THIRD, [noted(SECOND_LINK, ALIAS)]],
  );

  it('are found through links of links, from whichever end', () => {
    for (const name of [DONOR, ALIAS, THIRD])
      expect([...namesOfPerson(name, chain)].sort()).toEqual([DONOR, ALIAS, THIRD].sort());
    expect(areOnePerson([DONOR, THIRD], chain)).toBe(true);
    expect(areOnePerson([DONOR, 'donor-0500'], chain)).toBe(false);
    expect(areOnePerson([DONOR], chain)).toBe(true);
  });

  it('fall apart where a link in the middle is undone', () => {
    const broken = world(
      [DONOR, [noted(LINK, ALIAS)]],
      [ALIAS, [noted(LINK, DONOR), noted(SECOND_LINK, THIRD), noted(SECOND_LINK, THIRD, false)]],
      [THIRD, [noted(SECOND_LINK, ALIAS), noted(SECOND_LINK, ALIAS, false)]],
    );
    expect(areOnePerson([DONOR, ALIAS], broken)).toBe(true);
    expect(areOnePerson([DONOR, THIRD], broken)).toBe(false);
  });

  it('in a circle come to an end', () => {
    const circle = world([DONOR, [noted(LINK, ALIAS)]], [ALIAS, [noted(LINK, DONOR)]]);
    expect([...namesOfPerson(DONOR, circle)]).toEqual([DONOR, ALIAS]);
  });
});
