export {
  ageInWords,
  type BedsideAnswer,
  type BedsideQuestion,
  GATE_SNAPSHOT_TYP,
  judgeBedside,
  type Reason as BedsideReason,
  type SnapshotUnit,
  whyUnusable,
} from './judge.js';
export { GateSnapshot, snapshotUnit } from './snapshot.ts';
