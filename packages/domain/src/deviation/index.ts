export * from './deviations.ts';
