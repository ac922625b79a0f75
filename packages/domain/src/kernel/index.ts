export * from './fact.ts';
export * from './judge.ts';
export * from './personal.ts';
export * from './rule.ts';
export * from './standing.ts';
export * from './timed.ts';
export * from './upcast.ts';
