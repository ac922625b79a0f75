export * from './hands.ts';
export * from './identifier-faults.ts';
