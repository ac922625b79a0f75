import { cac } from 'cac';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, tell } from '../io.ts';
import { declareAttestors } from './declare.ts';

/** As runCli, for the commands of {@link declareAttestors} alone: a witness is up in a third of the time. */
export async function runAttestor(args: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const cli = cac('cytoledger');
  declareAttestors(cli, io, (action) => async (...given) => {
    exit = await action(...given);
  });
  cli.help();
  try {
    cli.parse(['node', 'cytoledger', ...args], { run: false });
    await cli.runMatchedCommand();
    return exit;
  } catch (error) {
    const isUsage = error instanceof CliError || (error instanceof Error && error.name === 'CACError');
    if (!isUsage) tell(io, `cytoledger: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    else {
      const { message, advice, exit: foreseen = EXIT.usage } = error as CliError;
      tell(io, `cytoledger: ${message}${advice === undefined ? '' : `\n${advice}`}`);
      return foreseen;
    }
    return EXIT.fault;
  }
}
