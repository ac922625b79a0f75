export * from './hands.ts';
export * from './identifier-faults.ts';
export * from './verdict-fault.ts';
