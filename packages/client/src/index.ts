export type { Receipt, ReceiptSignature } from '@cytoledger/attest';
export { parseEntered } from '@cytoledger/domain';
export {
  ageInWords,
  type BedsideLight,
  type GateSnapshot,
  judgeBedside,
  type OpenedSnapshot,
  openGateSnapshot,
} from './bedside/gate-snapshot.ts';
export { type BulkOptions, type Line, type LineResult, MAX_LINE_BYTES } from './bulk.ts';
export type { CaptureInput, DataOf, EventType, Statement, StreamStatement } from './captured.ts';
export { catalogue } from './catalogue.ts';
export { type CallOptions, type Client, type ClientOptions, createClient, type Query } from './client.ts';
export { ClientError, type ClientErrorCode } from './errors.ts';
export { newEventId } from './event-id.ts';
export type { Evidence, EvidenceOptions } from './evidence.ts';
export { linesOf } from './http/ndjson.ts';
export { DEFAULT_RETRY, NO_RETRY, type RetryPolicy } from './http/retry.ts';
export type { Token } from './http/transport.ts';
export type { Entry, Proven, Refused, Sent } from './outbox/entry.ts';
export { OutboxError, type OutboxErrorCode } from './outbox/errors.ts';
export {
  type Decision,
  type Drained,
  type Outbox,
  type OutboxOptions,
  type OutboxStatus,
  openOutbox,
} from './outbox/outbox.ts';
export type { Checked, Proved } from './outbox/proof-desk.ts';
export { ApiProblem, type Problem, type Violation } from './problem.ts';
export type { Finding } from './proving/finding.ts';
export type {
  Candidate,
  GateAnswer,
  HistoryEvent,
  Origin,
  OriginTrace,
  PatientTrace,
  Queries,
  RecallProgress,
  ReleaseGate,
  TraceAnswer,
  UnitGate,
  When,
} from './queries.ts';
export type { AttestedAt, Captured } from './receipt.ts';
export type { RehearsedLine } from './rehearse.ts';
export { type Enrolment, enrolmentStatements, publicHalf, type Revocation, revocationStatement } from './signing/keys.ts';
export { meaningOf } from './signing/meaning.ts';
export type { SignWith } from './signing/sign-with.ts';
export type { SignedBody } from './signing/signed-body.ts';
export { countersign, prepareContent, signedSubmission, signTogether } from './signing/submission.ts';
export { checkLine } from './statement-check.ts';
