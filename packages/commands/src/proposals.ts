import type { JsonObject, JsonValue } from '@cytoledger/attest';
import { type AnyFact, corrections, facts, issueSentence } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { readRecorded } from './folded.ts';
import { placesOf } from './redaction.ts';
import type { Problem } from './submission.ts';

/** Whether it carries data of entries of other records. */
export function isProposal({ type }: { readonly type: string }): boolean {
  return type === corrections.proposed.type;
}

/**
 * Why data of other entries may not be recorded as proposed. Personal fields are amended in their entry's own record, under its own subject's key; and
 * what no entry of that type could hold, a name under another member among it, would stand in the log for ever.
 */
export function unfitProposal(data: JsonObject): Problem | undefined {
  for (const [n, target] of targetsOf(data).entries()) {
    const amended = target['data'];
    if (!isObject(amended)) continue;
    const fact = factNamed(String(target['type']));
    for (const field of fact?.personal ?? []) {
      const [clear] = placesOf(field, amended);
      if (!clear) continue;
      return {
        rule: 'content.personal-in-clear',
        pointer: `/data/targets/${n}/data${clear.pointer}`,
        message: {
          en: 'personal fields are corrected in the record itself, and stay as they are here',
          zh: '个人信息在其所属记录内更正，此处保持原样',
        },
      };
    }
    if (!fact) {
      const message = { en: 'there is no such type', zh: '没有这个类型' };
      return { rule: 'content.malformed-amendment', pointer: `/data/targets/${n}/type`, message };
    }
    const [issue] = fact.schema.safeParse(amended).error?.issues ?? [];
    if (!issue) continue;
    const pointer = [`/data/targets/${n}/data`, ...issue.path.map(String)].join('/');
    return { rule: 'content.malformed-amendment', pointer, message: issueSentence(issue, amended) };
  }
  return undefined;
}

/** Of its newest version, whichever the entry was. */
function factNamed(type: string): AnyFact | undefined {
  const name = corrections.unversioned(type);
  return [...facts.values()].find((fact) => corrections.unversioned(fact.type) === name);
}

/** With the digests of the personal fields that each amended entry had, so that applying the proposal loses none. */
export async function withDigests(data: JsonObject, store: Pick<EventStore, 'findById'>): Promise<JsonObject> {
  const targets = await Promise.all(
    targetsOf(data).map(async (target) => {
      const amended = target['data'];
      if (!isObject(amended)) return target;
      const stored = await store.findById(String(target['stream']), String(target['event']));
      return stored ? { ...target, data: carried(amended, readRecorded(stored).data as JsonValue) } : target;
    }),
  );
  return { ...data, targets };
}

function carried(amended: JsonValue, original: JsonValue | undefined): JsonValue {
  if (Array.isArray(amended)) return Array.isArray(original) ? amended.map((item, n) => carried(item, original[n])) : amended;
  if (!isObject(amended) || !isObject(original)) return amended;
  const members = Object.entries(amended).map(([name, member]) => [name, carried(member as JsonValue, original[name])] as const);
  const digests = original['_sd'];
  return { ...Object.fromEntries(members), ...(digests !== undefined && amended['_sd'] === undefined && { _sd: digests }) };
}

function targetsOf(data: JsonObject): readonly JsonObject[] {
  const targets = data['targets'];
  return Array.isArray(targets) ? (targets as readonly JsonValue[]).filter(isObject) : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
