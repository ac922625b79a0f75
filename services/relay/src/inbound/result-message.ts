import {
  AttestError,
  isDigest,
  type JsonObject,
  parseStrictJson,
  readContent,
  readJwsHeader,
  type Signature,
  SUBMISSION_TYP,
  verifySignature,
} from '@cytoledger/attest';
import type { Commands } from '@cytoledger/commands';
import { type Aggregate, registry } from '@cytoledger/domain';
import { type Caller, isRole, type Role, SignedSubmission } from '@cytoledger/service-kit';
import { Unanswerable } from './unanswerable.ts';

/** A message whose sender is known by their signature. */
export type ResultMessage = {
  /** As the command side takes it: the content, its disclosures, its signatures. */
  readonly sent: JsonObject;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** The key's organisation, and its person where it is somebody's. */
  readonly caller: Caller;
  readonly kid: string;
};

/** A body is at most 65,535 bytes; its JSON on the wire may be escaped, and disclosures stand beside it. */
const MAX_BYTES = 512 * 1024;

/**
 * Reads a message and finds its sender: a consumer cannot see who produced it, so that who vouches for it is the key that signed it as a client
 * (typ `cytoledger-submission`), with a path over as many messages as its sender likes.
 *
 * @throws Unanswerable
 */
export async function readResultMessage(value: Uint8Array | null, commands: Pick<Commands, 'read'>): Promise<ResultMessage> {
  if (value === null || value.length === 0) throw new Unanswerable('empty', 'there is nothing in it');
  if (value.length > MAX_BYTES) throw new Unanswerable('too-large', `${value.length} bytes; at most ${MAX_BYTES} are taken`);
  const { sent, content, contentText, signatures } = parsed(value);
  const submission = signatures.find(({ jws, path }) => path !== undefined && typOf(jws) === SUBMISSION_TYP);
  if (!submission) throw new Unanswerable('unsigned', `no signature of typ ${SUBMISSION_TYP} with its path`);
  const kid = kidOf(submission);
  const { state } = await commands.read(registry.key as Aggregate<never>, kid);
  const { publicKey, org, person, roles, revoked } = state as registry.KeyState;
  if (!publicKey || org === null) throw new Unanswerable('unknown-key', `key ${kid} is not enrolled`);
  if (revoked) throw new Unanswerable('revoked-key', `key ${kid} of ${org} was revoked`);
  try {
    verifySignature(submission, contentText, publicKey);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new Unanswerable('invalid-signature', `${error.message} (${error.code})`);
  }
  const { id, type, stream } = content;
  return { sent, id, type, stream, kid, caller: await callerOf({ org, person, roles }, kid, commands) };
}

/**
 * A program's key has no roles: it speaks for what its organisation is registered as. That of a quality-control centre asks; any other speaks for
 * its analysts, and what that may do with a batch is asked of the batch.
 */
async function callerOf(
  { org, person, roles }: { org: string; person: string | null; roles: readonly string[] },
  kid: string,
  commands: Pick<Commands, 'read'>,
): Promise<Caller> {
  const known = person === null ? [await roleOfPrograms(org, commands)] : roles.filter(isRole);
  return { org, person, roles: known, client: `key-${kid}`, treatments: [], batches: [] };
}

async function roleOfPrograms(org: string, commands: Pick<Commands, 'read'>): Promise<Role> {
  const { state } = await commands.read(registry.site as Aggregate<never>, org);
  return (state as registry.SiteState).kind === 'oversight' ? 'oversight' : 'qc.analyst';
}

function parsed(value: Uint8Array) {
  try {
    const json = parseStrictJson(value, { maxBytes: MAX_BYTES });
    const submission = SignedSubmission.safeParse(json);
    if (!submission.success) {
      const [issue] = submission.error.issues;
      throw new Unanswerable('unparsable', `/${issue!.path.join('/')}: ${issue!.message}`);
    }
    const { content: contentText, signatures } = submission.data;
    return { sent: json as JsonObject, contentText, content: readContent(contentText), signatures: signatures as Signature[] };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new Unanswerable('unparsable', `${error.message} (${error.code}${error.pointer ? `, ${error.pointer}` : ''})`);
  }
}

function typOf(jws: string): string | undefined {
  try {
    return readJwsHeader(jws).typ;
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}

function kidOf({ jws }: Signature): string {
  const { kid } = readJwsHeader(jws);
  if (!isDigest(kid)) throw new Unanswerable('unknown-key', 'its kid is no RFC 7638 thumbprint');
  return kid;
}
