export type VaultErrorCode =
  /** The subject's key was destroyed: nothing can be put under it or salted with it again. */
  | 'subject-erased'
  /** The subject's key must be kept until a time that has not come. */
  | 'subject-restricted'
  /** A disclosure does not have the digest that it was put under. */
  | 'digest-mismatch'
  /** The digest stands in the vault already, under another subject. */
  | 'digest-conflict'
  /** An argument breaks a rule; the message names it. */
  | 'invalid-entry'
  /** Stored bytes fail their authentication: altered, moved to another subject or digest, or sealed with another key. */
  | 'disclosure-unreadable'
  /** The key that a disclosure was sealed with is in no key file, though its subject was not erased. */
  | 'key-missing'
  /** The key file was written with another master key, or without one. */
  | 'wrong-master-key'
  /** The list of erasures cannot be read: without it a key file from a backup would open what was erased. */
  | 'register-damaged'
  /** Another process owns these files. */
  | 'vault-in-use'
  /** Too much is waiting to be written; try again. */
  | 'overloaded'
  /** The disk refused; the vault takes no more writes until it is opened anew. */
  | 'storage-failed'
  | 'closed'
  /** The process that owns the vault did not answer, or not as a vault does. What was asked may have happened; asking again is safe. */
  | 'vault-unreachable'
  /** The token was refused. */
  | 'unauthorised'
  /** Keys would cross a network unencrypted. */
  | 'insecure-url';

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
