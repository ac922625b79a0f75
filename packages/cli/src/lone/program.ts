import { cac } from 'cac';
import { declareAttestors } from '../attestors/declare.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, tell } from '../io.ts';
import { declareFsck } from '../log/declare.ts';

/** As runCli, for the commands of names.ts alone: they are up in a third of the time. */
export async function runLone(args: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const ends = (action: (...given: never[]) => Promise<ExitCode>) => {
    return async (...given: never[]) => {
      exit = await action(...given);
    };
  };
  const cli = cac('cytoledger');
  declareAttestors(cli, io, ends);
  declareFsck(cli, io, ends);
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
