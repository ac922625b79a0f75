export { corrected } from './corrected.ts';
export { deviationClosed, deviationRaised } from './deviations.ts';
export * as examples from './examples.ts';
export * from './reconciled.ts';
export * from './rules.ts';
export * from './state.ts';
export * from './unreconciled-fact.ts';
