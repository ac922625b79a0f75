export type { BagAt, BedsideLookup, BedsideParts, SnapshotSigner } from './parts.ts';
export { bedsideService } from './service.ts';
