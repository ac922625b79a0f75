export * from './regimes.ts';
