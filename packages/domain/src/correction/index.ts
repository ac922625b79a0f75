export * from './corrections.ts';
