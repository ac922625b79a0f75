/** What the page, the worker and the tests use of the verifier. No module below knows of a document. */

export { hex } from './bytes.js';
export { isPublicKey, signatureHolds } from './ed25519.js';
export { bytesOf, verifyFiles } from './files.js';
export { canonicalText, parseJson } from './json.js';
export { isConsistent, rootOfPath } from './merkle.js';
export { sizeOf } from './policy.js';
export { sha256 } from './sha256.js';
export { sha512 } from './sha512.js';
export { timeOf } from './time.js';
export { reportText, Verification, verify } from './verification.js';
export { serveRequest } from './worker.js';
