import * as z from 'zod';
import { LateReason, Pseudonym, Sha256, SiteCode } from '../vocabulary/index.ts';
import { Moment } from './moment.ts';
import { Precision } from './stated.ts';

/** How the fact came in. `derived` is the platform's own. */
export const CaptureMode = z.enum(['direct', 'device', 'paper', 'import', 'outbox', 'derived']);
export type CaptureMode = z.infer<typeof CaptureMode>;

/** Where the paper is that a fact was copied from (21 CFR 11.10(b); ALCOA: original). The image is named by its SHA-256 digest. */
export const SourceRecord = z.strictObject({ binder: SiteCode, page: SiteCode, imageDigest: Sha256.optional() });
export type SourceRecord = z.infer<typeof SourceRecord>;

/** A tablet that has not seen a time server for a year says so; beyond ten years the number is a mistake. */
const MAX_CLOCK_SYNC_AGE_SECONDS = 10 * 366 * 86_400;

/** How, by what and from what a fact was captured: codes and pseudonyms only, since none of it can be erased. */
export const Capture = z.strictObject({
  mode: CaptureMode,
  precision: Precision,
  /** Procedure and version that was followed. */
  sop: SiteCode.optional(),
  /** Form and version that was filled in. */
  form: SiteCode.optional(),
  sourceRecord: SourceRecord.optional(),
  transcriber: Pseudonym.optional(),
  checker: Pseudonym.optional(),
  device: SiteCode.optional(),
  /** When the sender sent it, by the sender's clock. */
  sentAt: Moment.optional(),
  /** Seconds since the sender's clock was last set by a time server. */
  clockSyncAgeSeconds: z.int().min(0).max(MAX_CLOCK_SYNC_AGE_SECONDS).optional(),
  reasonLate: LateReason.optional(),
});
export type Capture = z.infer<typeof Capture>;
