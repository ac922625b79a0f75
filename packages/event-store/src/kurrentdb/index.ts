export { type KurrentOptions, openKurrentEventStore } from './open.ts';
