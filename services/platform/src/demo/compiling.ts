import type { JsonObject, JsonValue } from '@cytoledger/attest';
import { stepId } from './identities.ts';
import { isMoment, momentOf, References } from './references.ts';
import { type Bilingual, type Expectation, type RecordStep, type Scenario, ScenarioError, type Step } from './step.ts';
import type { Row, Tables } from './tables.ts';
import { filled, rowsOf } from './template.ts';

export type Written = {
  readonly name: string;
  readonly title: Bilingual;
  readonly story: Bilingual;
  readonly points: JsonObject;
  /** Of every step that says nothing else. */
  readonly capture: JsonObject;
  readonly steps: readonly JsonValue[];
  readonly tables: Tables;
};

/** A step as it is written, with its row filled in. */
type Draft = JsonObject & { readonly name: string };

const RECORDED: Expectation = { outcome: 'recorded', rules: [] };

/** Writes out repetitions, names, times and references. @throws ScenarioError that names the step */
export function compile(written: Written): Scenario {
  const { name: scenario, tables } = written;
  const drafts = named([...expanded(written.steps, {}, written.capture, tables)]);
  const ids = idsOf(scenario, drafts);
  const references = new References(scenario, ids);
  const steps = drafts.map((draft) => {
    try {
      const { name, ...rest } = draft;
      const step = stepOf({ ...(references.resolved(rest) as JsonObject), name }, ids);
      if (step.kind === 'record') references.remember(name, step.stream);
      return step;
    } catch (error) {
      throw new ScenarioError(`${scenario}, step "${draft.name}": ${(error as Error).message}`, { cause: error });
    }
  });
  return {
    name: scenario,
    title: written.title,
    story: written.story,
    steps,
    points: references.resolved(filled(written.points, {}, tables)) as JsonObject,
  };
}

/** Steps in order. A group `{each, where, steps}` is played whole for one row, then for the next. */
function* expanded(steps: readonly JsonValue[], row: Row, capture: JsonObject, tables: Tables): Generator<JsonObject> {
  for (const written of steps as readonly JsonObject[]) {
    const { each, where, steps: inner, ...step } = written;
    const narrowed = where === undefined ? undefined : (filled(where, row, tables) as JsonObject);
    const rows = each === undefined ? [{}] : rowsOf(each as string, narrowed, tables);
    for (const found of rows) {
      const known = { ...row, ...found };
      if (inner) yield* expanded(inner as JsonValue[], known, { ...capture, ...(step['capture'] as JsonObject) }, tables);
      else {
        const full = filled(step, known, tables) as JsonObject;
        yield { ...full, capture: captureOf(capture, full['capture'] as JsonObject | undefined) };
      }
    }
  }
}

/** A step that says how it was captured says all of it, but for the precision. */
function captureOf(usual: JsonObject, own: JsonObject | undefined): JsonObject {
  return own ? { precision: usual['precision'] ?? 'min', ...own } : usual;
}

/** Steps without a name are called by their stream, type and count, so that a name stays when other steps come and go. */
function named(drafts: readonly JsonObject[]): Draft[] {
  const counts = new Map<string, number>();
  const names = new Set<string>();
  return drafts.map((draft) => {
    const plain = `${draft['stream'] ?? draft['path'] ?? draft['wait']} ${draft['type'] ?? ''}`.trim();
    const count = (counts.get(plain) ?? 0) + 1;
    counts.set(plain, count);
    const name = (draft['name'] as string | undefined) ?? (count === 1 ? plain : `${plain} ${count}`);
    if (names.has(name)) throw new ScenarioError(`two steps are called "${name}"`);
    names.add(name);
    return { ...draft, name };
  });
}

/** Event ids carry the scenario's time; a step whose time is unknown carries that of the step before. */
function idsOf(scenario: string, drafts: readonly Draft[]): Map<string, string> {
  let last = 0;
  const ids = new Map<string, string>();
  for (const draft of drafts) {
    const said = draft['occurredAt'];
    if (typeof said === 'string') last = Date.parse(isMoment(said) ? momentOf(said) : said);
    ids.set(draft.name, stepId(scenario, draft.name, last));
    for (const member of Object.keys((draft['pair'] as JsonObject | undefined) ?? {})) {
      const name = `${draft.name}/${member}`;
      ids.set(name, stepId(scenario, name, last));
    }
  }
  return ids;
}

function stepOf(draft: Draft, ids: ReadonlyMap<string, string>): Step {
  const { name, as } = draft as Draft & { readonly as: string };
  const expect = expectationOf(draft['expect'] as JsonObject | undefined);
  if (typeof draft['wait'] === 'string') {
    return { kind: 'wait', name, as, expect, get: draft['wait'], holds: (draft['holds'] as string[] | undefined) ?? [] };
  }
  if (draft['pair'] !== undefined) {
    const members = Object.entries(draft['pair'] as JsonObject).map(([member, part]) => {
      const { occurredAt, capture } = draft as JsonObject;
      const whole = { occurredAt: occurredAt!, capture: capture!, ...(part as JsonObject), name: `${name}/${member}` };
      return [member, recordOf(whole, as, expect, ids)] as const;
    });
    return { kind: 'pair', name, as, expect, path: draft['path'] as string, members: Object.fromEntries(members) };
  }
  return recordOf(draft, as, expect, ids);
}

function recordOf(draft: Draft, as: string, expect: Expectation, ids: ReadonlyMap<string, string>): RecordStep {
  const { name, type, stream, occurredAt, capture, data, path, signedBy } = draft as JsonObject;
  if (typeof type !== 'string' || typeof stream !== 'string') throw new ScenarioError('a step says type and stream');
  return {
    kind: 'record',
    name: name as string,
    as,
    expect,
    path: (path as string | undefined) ?? null,
    type,
    stream,
    id: ids.get(name as string)!,
    occurredAt: (occurredAt ?? null) as string | null,
    capture: capture as JsonObject,
    data: (data ?? {}) as JsonObject,
    signedBy: (signedBy as string[] | undefined) ?? [],
  };
}

function expectationOf(written: JsonObject | undefined): Expectation {
  if (!written) return RECORDED;
  const { outcome = 'recorded', rules = [], warnings } = written as unknown as Partial<Expectation>;
  return { outcome, rules: [...rules].sort(), ...(warnings && { warnings: [...warnings].sort() }) };
}
