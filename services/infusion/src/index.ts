export { type BagAt, type BedsideLookup, type BedsideParts, bedsideService, type SnapshotSigner } from './bedside/index.ts';
export { infusion } from './routes.ts';
