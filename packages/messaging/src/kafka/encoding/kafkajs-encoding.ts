import { createRequire } from 'node:module';
import { type ProduceArguments, writeProduceRequest } from './produce-request.ts';
import type { BatchRecord } from './record-batch.ts';

/**
 * A message that is written by us instead of by kafkajs, which makes several zeroed buffers for each record and header and copies each batch
 * some nine times. The bytes are the same.
 */
export class DirectMessage implements BatchRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor({
    key,
    value,
    partition,
    headers,
  }: { key: string; value: Buffer; partition: number; headers: Readonly<Record<string, string>> }) {
    this.key = key;
    this.value = value;
    this.partition = partition;
    this.headers = headers;
  }
}

type Encoded = { readonly buf: Buffer; readonly buffer: Buffer };
type Encoder = { buf: Buffer; offset: number; readonly buffer: Buffer; writeEncoder(value: Encoded): Encoder };
type Request = { readonly encode: () => Promise<unknown> };
type Protocol = (args: ProduceArguments) => { readonly request: Request; readonly response: unknown };
type Produce = { protocol(about: { readonly version: number }): Protocol };

const require = createRequire(import.meta.url);

/** Record batches came with it. */
const FIRST_VERSION = 3;
/** For what kafkajs writes before a request's body: lengths, numbers, and the client's name. */
const ROOM = 512;

/**
 * Teaches kafkajs to send {@link DirectMessage}s as they are written here, whoever else uses it in this process sends as before. Its own
 * modules are reached into, so its version is pinned; a spec compares the bytes with its own.
 */
export function writeDirectly(): void {
  const produce = require('kafkajs/src/protocol/requests/produce') as Produce & { direct?: true };
  if (produce.direct) return;
  produce.direct = true;
  const protocolOf = produce.protocol;
  produce.protocol = (about) => {
    const protocol = protocolOf(about);
    if (about.version < FIRST_VERSION) return protocol;
    return (args) => {
      const whole = protocol(args);
      if (!isDirect(args)) return whole;
      return {
        ...whole,
        request: { ...whole.request, encode: async () => new DirectBody(await writeProduceRequest(args, ROOM)) },
      };
    };
  };
  const { prototype } = require('kafkajs/src/protocol/encoder') as { readonly prototype: Encoder };
  const { writeEncoder } = prototype;
  prototype.writeEncoder = function (this: Encoder, value: Encoded) {
    return putBefore(this, value?.buf) ? this : writeEncoder.call(this, value);
  };
}

function isDirect({ topicData }: ProduceArguments): boolean {
  return topicData.every(({ partitions }) => partitions.every(({ messages }) => messages[0] instanceof DirectMessage));
}

/** A request's body, with room before it: in the form in which kafkajs passes on what it has encoded. */
class DirectBody implements Encoded {
  readonly buf: Buffer;

  constructor(bytes: Buffer) {
    this.buf = bytes.subarray(ROOM);
    roomBefore.set(this.buf, { bytes, start: ROOM });
  }

  get buffer(): Buffer {
    return this.buf;
  }
}

/** Where the bytes of a body, or of a body with what was put before it, begin in memory that is ours. */
const roomBefore = new WeakMap<Buffer, { readonly bytes: Buffer; readonly start: number }>();

/** kafkajs copies what follows behind what it has written; here what it has written is put before what follows, where there is room for it. */
function putBefore(encoder: Encoder, follows: Buffer): boolean {
  const place = roomBefore.get(follows);
  if (!place || place.start < encoder.offset) return false;
  const { bytes } = place;
  const start = place.start - encoder.offset;
  encoder.buf.copy(bytes, start, 0, encoder.offset);
  encoder.buf = bytes.subarray(start);
  encoder.offset = encoder.buf.length;
  roomBefore.set(encoder.buf, { bytes, start });
  return true;
}
