import type { CAC, Command } from 'cac';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, TEXT } from '../options.ts';

type Ends = (action: (...given: never[]) => Promise<ExitCode>) => (...given: never[]) => Promise<void>;

/** A command that works on the files of a platform, not through its API. */
export function declareOffline(cli: CAC, name: string, description: string): Command {
  return cli
    .command(name, description)
    .option('--data-dir <folder>', 'Data folder of the platform [DATA_DIR, or ./data]', TEXT)
    .option('--event-store <url>', 'The log, where it is elsewhere [EVENT_STORE]', TEXT)
    .option('--json', 'JSON instead of text');
}

export function declareFsck(cli: CAC, io: Io, ends: Ends): void {
  declareOffline(cli, 'fsck', 'Hash every header and body of a log again, follow every chain, and compare with what was attested')
    .option('--attestation <folder>', 'What was attested [ATTESTATION_DIR, or DATA_DIR/attestation]', TEXT)
    .option('--policy <file>', 'Keys to verify signatures with [POLICY, or policy.txt in that folder]', TEXT)
    .option('--thorough', 'Read every body in full too, ten times as slow')
    .option('--progress', 'Say every second how far it is')
    .action(ends(async (options: Options) => (await import('../commands/fsck.ts')).fsck(options, io)));
}
