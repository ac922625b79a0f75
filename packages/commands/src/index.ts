export { attestSentence } from './attest-sentences.ts';
export { type BasisWatch, type BasisWatchOptions, createBasisWatch } from './basis-watch.ts';
export { CLOCK_TOLERANCE_MS, RecordingClock } from './clock.ts';
export { type Commands, type CommandsOptions, createCommands, type LookAt } from './commands.ts';
export type { Trigger } from './derived-work.ts';
export { CommandError, type CommandErrorCode } from './errors.ts';
export { advance, effectiveEvent, emptyFold, type Folded, type Head, readRecorded, streamName } from './folded.ts';
export { createPolicyRunner, type PolicyLag, type PolicyRunner, type PolicyRunnerOptions } from './policy-runner.ts';
export type { Rehearsal, Rehearsed } from './rehearsal.ts';
export type {
  ConflictCode,
  Outcome,
  Permit,
  PlainStatement,
  Problem,
  SignedStatement,
  Statement,
  Submission,
} from './submission.ts';
