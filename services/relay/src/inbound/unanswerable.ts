import type { Bilingual } from '@cytoledger/domain';

/** Why a message has nobody to be answered to. */
export type UnanswerableCode =
  /** No value at all. */
  | 'empty'
  | 'too-large'
  /** Not JSON, or not an object of `content`, `disclosures` and `signatures`, or a content that is none. */
  | 'unparsable'
  /** No signature of typ `cytoledger-submission`. */
  | 'unsigned'
  /** The key is not enrolled. */
  | 'unknown-key'
  | 'revoked-key'
  /** It does not hold for this content. */
  | 'invalid-signature'
  /** A defect of this platform: its log has the rest. */
  | 'internal';

/** A message that goes to the dead letters, with the reason. */
export class Unanswerable extends Error {
  override readonly name = 'Unanswerable';
  readonly code: UnanswerableCode;
  readonly told: Bilingual;

  constructor(code: UnanswerableCode, told: Bilingual) {
    super(told.en);
    this.code = code;
    this.told = told;
  }
}
