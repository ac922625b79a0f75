import * as batches from './batch/index.ts';
import * as corrections from './correction/index.ts';
import * as deviations from './deviation/index.ts';
import * as donations from './donation/index.ts';
import * as equipment from './equipment/index.ts';
import { type Aggregate, type AnyFact, type Rule, type Upcaster, upcastWith } from './kernel/index.ts';
import * as logs from './log/index.ts';
import * as materials from './material/index.ts';
import * as oversight from './oversight/index.ts';
import * as persons from './person/index.ts';
import * as policies from './policies/policy-rules.ts';
import * as recalls from './recall/index.ts';
import * as registry from './registry/index.ts';
import * as releases from './release/index.ts';
import * as rooms from './room/index.ts';
import * as general from './rules/kernel-rules.ts';
import * as samples from './sample/index.ts';
import * as shipments from './shipment/index.ts';
import * as spanningDeviations from './spanning/index.ts';
import * as treatments from './treatment/index.ts';
import * as unreconciled from './unreconciled/index.ts';

const MODULES: readonly object[] = [
  batches,
  corrections,
  deviations,
  donations,
  equipment,
  general,
  logs,
  oversight,
  materials,
  persons,
  policies,
  recalls,
  registry,
  releases,
  rooms,
  samples,
  shipments,
  spanningDeviations,
  treatments,
  unreconciled,
];

/** Every aggregate by its name, which is the prefix of its streams. */
export const aggregates: ReadonlyMap<string, Aggregate<unknown>> = new Map(
  MODULES.flatMap((module) => Object.values(module))
    .filter(isAggregate)
    .map((aggregate) => [aggregate.name, aggregate]),
);

/** Every type of event, of its newest version: what may happen. */
export const facts: ReadonlyMap<string, AnyFact> = new Map([...aggregates.values()].flatMap((aggregate) => [...aggregate.facts]));

/** Every rule, from the `…Rules` tables of all folders, in order of id. */
export const rules: readonly Rule[] = MODULES.flatMap((module) => Object.entries(module))
  .filter(([name]) => name.endsWith('Rules'))
  .flatMap(([, table]) => Object.values(table as Record<string, Rule>))
  .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

export const ruleById: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

const upcasters: readonly Upcaster[] = MODULES.flatMap((module) => Object.entries(module))
  .filter(([name]) => name.endsWith('pcasters'))
  .flatMap(([, list]) => list as readonly Upcaster[]);

/** An event's type and data as the newest version would have said it. What is stored is never changed. */
export const upcast = upcastWith(upcasters);

function isAggregate(value: unknown): value is Aggregate<unknown> {
  return typeof value === 'object' && value !== null && 'facts' in value && value.facts instanceof Map && 'initial' in value;
}
