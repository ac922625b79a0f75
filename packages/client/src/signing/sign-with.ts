import type { PrivateJwk } from '@cytoledger/attest';
import type { StreamStatement } from '../captured.ts';
import { type Randomness, repeatable } from './randomness.ts';
import type { SignedBody } from './signed-body.ts';
import { prepareContent, vouchedTogether } from './submission.ts';

/**
 * The key of the program that sends, enrolled for its organisation with no person: whatever it sends bears its signature, one for each request.
 * Who verifies the log then knows that the organisation's own program has said it, not the platform.
 */
export type SignWith = {
  readonly key: PrivateJwk;
  /** Default `submission`. */
  readonly meaning?: string;
};

const MEANING = 'submission';

/** Writes contents so that the same statement is always the same content, and signs many of them together. */
export class Voucher {
  readonly #signWith: SignWith;
  readonly #randomness: Randomness;

  constructor(signWith: SignWith) {
    this.#signWith = signWith;
    this.#randomness = repeatable(signWith.key);
  }

  /** @throws ClientError `unsignable`; AttestError where a member cannot be written */
  content(statement: StreamStatement): SignedBody {
    const { content, disclosures, signatures } = prepareContent(statement, { randomness: this.#randomness });
    return { content, disclosures, signatures };
  }

  sign(contents: readonly SignedBody[]): readonly SignedBody[] {
    const { key, meaning = MEANING } = this.#signWith;
    return vouchedTogether(contents, key, meaning);
  }
}
