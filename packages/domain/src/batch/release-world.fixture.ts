import type { AnyFact, Signer } from '../kernel/index.ts';
import { type ProductState, product, type SpecificationLine } from '../registry/index.ts';
import { eventId, type folded, given } from '../specification.ts';
import { type TreatmentState, treatment } from '../treatment/state.ts';
import * as example from './examples.ts';
import {
  batch,
  isolated,
  materialUsed,
  opened,
  originsResolved,
  split,
  splitClosed,
  testRecorded,
  unitLabelled,
} from './index.ts';
import * as releases from './release-examples.ts';

export type Past = Parameters<typeof folded>[2];

/** What the fact asks its signers to mean. */
const AS_ASKED = 'as-asked';
const signer = (person: string, roles: readonly string[], org = 'lab-a'): Signer => ({
  kid: `key-${person}`,
  org,
  person,
  roles,
  meaning: AS_ASKED,
  signedAt: '2026-11-21T08:00:00Z',
});
export const QA = signer('staff-0021', ['lab.qa']);
export const QP = signer('staff-0022', ['lab.qp']);

const line = (id: string, test: string, limit: SpecificationLine['limit']): SpecificationLine => ({
  line: id,
  test,
  method: 'SOP',
  stage: 'release',
  limit,
  mandatory: true,
});
const VIABILITY = { op: '≥', value: '95', unit: '%' } as const;
const STERILITY: SpecificationLine['limit'] = { op: 'is', anyOf: ['negative'] };

/** Version 1: viability and sterility. Version 2: the same in the other order, and viability from 75 %. */
export function specified(): ProductState {
  const state = product.initial(example.PRODUCT);
  const version = (n: number, lines: readonly SpecificationLine[]) =>
    state.specifications.set(n, {
      version: n,
      event: eventId(0),
      name: { zh: '脐带间充质干细胞', en: 'UC-MSC' },
      autologous: false,
      lines,
      transport: null,
      thawToInfusionMinutes: null,
    });
  version(1, [line('1', 'viability', VIABILITY), line('2', 'sterility', STERILITY)]);
  version(2, [line('1', 'sterility', STERILITY), line('2', 'viability', { ...VIABILITY, value: '75' })]);
  return state;
}

export function planned(over: Partial<TreatmentState> = {}): TreatmentState {
  return {
    ...treatment.initial(releases.TREATMENT),
    planned: true,
    patient: releases.PATIENT,
    physician: releases.PHYSICIAN,
    site: 'hosp-a',
    ...over,
  };
}

export const viable = example.result();
export const dying = example.result({ value: { value: '80', unit: '%' }, verdict: 'fail' });
export const sterile = example.result({
  test: 'sterility',
  line: '2',
  value: { category: 'negative' },
  limit: STERILITY,
});
export const growing = { ...sterile, value: { category: 'positive' }, verdict: 'fail' };

export const made: Past = [
  [opened, example.opened()],
  [originsResolved, example.originsResolved()],
  [isolated, example.isolated()],
  [materialUsed, example.materialUsed()],
  [split, example.split(3)],
  [splitClosed, example.splitClosed(3)],
  [unitLabelled, example.unitLabelled(3)],
];
export const reported = (...results: readonly object[]): Past[number] => [testRecorded, example.testRecorded(...results)];

/** Head of a past, as its signers reviewed it. */
export const head = (past: Past) => ({ reviewed: { seq: past.length - 1, leaf: 'A'.repeat(43) } });

export function deciding(
  fact: AnyFact,
  past: Past,
  data: object,
  {
    signers = [QA, QP],
    others = {},
    ...more
  }: { signers?: Signer[]; others?: Record<string, unknown>; actor?: object; occurredAt?: string } = {},
) {
  const streams = new Map<string, unknown>([
    [`product-${example.PRODUCT}`, specified()],
    [`treatment-${releases.TREATMENT}`, planned()],
    ...Object.entries(others),
  ]);
  const meaning = fact.signatures?.meaning ?? '';
  const signed = signers.map((each) => (each.meaning === AS_ASKED ? { ...each, meaning } : each));
  return given(batch, example.BATCH, past, streams).when(fact, data, { signers: signed, ...more });
}
