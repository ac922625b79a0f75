export { looksLikePersonalCode, type PersonalCode } from '../vocabulary/index.ts';
export * from './gs1.ts';
export * from './identifier.ts';
export * from './isbt128.ts';
export * from './mod37-2.ts';
export * from './normalised.ts';
export * from './sec.ts';
