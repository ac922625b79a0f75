export type { Faults, LostAnswer } from './faults.ts';
export type { LogRecord } from './log.ts';
export { type KurrentDouble, type KurrentDoubleOptions, startKurrentDouble } from './server.ts';
