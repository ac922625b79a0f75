import type * as z from 'zod';
import { KeyId, OrganisationId, Pseudonym, Uuid } from './ids.ts';
import { keepingLast } from './keeping-last.ts';
import { misread, type Parsed, understood } from './problem.ts';
import { textReadBy } from './text-schema.ts';

/** What the part after the first dash is, for each kind of stream. */
const IDS = {
  person: Pseudonym,
  donation: Uuid,
  batch: Uuid,
  treatment: Uuid,
  shipment: Uuid,
  material: Uuid,
  equipment: Uuid,
  room: Uuid,
  sample: Uuid,
  release: Uuid,
  fact: Uuid,
  deviation: Uuid,
  recall: Uuid,
  correction: Uuid,
  site: OrganisationId,
  study: Uuid,
  product: Uuid,
  staff: Pseudonym,
  key: KeyId,
  grant: Uuid,
  query: Uuid,
  inspection: Uuid,
} as const satisfies Record<string, z.ZodType<string>>;

export type StreamKind = keyof typeof IDS;
export const STREAM_KINDS = Object.keys(IDS) as readonly StreamKind[];

/** The store's own stream; it has one of them and no id. */
export const LOG_STREAM = 'log';

export interface StreamName {
  readonly kind: StreamKind;
  readonly id: string;
}

/** The stream of one thing. @throws RangeError when the id has not the form that this kind of stream asks for. */
export function streamOf(kind: StreamKind, id: string): string {
  const result = IDS[kind].safeParse(id);
  if (!result.success) throw new RangeError(`stream ${kind}-…: ${result.error.issues[0]!.message}; given "${id}"`);
  return `${kind}-${id}`;
}

/** Takes a stream's name apart. The log's own stream belongs to no kind and is not accepted. */
export function parseStream(name: string): Parsed<StreamName> {
  return streamNamed(name);
}

const streamNamed = keepingLast(readStream);

function readStream(name: string): Parsed<StreamName> {
  const dash = name.indexOf('-');
  const kind = name.slice(0, Math.max(dash, 0));
  if (!isStreamKind(kind)) {
    return misread('stream.kind', `"${name}" names no known kind of stream`, `“${name}”不属于任何已知的流类型`, {
      expected: STREAM_KINDS.join(' | '),
      given: kind || name,
    });
  }
  const id = name.slice(dash + 1);
  const result = IDS[kind].safeParse(id);
  if (result.success) return understood({ kind, id });
  return misread('stream.id', `"${name}": ${result.error.issues[0]!.message}`, `“${name}”中的标识符格式不符合 ${kind} 流的要求`, {
    given: id,
  });
}

/** The schema of a stream's name; with kinds given, of those kinds only. */
export function streamSchema(...kinds: readonly StreamKind[]): z.ZodType<string, string> {
  return textReadBy((name) => {
    const parsed = parseStream(name);
    if (!parsed.ok || kinds.length === 0 || kinds.includes(parsed.value.kind)) return parsed;
    const expected = kinds.join(' | ');
    return misread('stream.kind', `"${name}" is no stream of kind ${expected}`, `“${name}”不是 ${expected} 类型的流`, {
      expected,
      given: parsed.value.kind,
    });
  });
}

export const Stream = streamSchema();
export const PersonStream = streamSchema('person');
export const DonationStream = streamSchema('donation');
export const BatchStream = streamSchema('batch');
export const TreatmentStream = streamSchema('treatment');
export const ShipmentStream = streamSchema('shipment');

function isStreamKind(text: string): text is StreamKind {
  return Object.hasOwn(IDS, text);
}
