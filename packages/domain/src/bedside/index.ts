export {
  ageInWords,
  type BedsideAnswer,
  type BedsideQuestion,
  judgeBedside,
  type Reason as BedsideReason,
  type SnapshotUnit,
  whyUnusable,
} from './judge.js';
export { GateSnapshot, snapshotUnit } from './snapshot.ts';
