import type { JsonObject, JsonValue } from '@cytoledger/attest';
import type { Commands, Outcome, Rehearsal, Rehearsed, Submission } from '@cytoledger/commands';
import { type Aggregate, parseStream, registry } from '@cytoledger/domain';
import { authorise } from './access.ts';
import type { Caller } from './caller.ts';
import { type Language, Refusal } from './problem.ts';
import { readStatement } from './reading.ts';
import type { Role } from './roles.ts';
import type { FactRoute } from './service.ts';
import { TITLES } from './titles.ts';

/** What a fact's route says of capturing it. */
export type CaptureRoute = Pick<FactRoute, 'fact' | 'permission' | 'ownOrganisation'>;

/** What an exchange that brings many entries is answered with; each entry names its type and stream itself. */
export type CaptureMany = {
  readonly commands: Commands;
  /** By event type: what is mounted in this process. */
  readonly routes: ReadonlyMap<string, CaptureRoute>;
  readonly caller: Caller;
  readonly language: Language;
  readonly correlation: string;
  readonly onOutcome?: (type: string, outcome: Outcome) => void;
};

export type CaptureRequest = {
  readonly route: CaptureRoute;
  readonly target: string;
  readonly fill: Readonly<Record<string, string>>;
  readonly sent: JsonValue;
  readonly caller: Caller;
  readonly correlation: string;
};

type Invalid = Extract<Outcome, { kind: 'invalid' }>;

/** parse → authorise → (load → decide → seal → append → receipt). */
export async function capture(commands: Commands, request: CaptureRequest): Promise<Outcome> {
  const submission = misnamed(request) ?? read(request, roleOf(request) ?? (await refuse(commands, request)));
  return 'kind' in submission ? submission : commands.submit(submission);
}

/** What {@link capture} would do with it, played in a rehearsal. */
export async function rehearse(commands: Commands, rehearsal: Rehearsal, request: CaptureRequest): Promise<Rehearsed | Invalid> {
  const submission = misnamed(request) ?? read(request, roleOf(request) ?? (await refuse(commands, request)));
  return 'kind' in submission ? submission : rehearsal.play(submission);
}

/** The log keeps the name for ever: it is a name of this kind, in its one spelling, and holds no personal number. */
function misnamed({ route, target }: CaptureRequest): Invalid | undefined {
  const what = route.fact.aggregate.name;
  const named = parseStream(`${what}-${target}`);
  if (named.ok && named.value.kind === what) return undefined;
  const message = named.ok
    ? { en: `${what}-${target} is no ${what}`, zh: `${what}-${target} 不是 ${what}` }
    : named.problem.message;
  return { kind: 'invalid', problems: [{ rule: `path.${named.ok ? 'kind' : named.problem.code}`, pointer: '', message }] };
}

function roleOf({ route, caller }: CaptureRequest): Role | undefined {
  return caller.roles.find((candidate) => route.permission.by.includes(candidate));
}

function read(request: CaptureRequest, role: Role): Submission | Invalid {
  const { route, target, caller, correlation } = request;
  const { fact, permission } = route;
  const what = fact.aggregate.name;
  const statement = readStatement(fact, `${what}-${target}`, request.sent, request.fill);
  if (!statement.ok) return { kind: 'invalid', problems: statement.problems };
  checkOrganisation(route.ownOrganisation, statement.value.data, caller);
  return {
    fact,
    target,
    actor: { org: caller.org, person: caller.person, role, client: caller.client },
    correlation,
    causation: null,
    statement: statement.value,
    permit: (relations) => void authorise(caller, permission, relations, what),
  };
}

/** @throws Refusal 403 where what was sent speaks for another organisation */
function checkOrganisation(member: string | undefined, data: JsonObject, { org }: Caller): void {
  if (member === undefined || data[member] === org) return;
  throw new Refusal({
    status: 403,
    code: 'other-organisation',
    title: TITLES.notAllowed,
    detail: { en: `/data/${member}: ${org} speaks for itself only.`, zh: `/data/${member}：${org} 只能代表本机构。` },
  });
}

/** No role fits: whether that is a 403 or a 404 depends on what the caller may know. */
async function refuse(commands: Commands, { route, target, caller }: CaptureRequest): Promise<never> {
  const aggregate = route.fact.aggregate as Aggregate<never>;
  const fold = await commands.read(aggregate, target);
  const relations = fold.head === null ? null : aggregate.relations(fold.state as never, caller.org);
  authorise(caller, route.permission, relations, aggregate.name);
  throw new TypeError('unreachable: a role that fits was not found');
}

/**
 * A system client names a person only from its organisation's enrolled staff.
 *
 * @throws Refusal 403
 */
export async function onBehalfOf(commands: Commands, caller: Caller, person: string | undefined): Promise<Caller> {
  if (person === undefined || caller.person === person) return caller;
  if (caller.person !== null || caller.client === null) {
    throw new Refusal({
      status: 403,
      code: 'not-on-behalf',
      title: TITLES.notAllowed,
      detail: { en: 'Only a system client may name the person who acted.', zh: '只有系统客户端可以指明操作人。' },
    });
  }
  const fold = await commands.read(registry.staff as Aggregate<never>, person);
  if ((fold.state as registry.StaffState).org !== caller.org) {
    throw new Refusal({
      status: 403,
      code: 'staff-not-enrolled',
      title: TITLES.notAllowed,
      detail: {
        en: `${person} is not enrolled staff of ${caller.org}.`,
        zh: `${person} 不是 ${caller.org} 已登记的工作人员。`,
      },
    });
  }
  return { ...caller, person };
}
