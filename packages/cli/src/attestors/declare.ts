import type { CAC } from 'cac';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, TEXT } from '../options.ts';

type Ends = (action: (...given: never[]) => Promise<ExitCode>) => (...given: never[]) => Promise<void>;

/** What those run who do not have to trust the operator. Each is loaded only when it is asked for: many of them run beside a demonstration. */
export function declareAttestors(cli: CAC, io: Io, ends: Ends): void {
  cli
    .command('witness [action]', 'Cosign what extends a log, and nothing else (C2SP tlog-witness); first: witness init')
    .option('--folder <folder>', 'Key and state of this witness', TEXT)
    .option('--name <name>', 'init: its name in policies, for instance witness.example.org', TEXT)
    .option('--policy <file>', 'Policy of a log that it serves; may be given several times', TEXT)
    .option('--log-vkey <key>', 'Verifier key of a log that it serves; may be given several times', TEXT)
    .option('--listen <address>', 'Host and port, 0 for any [127.0.0.1:8471]', TEXT)
    .option('--supervised', 'End when standard input ends')
    .action(
      ends(async (action: string | undefined, options: Options) => (await import('./witness.ts')).witness(action, options, io)),
    );
  cli
    .command('monitor [action]', 'Replay a log, compare its heads and cosign them; first: monitor init')
    .option('--folder <folder>', 'Key and state of this monitor', TEXT)
    .option('--name <name>', 'init: its name in policies, for instance monitor.example.org', TEXT)
    .option('--url <url>', 'Where the platform is [CYTOLEDGER_URL, or http://127.0.0.1:8080]', TEXT)
    .option('--policy <file>', 'Policy of the log', TEXT)
    .option('--token-file <file>', 'Token of the role log.monitor, read at each use [or CYTOLEDGER_TOKEN]', TEXT)
    .option('--also <url>', 'Another address of the same log, to compare; may be given several times', TEXT)
    .option('--every <seconds>', 'Between two rounds [2]', TEXT)
    .option('--once', 'One round over everything that is there, then end')
    .option('--supervised', 'End when standard input ends')
    .option('--json', 'JSON instead of text')
    .action(
      ends(async (action: string | undefined, options: Options) => (await import('./monitor.ts')).monitor(action, options, io)),
    );
}
