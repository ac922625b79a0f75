/** Valid data of every fact about a correction, for specs. */
export const CORRECTION = '0192f5c4-0000-7000-8000-000000000c01';
export const BATCH = '0192f5c4-0000-7000-8000-00000000ba01';
export const EVENT = '0192f5c4-0000-7000-9000-000000000001';

export const amend = (over: object = {}) => ({
  stream: `batch-${BATCH}`,
  event: EVENT,
  type: 'batch.unit-stored.v1',
  change: 'amend',
  data: {},
  ...over,
});

export const neverHappened = (over: object = {}) => ({
  stream: `batch-${BATCH}`,
  event: EVENT,
  type: 'batch.unit-stored.v1',
  change: 'never-happened',
  ...over,
});

export const wrongSubject = (over: object = {}) => ({
  ...neverHappened(),
  change: 'wrong-subject',
  instead: `batch-${BATCH}`,
  ...over,
});

export const proposed = (over: object = {}) => ({ targets: [neverHappened()], reason: 'transcription', ...over });

export const approved = (over: object = {}) => ({ ...over });

export const rejected = (over: object = {}) => ({ ...over });

export const impactAssessed = (over: object = {}) => ({ impact: 'none', assessedBy: 'staff-0002', ...over });
