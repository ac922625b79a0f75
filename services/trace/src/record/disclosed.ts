import { isJsonObject, type JsonValue, readDisclosure } from '@cytoledger/attest';
import { erasedMark } from '@cytoledger/attest/evidence';
import type { OpenedDisclosure, Vault } from '@cytoledger/vault';
import type { Viewer } from '../query/viewer.ts';
import type { HistoryEvent } from './history.ts';

/** A personal value as it was said, or why it is not shown. */
type Disclosed =
  | { readonly digest: string; readonly pointer: string; readonly name: string; readonly value: JsonValue }
  | {
      readonly digest: string;
      /** `withheld`: not for this viewer; `absent`: the vault never held it. */
      readonly state: 'erased' | 'restricted' | 'withheld' | 'absent';
    };

export type DisclosedEvent = HistoryEvent & { readonly disclosed: readonly Disclosed[] };

type Body = {
  readonly actor: { readonly org: string };
  readonly content: { readonly stream: string; readonly id: string; readonly data: JsonValue };
};

/**
 * The events with the personal values that the viewer may see: what their own organisation reported, and to a patient what is about them.
 * Oversight and auditors work with pseudonyms.
 *
 * @throws VaultError
 */
export async function withDisclosed(
  vault: Pick<Vault, 'open'>,
  viewer: Viewer,
  events: readonly HistoryEvent[],
  { lookBack }: { readonly lookBack: boolean },
): Promise<DisclosedEvent[]> {
  const bodies = events.map(({ body }) => body as Body | null);
  const digests = bodies.flatMap((body) => (body && mayAsk(viewer, body) ? digestsIn(body.content.data) : []));
  const opened =
    digests.length === 0 ? new Map<string, OpenedDisclosure>() : await vault.open([...new Set(digests)], { lookBack });
  return events.map((event, n) => {
    const body = bodies[n];
    if (!body) return { ...event, disclosed: [] };
    const asked = mayAsk(viewer, body);
    const disclosed = digestsIn(body.content.data).map((digest): Disclosed => {
      if (!asked) return { digest, state: 'withheld' };
      const found = opened.get(digest);
      if (found === undefined) return { digest, state: 'absent' };
      if (typeof found === 'string') return { digest, state: found };
      if (!wasSaidIn(body, found) || !mayHave(viewer, found)) return { digest, state: 'withheld' };
      const { name, value } = readDisclosure(found.disclosure);
      return { digest, pointer: found.pointer, name, value };
    });
    return { ...event, disclosed };
  });
}

/**
 * For each body the disclosures, as they were sent, of the personal values in it that the viewer may see, and a mark in the place of each that was
 * erased. What is restricted is left out.
 *
 * @throws VaultError
 */
export async function disclosuresIn(vault: Pick<Vault, 'open'>, viewer: Viewer, bodies: readonly unknown[]): Promise<string[][]> {
  const digests = (bodies as readonly Body[]).map((body) => (mayAsk(viewer, body) ? digestsIn(body.content.data) : []));
  const asked = [...new Set(digests.flat())];
  const opened = asked.length === 0 ? new Map<string, OpenedDisclosure>() : await vault.open(asked, { lookBack: false });
  return digests.map((own, n) =>
    own.flatMap((digest) => {
      const found = opened.get(digest);
      if (found === 'erased') return [erasedMark(digest)];
      if (found === undefined || found === 'restricted') return [];
      return wasSaidIn((bodies as readonly Body[])[n]!, found) && mayHave(viewer, found) ? [found.disclosure] : [];
    }),
  );
}

function mayAsk({ kind, org }: Viewer, body: Body): boolean {
  if (kind === 'patient') return true;
  return kind !== 'oversight' && kind !== 'auditor' && body.actor.org === org;
}

type Opened = Exclude<OpenedDisclosure, string>;

/** Digests are read by many, and anybody may repeat one in a record of their own: the value belongs to the event in which it was said. */
function wasSaidIn({ content }: Body, { stream, eventId }: Opened): boolean {
  return content.stream === stream && content.id === eventId;
}

function mayHave(viewer: Viewer, { subject }: Opened): boolean {
  return viewer.kind !== 'patient' || subject === viewer.patient;
}

/** SD-JWT digests (RFC 9901 §4.2.4.1), in the order in which they stand. */
function digestsIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(digestsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '_sd' ? (member as string[]) : digestsIn(member as JsonValue),
  );
}
