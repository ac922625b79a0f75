export * from './awaiting.ts';
export * from './corrected.ts';
export * from './deviations.ts';
export * from './prepared.ts';
export * from './rules.ts';
export * from './state.ts';
export * from './withdrawn.ts';
