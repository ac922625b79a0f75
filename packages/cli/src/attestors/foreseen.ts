import { AttestError } from '@cytoledger/attest';
import { WitnessError, type WitnessErrorCode } from '@cytoledger/witness';
import { CliError, EXIT, type ExitCode } from '../exit.ts';

const EXITS: Partial<Record<WitnessErrorCode, ExitCode>> = {
  unreachable: EXIT.unreachable,
  refused: EXIT.refused,
  unverifiable: EXIT.no,
};

/** What can go wrong with folders, keys, policies and logs, as an exit code and a sentence. */
export async function foreseen(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WitnessError)
      throw new CliError(`${error.code}: ${error.message}`, undefined, EXITS[error.code] ?? EXIT.usage);
    if (error instanceof AttestError) throw new CliError(`${error.code}: ${error.message}`);
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code !== undefined && syscall !== undefined) throw new CliError((error as Error).message);
    throw error;
  }
}
