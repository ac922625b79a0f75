export * as batches from './batch/index.ts';
export * as bedside from './bedside/index.ts';
export * from './catalogue.ts';
export * as corrections from './correction/index.ts';
export {
  type Amendment,
  amended,
  amendmentOf,
  type Correction,
  correctionOf,
  effectiveOf,
  isVoiding,
} from './correction/index.ts';
export * as deviations from './deviation/index.ts';
export * as donations from './donation/index.ts';
export * as equipment from './equipment/index.ts';
export * from './identifiers/index.ts';
export * from './kernel/index.ts';
export * as logs from './log/index.ts';
export * as materials from './material/index.ts';
export * as oversight from './oversight/index.ts';
export * as persons from './person/index.ts';
export * as policies from './policies/index.ts';
export * from './quantity/index.ts';
export * as recalls from './recall/index.ts';
export * as registry from './registry/index.ts';
export * as releases from './release/index.ts';
export * from './retention/index.ts';
export * as rooms from './room/index.ts';
export * from './rules/index.ts';
export * as samples from './sample/index.ts';
export * as shipments from './shipment/index.ts';
export * as spanningDeviations from './spanning/index.ts';
export * from './time/index.ts';
export * as treatments from './treatment/index.ts';
export * as unreconciled from './unreconciled/index.ts';
export * from './vocabulary/index.ts';
export * from './wording/index.ts';
