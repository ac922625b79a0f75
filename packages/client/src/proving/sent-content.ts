import { contentTextOf, isJsonObject, type JsonObject, type JsonValue } from '@cytoledger/attest';
import { facts } from '@cytoledger/domain';
import { type Entry, lineOf } from '../outbox/entry.ts';
import type { Captured } from '../receipt.ts';

/**
 * Whether a recorded body holds what was sent. A signed content stands there letter for letter. Of one that the platform wrote, every member that was
 * sent is there, or hidden behind a digest if it may be personal: what the digest stands for, only the vault tells.
 */
export function holdsWhatWasSent(body: Buffer, { entry, captured }: { entry: Entry; captured: Captured }): boolean {
  const recorded = contentTextOf(body);
  const text = captured.outcome === 'recorded' ? recorded : keptContent(recorded);
  if (text === undefined) return false;
  if ('content' in entry.body) return text === entry.body.content;
  const { nonce: _, ...content } = JSON.parse(text) as JsonObject;
  return isHeld(JSON.parse(lineOf(entry)) as JsonObject, content, personalNames(entry.type));
}

/** What could not be applied, or waits for a second signature, is kept whole in an event about it. */
function keptContent(recorded: string): string | undefined {
  const { data } = JSON.parse(recorded) as { data?: { content?: unknown } };
  return typeof data?.content === 'string' ? data.content : undefined;
}

/** Last members of the paths of personal fields, of whatever type: a correction holds fields of the type that it corrects. */
function personalNames(type: string): ReadonlySet<string> {
  const aggregate = facts.get(type)?.aggregate;
  const all = [...(aggregate?.facts.values() ?? [])].flatMap(({ personal }) => personal);
  return new Set(all.map(({ path }) => path.at(-1)!));
}

function isHeld(sent: JsonValue | undefined, recorded: JsonValue | undefined, personal: ReadonlySet<string>): boolean {
  if (Array.isArray(sent) && Array.isArray(recorded)) {
    return sent.length === recorded.length && sent.every((item, n) => isHeld(item, recorded[n], personal));
  }
  if (!isJsonObject(sent) || !isJsonObject(recorded)) return sent === recorded;
  const { _sd: digests = [], ...shown } = recorded;
  const hidden = Object.keys(sent).filter((name) => !Object.hasOwn(shown, name));
  return (
    hidden.every((name) => personal.has(name)) &&
    Array.isArray(digests) &&
    digests.length === hidden.length &&
    Object.keys(shown).every((name) => Object.hasOwn(sent, name) && isHeld(sent[name], shown[name], personal))
  );
}
