export * from './codes.ts';
export * as examples from './examples.ts';
export { inspectionClosed, inspectionRecorded, rectificationOrdered, rectified } from './inspection-facts.ts';
export { queryAnswered, queryClosed, queryRaised } from './query-facts.ts';
export * from './rules.ts';
export * from './state.ts';
export * from './upkeep.ts';
