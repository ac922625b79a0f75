import { expect, it } from 'vitest';
import { traceparentOf } from './trace-context.ts';

it('is a W3C traceparent, the same for the same event, with one trace for each correlation', () => {
  const leaf = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE';
  expect(traceparentOf('a', leaf)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(traceparentOf('a', leaf)).toBe(traceparentOf('a', leaf));
  expect(traceparentOf('a', leaf).split('-')[1]).not.toBe(traceparentOf('b', leaf).split('-')[1]);
});
