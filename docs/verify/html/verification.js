import { BundleReading } from './bundle-reading.js';
import { joined } from './bytes.js';
import { canonicalText } from './json.js';
import { readPolicy } from './policy.js';
import { askCompared, askMinSize, askNotBefore, askSaved, isBundle, viewOf, viewOfCheckpoint } from './questions.js';
import { Refusal } from './refusal.js';

/**
 * @typedef {{ readonly minSize?: number, readonly notBefore?: string, readonly saved?: Uint8Array }} Questions
 * @typedef {{ readonly code: string, readonly line: number | null, readonly claims: readonly { readonly [member: string]: unknown }[] }} Report
 */

/** One verification, to which policy, bundle and what it is compared with are given piece by piece. */
export class Verification {
  /** @param {Uint8Array} policy @param {Questions} [questions] */
  constructor(policy, questions = {}) {
    this.questions = questions;
    /** @type {Refusal | undefined} */
    this.refusal = undefined;
    /** @type {import('./policy.js').Policy | undefined} */
    this.policy = undefined;
    /** @type {BundleReading | undefined} */
    this.bundle = undefined;
    /** @type {BundleReading | undefined} */
    this.otherBundle = undefined;
    /** @type {Uint8Array[]} */
    this.otherNote = [];
    this.hasOther = false;
    /** Whether it was the file to compare with that was refused. */
    this.refusedOther = false;
    this.guard(() => {
      this.policy = readPolicy(policy);
      this.bundle = new BundleReading(this.policy);
    });
  }

  /** The next bytes of the bundle. @param {Uint8Array} chunk @returns {boolean} whether more are wanted */
  push(chunk) {
    return this.bundle?.push(chunk) ?? false;
  }

  /**
   * The next bytes of another bundle, or of a checkpoint, to compare with.
   *
   * @param {Uint8Array} chunk
   * @returns {boolean} whether more are wanted
   */
  pushOther(chunk) {
    if (this.policy === undefined) return false;
    if (!this.hasOther && chunk.length > 0 && isBundle(chunk)) this.otherBundle = new BundleReading(this.policy);
    this.hasOther = this.hasOther || chunk.length > 0;
    if (this.otherBundle !== undefined) return this.otherBundle.push(chunk);
    this.otherNote.push(chunk.slice());
    return this.otherNote.reduce((sum, { length }) => sum + length, 0) <= MOST_NOTE_BYTES;
  }

  /**
   * When all bytes are given.
   *
   * @param {boolean} [compares] whether there was another file, however empty
   * @returns {Report}
   */
  finish(compares = this.hasOther) {
    /** @type {{ readonly [member: string]: unknown }[]} */
    const claims = [];
    const { bundle } = this;
    this.refusal = this.refusal ?? bundle?.finish();
    this.guard(() => {
      if (this.refusal !== undefined || bundle === undefined) return;
      claims.push(...bundle.claims());
      const { minSize, notBefore, saved } = this.questions;
      if (minSize !== undefined) askMinSize(bundle, minSize);
      if (notBefore !== undefined) askNotBefore(bundle, notBefore);
      if (saved !== undefined) claims.push(askSaved(bundle, saved));
      if (!compares) return;
      this.refusedOther = true;
      const other = this.otherView();
      this.refusedOther = false;
      claims.push(askCompared(viewOf(bundle), other));
    });
    const { refusal } = this;
    return refusal === undefined ? { code: 'ok', line: null, claims } : { code: refusal.code, line: refusal.line, claims: [] };
  }

  otherView() {
    if (this.otherBundle === undefined) return viewOfCheckpoint(joined(this.otherNote), this.known());
    const refusal = this.otherBundle.finish();
    if (refusal !== undefined) throw refusal;
    return viewOf(this.otherBundle);
  }

  /** Whether a check has failed already; what is compared with is not asked then. */
  get hasFailed() {
    return this.refusal !== undefined || this.bundle?.refusal !== undefined;
  }

  known() {
    if (this.policy === undefined) throw new Error('without a policy nothing is verified');
    return this.policy;
  }

  /** @param {() => void} work */
  guard(work) {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
    }
  }
}

const MOST_NOTE_BYTES = 65_535;

/**
 * All at once, for bundles that are in memory.
 *
 * @param {Uint8Array} bundle
 * @param {Uint8Array} policy
 * @param {Questions & { readonly compare?: Uint8Array }} [questions]
 * @returns {Report}
 */
export function verify(bundle, policy, { compare, ...questions } = {}) {
  const verification = new Verification(policy, questions);
  verification.push(bundle);
  if (compare !== undefined) verification.pushOther(compare);
  return verification.finish(compare !== undefined);
}

/** What `--json` prints: RFC 8785 and a newline. @param {Report} report */
export function reportText({ code, line, claims }) {
  return `${canonicalText(/** @type {any} */ ({ code, line, claims }))}\n`;
}
