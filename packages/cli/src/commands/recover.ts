import { join } from 'node:path';
import {
  AttestError,
  base64url,
  type Checkpoint,
  EMPTY_ROOT,
  type JsonValue,
  type Policy,
  readPolicy,
  readSuccession,
  type Succession,
  signSuccession,
  verifyReleasedCheckpoint,
  verifySuccession,
} from '@cytoledger/attest';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson, tell } from '../io.ts';
import { fileText, readJsonObject, readPrivateKey } from '../json-file.ts';
import { releasedNotes } from '../log/attested/signed-notes.ts';
import { dataDirOf, logUrlOf, openForReading } from '../log/log-url.ts';
import { survivingPrefix } from '../log/surviving-prefix.ts';
import { isSet, needed, type Options, text, texts } from '../options.ts';

export const RECOVER_ACTIONS = ['assess', 'sign', 'seal'] as const;

/**
 * A new log in the place of one that is lost for good: what survived is assessed, operator and regulator sign the finding with their root keys, and
 * the platform begins the new log with it.
 */
export async function recover(action: string, files: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  try {
    if (action === 'assess') return await assess(options, io);
    if (action === 'sign') return await sign(files[0], options, io);
    if (action === 'seal') return await seal(files, options, io);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new CliError(`${error.code}: ${error.message}`);
  }
  throw new CliError(`recover cannot ${action}`, `It can ${RECOVER_ACTIONS.join(', ')}.`);
}

/** Prints the succession that is to be signed. */
async function assess(options: Options, io: Io): Promise<ExitCode> {
  const policy = await policyOf(needed(options, 'policy', 'Name the policy of the old log.'));
  const origin = needed(options, 'origin', 'Name the new log: an origin that no log has had.');
  const released = await Promise.all(
    texts(options, 'checkpoint').map(async (path) => {
      const note = await fileText(path);
      return { note, ...verifyReleasedCheckpoint(note, policy).checkpoint };
    }),
  );
  const last = released.toSorted((a, b) => a.size - b.size).at(-1);
  if (!last)
    throw new CliError(
      '--checkpoint is missing',
      'Give the newest checkpoint that a quorum cosigned: witnesses and readers have it.',
    );
  const folder = text(options, 'attestation') ?? io.env['ATTESTATION_DIR'] ?? join(dataDirOf(options, io), 'attestation');
  const known = [...released, ...releasesIn(folder, last.size, policy)];
  const store = isSet(options, 'allLost') ? undefined : await openForReading(logUrlOf(options, io));
  const survived = store
    ? await survivingPrefix(store, { folder, known, last }).finally(() => store.close())
    : { size: 0, root: EMPTY_ROOT, by: 'checkpoints' as const };
  if (survived.size === last.size && !survived.root.equals(last.root))
    throw new CliError('the store does not lead to the root of the checkpoint', 'Run cytoledger fsck.', EXIT.no);
  const reason = text(options, 'reason') ?? (survived.size === last.size ? 'key-lost' : 'storage-lost');
  printJson(
    io,
    readSuccession({
      origin,
      predecessor: { origin: policy.origin, checkpoint: last.note },
      survived: { size: survived.size, root: base64url(survived.root) },
      lost: { from: survived.size, below: last.size },
      reason,
    }),
  );
  tell(io, explained(survived, last.size));
  return EXIT.done;
}

function explained({ size, by }: { size: number; by: string }, below: number): string {
  const counted = size.toLocaleString('en');
  if (size === below)
    return `All ${counted} attested entries are there. A restored log needs no successor; one whose key is lost does.`;
  const how =
    by === 'hashes'
      ? 'each compared with its attested hash'
      : 'as far as a checkpoint confirms it: with the hashes of the old log (--attestation) or more checkpoints it may be more';
  return `${counted} entries survive, ${how}; ${(below - size).toLocaleString('en')} are lost.`;
}

/** Prints the signature of one organisation. */
async function sign(path: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  const root = await readPrivateKey(needed(options, 'root', 'Name the file with the root key of the organisation.'));
  print(io, signSuccession((await readJsonObject(path, io)) as Succession, root));
  return EXIT.done;
}

/** Prints what the platform is started with: `SUCCESSION=<file>`. */
async function seal([path, ...signaturePaths]: readonly string[], options: Options, io: Io): Promise<ExitCode> {
  const policy = await policyOf(needed(options, 'policy', 'Name the policy of the new log: it pins the root keys.'));
  const succession = await readJsonObject(path, io);
  const signatures = await Promise.all(signaturePaths.map(async (each) => (await fileText(each)).trim()));
  const signers = verifySuccession(succession as JsonValue, signatures, policy);
  printJson(io, { succession, signatures });
  tell(io, `signed by ${signers.join(', ')}`);
  return EXIT.done;
}

/** Older checkpoints of the folder that count. */
function releasesIn(folder: string, below: number, policy: Policy): Checkpoint[] {
  return [...releasedNotes(folder, below)].flatMap(({ note }) => {
    try {
      return [verifyReleasedCheckpoint(note, policy).checkpoint];
    } catch (error) {
      if (error instanceof AttestError) return [];
      throw error;
    }
  });
}

async function policyOf(path: string): Promise<Policy> {
  return readPolicy(await fileText(path));
}
