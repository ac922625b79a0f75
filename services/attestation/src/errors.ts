/** Why attestation stands still until somebody has looked. Capture goes on. */
export type AlarmCode =
  // what the store holds
  | 'header-unreadable'
  | 'header-misplaced'
  | 'seq-mismatch'
  | 'prev-mismatch'
  | 'store-differs'
  // what the folder holds
  | 'signed-unreadable'
  | 'log-damaged'
  | 'heads-damaged'
  | 'in-use'
  // what the witnesses say
  | 'rolled-back'
  | 'other-history';

/** Attestation must not go on: what it would sign contradicts what was signed, or what the events say of each other. */
export class AttestationAlarm extends Error {
  override readonly name = 'AttestationAlarm';
  readonly code: AlarmCode;

  constructor(code: AlarmCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
