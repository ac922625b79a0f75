import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { serverEventId } from './server-event-id.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('is the first 16 bytes of SHA-256 over the header, marked as a UUIDv8', () => {
  const header = bytes('{"id":"0192f5c4-0000-7000-8000-000000000000"}');
  const digest = createHash('sha256').update(header).digest('hex');
  const id = serverEventId(header);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const hex = id.replaceAll('-', '');
  expect(hex.slice(0, 12)).toBe(digest.slice(0, 12));
  expect(hex.slice(13, 16)).toBe(digest.slice(13, 16));
  expect(hex.slice(17)).toBe(digest.slice(17, 32));
});

it('is the same for the same header and another for any other', () => {
  expect(serverEventId(bytes('a'))).toBe(serverEventId(bytes('a')));
  expect(serverEventId(bytes('a'))).not.toBe(serverEventId(bytes('b')));
});
