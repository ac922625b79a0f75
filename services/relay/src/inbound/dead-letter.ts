import { createHash } from 'node:crypto';
import { type IncomingMessage, type OutgoingMessage, TOPICS } from '@cytoledger/messaging';
import type { Unanswerable } from './unanswerable.ts';

/** A message that came compressed can be larger than a broker takes it back: what goes beyond is cut off. */
const MOST_BYTES = 900_000;
const MOST_CHARACTERS = 300;

/** The original bytes, with the reason and where they came from in headers. */
export function deadLetter(
  { topic, partition, offset, key, value }: IncomingMessage,
  { code, told }: Pick<Unanswerable, 'code' | 'told'>,
  /** Of the topic of dead letters. */
  to: number,
): OutgoingMessage {
  const bytes = value ?? Buffer.alloc(0);
  const isCut = bytes.length > MOST_BYTES;
  return {
    topic: TOPICS.deadLetters,
    partition: to,
    key: `${topic}/${partition}`,
    value: isCut ? bytes.subarray(0, MOST_BYTES) : bytes,
    headers: {
      reason: code,
      detail: short(told.en),
      'detail-zh': short(told.zh),
      'source-topic': topic,
      'source-partition': String(partition),
      'source-offset': String(offset),
      ...(key !== null && { 'source-key': short(key) }),
      ...(isCut && { 'source-bytes': String(bytes.length), 'source-sha256': createHash('sha256').update(bytes).digest('hex') }),
    },
  };
}

function short(text: string): string {
  return text.slice(0, MOST_CHARACTERS);
}
