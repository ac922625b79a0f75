import { aggregates } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';
import { EVENT_TOPICS, topicOf } from './topics.ts';

describe('the topic of a stream', () => {
  it('is that of its aggregate', () => {
    expect(topicOf('batch-0192f5c4-0000-7000-8000-000000000001')).toBe('cytoledger.batch.v1');
    expect(topicOf('log')).toBe('cytoledger.log.v1');
  });

  it('exists for every aggregate', () => {
    expect(EVENT_TOPICS).toHaveLength(aggregates.size);
  });

  it('is not made up for an aggregate that nobody knows', () => {
    expect(() => topicOf('comet-1')).toThrow(expect.objectContaining({ code: 'no-topic' }));
  });
});
