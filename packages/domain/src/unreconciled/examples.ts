export const FACT = '0192f5c4-0000-8000-8000-0000000000f0';

export const unreconciled = (over: object = {}) => ({
  intended: 'batch-0192f5c4-0000-7000-8000-0000000000b9',
  type: 'batch.unit-stored.v1',
  content: '{"data":{}}',
  reasons: [{ rule: 'stream.unknown', pointer: '/stream', sentence: { en: 'Unknown.', zh: '未知。' } }],
  ...over,
});

export const reconciled = (over: object = {}) => ({
  target: { stream: 'batch-0192f5c4-0000-7000-8000-0000000000b0' },
  by: 'staff-0001',
  approvedBy: 'staff-0002',
  ...over,
});
