export * from './kernel-rules.ts';
export * from './regimes.ts';
