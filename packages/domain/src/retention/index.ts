export * from './reasons.ts';
export * from './retention.ts';
