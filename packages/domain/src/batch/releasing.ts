import { z } from 'zod';
import { openDeviations } from '../deviation/index.ts';
import { broken, type Check, type Context, type Signer } from '../kernel/index.ts';
import { product, type Specification } from '../registry/index.ts';
import { release } from '../release/state.ts';
import { type SignerRole, signerRoles } from '../rules/index.ts';
import { localDateOf } from '../time/index.ts';
import { LIST_LIMIT, Scope, Sha256, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { isInvestigated } from './investigations.ts';
import { isListedGap, ListedGap } from './legacy-gaps.ts';
import { type LineReadiness, LineStatus, releaseReadiness } from './release-readiness.ts';
import { releaseRules } from './release-rules.ts';
import { scopeFaults, unitsIn } from './scoped.ts';
import { type BatchState, concerns, dispositionOf, type Restriction, type UnitScope, withWholes } from './state.ts';
import { RESTRICTION_ZH } from './wording.ts';

/** What every disposition names: for what, up to where the record was read, and what was read beside it. */
export const dispositionShape = {
  scope: Scope,
  reviewed: z
    .strictObject({ seq: z.int().min(0), leaf: Sha256 })
    .describe('Newest entry of the batch that the signers read; nothing may have been added since'),
  evidence: z
    .strictObject({
      events: z.array(Uuid).max(LIST_LIMIT).optional(),
      documents: z
        .array(z.strictObject({ title: SiteCode, digest: Sha256 }))
        .max(LIST_LIMIT)
        .optional(),
    })
    .optional()
    .describe('What the signers list as reviewed'),
  gaps: z
    .array(ListedGap)
    .max(LIST_LIMIT)
    .optional()
    .describe('Gaps of imported records that this rests on: the signers list each of them'),
} as const;

export const INVESTIGATION_ZH = { 'not-opened': '未启动', open: '未关闭', closed: '已关闭' } as const;

type Reviewed = { readonly seq: number; readonly leaf: string };

export function headFault({ seq, leaf }: Reviewed, { head }: Context): Check {
  return (head?.seq !== seq || head.leaf !== leaf) && broken(releaseRules.headMoved, '/reviewed', { seq });
}

/** One signature of each role, by different persons of the organisation whose batch it is, and meant as what it is taken for. */
export function signatureFaults(
  state: BatchState,
  { signers }: Context,
  meant: string,
  roles = signerRoles(state.regime),
): Check {
  const foreign = signers.filter(({ org }) => org !== state.owner);
  const own = signers.filter(({ org, person, meaning }) => org === state.owner && person !== null && meaning === meant);
  const missing = roles.filter(({ role }) => !own.some((signer) => signer.roles.includes(role)));
  const waiting = missing.length > 0 ? missing : unfilled(roles, own);
  return [
    waiting.map(({ role, title }) => broken(releaseRules.signatureMissing, '//signatures', { role, ...title })),
    missing.length === 0 && waiting.length > 0 && own.length >= roles.length && broken(releaseRules.fourEyes, '//signatures'),
    foreign.map(({ org }) => broken(releaseRules.foreignSigner, '//signatures', { org, owner: state.owner ?? '' })),
  ];
}

/** Roles left over when each person fills one: the best assignment, since a person may hold several roles. */
function unfilled(roles: readonly SignerRole[], signers: readonly Signer[]): readonly SignerRole[] {
  const [role, ...others] = roles;
  if (!role) return [];
  const filled = signers
    .filter((signer) => signer.roles.includes(role.role))
    .map((signer) =>
      unfilled(
        others,
        signers.filter(({ person }) => person !== signer.person),
      ),
    );
  return [...filled, [role, ...unfilled(others, signers)]].reduce((best, each) => (each.length < best.length ? each : best));
}

/** The specification version that the batch is bound to. */
function boundSpecification(state: BatchState, context: Context): Specification | undefined {
  return state.product ? context.state(product, state.product.id)?.specifications.get(state.product.specification) : undefined;
}

/**
 * Everything that a release asks for, but for the lines of the specification, the signatures and the head.
 *
 * @param excepted ids of results that need no closed investigation, because they are what an exception is made for
 */
export function recordFaults(state: BatchState, scope: UnitScope, excepted: ReadonlySet<string> = new Set()): Check {
  const units = unitsIn(state, scope);
  const unlabelled = units.filter(({ labelled, end }) => labelled === null && end === null).length;
  const deviations = openDeviations(state);
  const critical = deviations.filter((deviation) => deviation.class === 'critical');
  return [
    scopeFaults(state, scope),
    [...state.tests.values()].map((result) => {
      if (result.verdict !== 'fail' || excepted.has(result.id)) return undefined;
      const investigation = isInvestigated(state, result);
      return (
        investigation !== 'closed' &&
        broken(releaseRules.failureUninvestigated, '', {
          test: result.test,
          investigation,
          zh: INVESTIGATION_ZH[investigation],
        })
      );
    }),
    state.materials.map(
      ({ expiry, occurredAt, lot, name }) =>
        expiry !== null &&
        (occurredAt === null || localDateOf(occurredAt) > expiry) &&
        broken(releaseRules.materialExpired, '', { lot, material: name, expiry }),
    ),
    critical.map((deviation) => broken(releaseRules.criticalDeviation, '', { rule: deviation.rule ?? deviation.id })),
    deviations.length > critical.length && broken(releaseRules.deviationOpen, '', { count: deviations.length - critical.length }),
    restrictionFaults('quarantined', state.quarantines, scope, state),
    restrictionFaults('held', state.holds, scope, state),
    restrictionFaults('recalled', state.recalls, scope, state),
    units.some((unit) => dispositionOf(state, unit)?.kind === 'rejected') && broken(releaseRules.rejected, '/scope'),
    state.splitsClosed === null && broken(releaseRules.splitNotClosed),
    unlabelled > 0 && broken(releaseRules.unlabelled, '/scope', { count: unlabelled }),
  ];
}

function restrictionFaults(
  restriction: keyof typeof RESTRICTION_ZH,
  restrictions: readonly Restriction[],
  scope: UnitScope,
  state: BatchState,
): Check {
  const units = unitsIn(state, scope);
  return restrictions.map(
    (each) =>
      each.lifted === null &&
      (each.scope === 'whole-batch' || units.some((unit) => concerns(each.scope, withWholes(state, unit)))) &&
      broken(releaseRules.restricted, '/scope', {
        restriction,
        zh: RESTRICTION_ZH[restriction],
        reason: each.reason,
      }),
  );
}

/** The first signer took the preparation back before the second signed. */
export function withdrawnFault(context: Context): Check {
  return context.state(release, context.id)?.status === 'withdrawn' && broken(releaseRules.withdrawn, '//signatures');
}

export function lineFault({ line, test, status }: LineReadiness): Check {
  return broken(releaseRules.lineNotPassed, '', { line, test, status, zh: titleOf(LineStatus, status, 'zh') });
}

/**
 * Lines that a release waits for; undefined where the specification is not registered.
 *
 * @param listed a result that an import lacks is awaited no more once the signers list it as a gap
 */
export function openLines(
  state: BatchState,
  context: Context,
  listed?: readonly ListedGap[],
): readonly LineReadiness[] | undefined {
  const specification = boundSpecification(state, context);
  return (
    specification &&
    releaseReadiness(state, specification).open.filter(
      ({ line, status }) => status !== 'missing' || !isListedGap(line, listed, state),
    )
  );
}
