/** What is looked at first when something went wrong. */
const BOUNDED: ReadonlySet<string> = new Set([
  'batch.released.v1',
  'batch.conditionally-released.v1',
  'batch.exceptionally-released.v1',
  'batch.conditional-release-closed.v1',
  'batch.rejected.v1',
  'batch.quarantined.v1',
  'batch.quarantine-lifted.v1',
  'batch.unit-infused.v1',
  'batch.unit-infusion-started.v1',
  'batch.unit-infusion-ended.v1',
  'batch.recalled.v1',
  'recall.initiated.v1',
  'recall.notice-sent.v1',
  'recall.acknowledged.v1',
  'recall.closed.v1',
  'correction.approved.v1',
  'correction.applied.v1',
]);

/** Whether a bundle gives the checkpoints before and after an entry of that type. */
export function isBounded(type: string): boolean {
  return BOUNDED.has(type);
}
