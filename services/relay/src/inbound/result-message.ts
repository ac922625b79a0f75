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
import { attestSentence, type Commands } from '@cytoledger/commands';
import { type Aggregate, type Bilingual, issueSentence, registry } from '@cytoledger/domain';
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
  if (value === null || value.length === 0) throw new Unanswerable('empty', { en: 'there is nothing in it', zh: '消息为空' });
  if (value.length > MAX_BYTES)
    throw new Unanswerable('too-large', {
      en: `${value.length} bytes; at most ${MAX_BYTES} are taken`,
      zh: `${value.length} 字节；最多接收 ${MAX_BYTES} 字节`,
    });
  const { sent, content, contentText, signatures } = parsed(value);
  const submission = signatures.find(({ jws, path }) => path !== undefined && typOf(jws) === SUBMISSION_TYP);
  if (!submission)
    throw new Unanswerable('unsigned', {
      en: `no signature of typ ${SUBMISSION_TYP} with its path`,
      zh: `没有 typ 为 ${SUBMISSION_TYP} 且带路径（path）的签名`,
    });
  const kid = kidOf(submission);
  const { state } = await commands.read(registry.key as Aggregate<never>, kid);
  const { publicKey, org, person, roles, revoked } = state as registry.KeyState;
  if (!publicKey || org === null)
    throw new Unanswerable('unknown-key', { en: `key ${kid} is not enrolled`, zh: `密钥 ${kid} 未登记` });
  if (revoked)
    throw new Unanswerable('revoked-key', { en: `key ${kid} of ${org} was revoked`, zh: `${org} 的密钥 ${kid} 已吊销` });
  try {
    verifySignature(submission, contentText, publicKey);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new Unanswerable('invalid-signature', coded(error));
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
      const at = `/${issue!.path.join('/')}`;
      const { en, zh } = issueSentence(issue!, json);
      throw new Unanswerable('unparsable', { en: `${at}: ${en}`, zh: `${at}：${zh}` });
    }
    const { content: contentText, signatures } = submission.data;
    return { sent: json as JsonObject, contentText, content: readContent(contentText), signatures: signatures as Signature[] };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new Unanswerable('unparsable', coded(error, error.pointer));
  }
}

/** With its code and, where asked for, its place. */
function coded(error: AttestError, pointer?: string): Bilingual {
  const place = pointer ? `, ${pointer}` : '';
  const { en, zh } = attestSentence(error);
  return { en: `${en} (${error.code}${place})`, zh: `${zh} (${error.code}${place})` };
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
  if (!isDigest(kid))
    throw new Unanswerable('unknown-key', { en: 'its kid is no RFC 7638 thumbprint', zh: 'kid 不是 RFC 7638 指纹' });
  return kid;
}
