import type { Commands } from '@cytoledger/commands';
import { type Aggregate, Moment, persons, type RetentionReason, registry } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { type Caller, inWords, type Language, type QueryRoute, type Question, Refusal, TITLES } from '@cytoledger/service-kit';
import { type Vault, VaultError } from '@cytoledger/vault';
import { z } from 'zod';
import { retentionOf, type Scanned } from './retention-scan.ts';

export type ErasureParts = {
  readonly store: EventStore;
  readonly vault: Vault;
  /** Told after it was done: who asked, for whom, what came of it. */
  readonly onDecided?: (decided: { readonly by: Caller; readonly subject: string; readonly outcome: Outcome }) => void;
};

/** `erased`: the key is destroyed. `restricted`: kept for a look-back only, opened for nobody else. */
type Outcome = 'erased' | 'restricted';

const Erasure = z.strictObject({
  dryRun: z.boolean().default(false).describe('Decide, and do nothing'),
  studyEnded: Moment.optional().describe('When the last study that the person took part in ended; no record tells it'),
  offspring: z.boolean().optional().describe('That offspring are involved: then it is restricted without end'),
});
type Erasure = z.output<typeof Erasure>;

/** A request to erase: carried out where the retention term allows it, and otherwise answered by restriction (PIPL Art 47). */
export function erasureRoute(parts: ErasureParts): QueryRoute {
  return {
    method: 'POST',
    path: '/v1/subjects/:subject/erasure',
    title: {
      en: "Erase a subject's personal values, or restrict them until the retention term ends",
      zh: '删除个人信息，或在保存期限内限制处理',
    },
    permission: { by: ['platform.admin', 'site.admin'] },
    body: Erasure,
    handle: (question) => erase(parts, question),
  };
}

async function erase({ store, vault, onDecided }: ErasureParts, question: Question) {
  const { caller, commands, language, params, signal } = question;
  const subject = params['subject']!;
  const { dryRun, ...stated } = question.body as Erasure;
  if (!caller.roles.includes('platform.admin') && !(await isOwn(commands, subject, caller.org))) throw unknown(subject);
  const names = subject.startsWith('org:') ? [] : await commands.consider((state) => persons.namesOfPerson(subject, { state }));
  const scanned = await retentionOf(store, subject, { now: new Date().toISOString(), stated, names, signal });
  if (!scanned.known) throw unknown(subject);
  const decided = dryRun ? decisionOf(scanned) : await carryOut(vault, subject, scanned);
  if (!dryRun) onDecided?.({ by: caller, subject, outcome: decided.outcome });
  const { begun = true } = scanned.verdict as { begun?: boolean };
  return {
    body: {
      subject,
      ...decided,
      ...(decided.outcome === 'restricted' && { begun }),
      dryRun,
      reasons: scanned.verdict.reasons.map((reason) => reasonIn(reason, language)),
      position: scanned.position,
    },
  };
}

type Decided = { readonly outcome: Outcome; readonly until?: string | null };

function decisionOf({ verdict }: Scanned): Decided {
  return verdict.allowed ? { outcome: 'erased' } : { outcome: 'restricted', until: verdict.until };
}

/** @throws VaultError */
async function carryOut(vault: Vault, subject: string, scanned: Scanned): Promise<Decided> {
  const decided = decisionOf(scanned);
  try {
    if (decided.outcome === 'erased') await vault.erase(subject);
    else await vault.restrict(subject, decided.until ?? null, scanned.verdict.reasons.map(({ id }) => id).join(' '));
    return decided;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    // Erased before, when less was recorded: that stands.
    if (error.code === 'subject-erased') return { outcome: 'erased' };
    if (error.code === 'subject-restricted') throw keptLonger(error.message);
    throw error;
  }
}

/** The organisation that registered the person or enrolled the member of staff, and of its own texts. */
async function isOwn(commands: Commands, subject: string, org: string): Promise<boolean> {
  if (subject.startsWith('org:')) return subject === `org:${org}`;
  const person = await commands.read(persons.person as Aggregate<never>, subject);
  const staff = await commands.read(registry.staff as Aggregate<never>, subject);
  return (person.state as persons.PersonState).registeredBy === org || (staff.state as registry.StaffState).org === org;
}

function reasonIn({ id, text, citation, confirmed }: RetentionReason, language: Language) {
  const pending = language === 'zh' ? '引文待确认' : 'citation to be confirmed';
  return { rule: id, message: text[language], citation: confirmed ? citation : `${citation} (${pending})` };
}

function unknown(subject: string): Refusal {
  return new Refusal({
    status: 404,
    code: 'not-found',
    title: TITLES.notFound,
    detail: { en: `Nothing is recorded about ${subject}.`, zh: `没有关于 ${subject} 的记录。` },
  });
}

/** An earlier restriction lasts longer than the records alone say: offspring were stated then, say. */
function keptLonger(detail: string): Refusal {
  return new Refusal({
    status: 409,
    code: 'subject-restricted',
    title: { en: 'Restricted', zh: '限制处理' },
    detail: inWords('此前的限制期限更长', detail),
  });
}
