export * from './created.ts';
export { deviationClosed, deviationRaised } from './deviations.ts';
export * as examples from './examples.ts';
export * from './state.ts';
export * from './succeeded.ts';
