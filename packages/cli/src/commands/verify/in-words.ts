import type { EventClaim, EvidenceClaim, EvidenceResult, Voucher } from '@cytoledger/attest/evidence';

type Claim<K extends EvidenceClaim['claim']> = Extract<EvidenceClaim, { readonly claim: K }>;

const VOUCHERS: { readonly [V in Voucher]: string } = {
  person: 'signed by a person',
  client: 'signed by a system of an organisation',
  organisation: 'signed by an organisation’s root key',
  platform: 'the platform only',
  unseen: 'not shown',
};

/** Types whose time matters most to whoever looks back. */
const MILESTONES =
  /^batch\.(released|conditionally-released|exceptionally-released|conditional-release-closed|rejected|unit-infused|unit-infusion-started|unit-infusion-ended|recalled|quarantined|quarantine-lifted)\.v\d+$/;

/** A report claim by claim, for people. Nothing is said that no hash or signature stands behind. */
export function* inWords({ report, message }: EvidenceResult, everyEvent: boolean): Generator<string> {
  const { code, line, claims } = report;
  if (code !== 'ok') {
    yield `REFUSED: ${code}${line === null ? '' : ` in line ${line}`}: ${message ?? ''}`;
    yield '  Nothing in this bundle is proved. Keep it: it may be evidence of its own.';
    return;
  }
  const of = <K extends EvidenceClaim['claim']>(kind: K) => claims.filter((claim): claim is Claim<K> => claim.claim === kind);
  yield* aboutLog(of('checkpoint')[0]!, of('complete')[0]!);
  for (const { subject, named, unseen } of of('lineage')) {
    yield `lineage of ${subject}: all ${named} origins, recalls and corrections that are named are here${unseen > 0 ? `; ${counted(unseen, 'entry is', 'entries are')} not shown and may name more` : ''}`;
  }
  for (const { stream, entries, shown } of of('stream')) {
    yield entries === 0
      ? `  ${stream}: nothing was recorded`
      : `  ${stream}: ${counted(entries, 'entry', 'entries')}, nothing left out${shown < entries ? `; ${shown} shown` : ''}`;
  }
  for (const key of of('key')) yield `  key ${plain(key.kid)} of ${holderOf(key)}${fateOf(key)}`;
  yield* aboutEvents(of('event'), everyEvent);
  for (const { size } of of('saved')) yield `begins with the ${size} entries that you saved`;
  for (const { size, sizes, streams } of of('compared')) {
    yield `agrees with the other (of size ${size}) at ${counted(sizes, 'size', 'sizes')} and in ${counted(streams, 'stream', 'streams')}`;
  }
  yield 'None of this shows that what was recorded is true: that rests on who vouches for it.';
}

function* aboutLog(checkpoint: Claim<'checkpoint'>, complete: Claim<'complete'>): Generator<string> {
  const { origin, size, seen, witnesses, quorum, tolerated, policy } = checkpoint;
  yield `VERIFIED: complete to size ${size} of ${origin}, seen ${timeOf(seen)}`;
  yield `  cosigned by ${witnesses.join(', ')} (policy ${policy}: ${quorum} needed, ${tolerated} of them may lie)`;
  yield complete.by === 'monitors'
    ? `  completeness: recomputed by ${complete.monitors.join(', ')}`
    : '  completeness: asserted by the operator only';
}

function* aboutEvents(events: readonly EventClaim[], every: boolean): Generator<string> {
  const vouched = Map.groupBy(events, ({ voucher }) => voucher);
  const counts = Object.entries(VOUCHERS).flatMap(([voucher, words]) => {
    const some = vouched.get(voucher as Voucher);
    return some === undefined ? [] : [`${some.length} ${words}`];
  });
  yield `${counted(events.length, 'event', 'events')}: ${counts.join(', ')}`;
  for (const event of events) {
    const doubtful = event.signatures.some(({ code }) => code !== 'counted');
    if (every || doubtful || (event.type !== null && MILESTONES.test(event.type))) yield* aboutEvent(event);
  }
}

function* aboutEvent(event: EventClaim): Generator<string> {
  const { stream, seq, type, recordedAt, notBefore, notAfter, voucher, signatures, reviewed } = event;
  const since = notBefore === null ? '' : `not before ${timeOf(notBefore)}, `;
  yield `  ${stream}/${seq} ${type ?? '(not shown)'}: recorded ${recordedAt}, attested ${since}by ${timeOf(notAfter)}; ${VOUCHERS[voucher]}`;
  for (const signature of signatures) {
    yield signature.code === 'counted'
      ? `    ${holderOf(signature)} signed as “${plain(signature.meaning)}”, saying ${signature.signedAt}`
      : `    a signature does NOT count: ${signature.code}${signature.kid === null ? '' : ` (${plain(signature.kid)})`}`;
  }
  if (reviewed !== null)
    yield `    reviewed up to entry ${reviewed.seq}; ${counted(reviewed.unread, 'entry was', 'entries were')} newer`;
}

function holderOf({ org, person }: { readonly org: string; readonly person: string | null }): string {
  return person === null ? `a system of ${plain(org)}` : `${plain(person)} of ${plain(org)}`;
}

function fateOf({ revoked, compromisedFrom }: Claim<'key'>): string {
  if (revoked === null) return '';
  return `, revoked${compromisedFrom === null ? '' : ` as compromised from ${compromisedFrom}`}`;
}

function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString().replace('.000Z', 'Z');
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** What was signed may hold anything, also what would draw over other lines of a terminal. */
function plain(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
