import { ApiProblem, ClientError } from '@cytoledger/client';
import { type CAC, cac } from 'cac';
import { declareAttestors } from './attestors/declare.ts';
import { bedsideGate } from './commands/bedside-gate.ts';
import { erase } from './commands/erase.ts';
import { gate } from './commands/gate.ts';
import { importBank } from './commands/import-bank.ts';
import { keygen } from './commands/keygen.ts';
import { enrol, revoke } from './commands/keys.ts';
import { offlineGate } from './commands/offline-gate.ts';
import { OUTBOX_ACTIONS, outbox } from './commands/outbox.ts';
import { rebuild } from './commands/rebuild.ts';
import { RECEIPTS_ACTIONS, receipts } from './commands/receipts.ts';
import { RECOVER_ACTIONS, recover } from './commands/recover.ts';
import { replay } from './commands/replay.ts';
import { sign } from './commands/sign.ts';
import { TRACES, trace } from './commands/trace.ts';
import { transcribe } from './commands/transcribe.ts';
import { verify } from './commands/verify.ts';
import { connect, namesAsker } from './connection.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import { importFile } from './import/import-file.ts';
import { type Io, tell } from './io.ts';
import { declareFsck, declareOffline } from './log/declare.ts';
import { mockRecall } from './mock-recall/mock-recall.ts';
import { type Options, TEXT, text } from './options.ts';
import { declareTopics } from './topics/declare.ts';

/** Runs one command and says how the process should end. Never throws. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const ends = (action: (...given: never[]) => Promise<ExitCode>) => {
    return async (...given: never[]) => {
      exit = await action(...given);
    };
  };
  try {
    const cli = declared(io, ends);
    cli.parse(['node', 'cytoledger', ...args], { run: false });
    if (!cli.matchedCommand) {
      if (cli.options['help'] === true || cli.options['version'] === true) return EXIT.done;
      if (args.length > 0) throw new CliError(`there is no command ${args[0]}`, 'cytoledger --help lists them.');
      cli.outputHelp();
      return EXIT.usage;
    }
    await cli.runMatchedCommand();
    return exit;
  } catch (error) {
    return failed(error, io);
  }
}

type Ends = (action: (...given: never[]) => Promise<ExitCode>) => (...given: never[]) => Promise<void>;

function declared(io: Io, ends: Ends): CAC {
  const cli = cac('cytoledger');
  const online = (name: string, description: string) =>
    cli
      .command(name, description)
      .option('--url <url>', 'Where the platform is [CYTOLEDGER_URL, or http://127.0.0.1:8080]', TEXT)
      .option('--token <token>', 'Bearer token [CYTOLEDGER_TOKEN]', TEXT)
      .option('--as <role>', 'Token of a role of the running demo, from DATA_DIR/demo/tokens.json', TEXT)
      .option('--language <language>', 'zh or en [CYTOLEDGER_LANGUAGE]', TEXT)
      .option('--json', 'JSON instead of text');

  cli
    .command('keygen', 'Make a signing key (Ed25519)')
    .option('--out <file>', 'Where the private key goes, readable by its owner only [key-<kid>.json]', TEXT)
    .option('--json', 'JSON instead of text')
    .action(ends((options: Options) => keygen(options, io)));
  cli
    .command('sign [file]', 'Sign a statement, or a content that another has made, and print the body to POST')
    .option('--key <file>', 'Private key, as keygen wrote it', TEXT)
    .option('--meaning <text>', 'What the signature means, where the type does not say', TEXT)
    .option('--corrects <type>', 'For a correction: type of the event that it corrects', TEXT)
    .action(ends((file: string | undefined, options: Options) => sign(file, options, io)));
  cli
    .command('enrol', 'Print the body that enrols a key: POST /v1/keys/<kid>')
    .option('--root <file>', 'Root key of the organisation', TEXT)
    .option('--key <file>', 'The new key', TEXT)
    .option('--org <organisation>', 'Organisation', TEXT)
    .option('--person <pseudonym>', 'Staff pseudonym; without it the key is a client’s', TEXT)
    .option('--role <role>', 'Role that the person signs in; may be given several times', TEXT)
    .action(ends((options: Options) => enrol(options, io)));
  cli
    .command('revoke', 'Print the body that revokes a key: POST /v1/keys/<kid>/revocation')
    .option('--root <file>', 'Root key of the organisation', TEXT)
    .option('--key <file>', 'The key, where its file is at hand', TEXT)
    .option('--kid <kid>', 'The key, where it is not', TEXT)
    .option('--reason <code>', 'compromised, left-organisation, lost, replaced or role-ended', TEXT)
    .option('--compromised-from <time>', 'Since when signatures are in doubt (RFC 3339)', TEXT)
    .action(ends((options: Options) => revoke(options, io)));

  online('import <file>', 'Capture every line of an NDJSON or CSV file; again is safe')
    .option('--dry-run', 'Read and check, and send nothing')
    .option('--progress', 'Say every second how far it is')
    .option('--type <type>', 'CSV: type of every row', TEXT)
    .option('--stream <stream>', 'CSV: stream of every row', TEXT)
    .option('--key <file>', 'Sign every request with this key of the organisation’s program', TEXT)
    .action(ends((file: string, options: Options) => importFile(file, options, io, () => connect(options, io))));
  online('transcribe <file>', 'Record a page of paper that two persons copied: both times, transcriber, checker, image')
    .option('--image <file>', 'Photograph or scan of the page: its digest is recorded, the image stays with you', TEXT)
    .option('--transcriber <pseudonym>', 'Who copied it, where the file does not say', TEXT)
    .option('--checker <pseudonym>', 'Who checked the copy, or copied it again: another person', TEXT)
    .option('--again <file>', 'The second person’s copy: compared before anything is recorded', TEXT)
    .option('--again-token <token>', 'Token of that person: one cannot send both copies [CYTOLEDGER_AGAIN_TOKEN]', TEXT)
    .option('--again-as <role>', 'Beside the demo: the token of another role', TEXT)
    .action(ends(async (file: string, options: Options) => transcribe(file, options, io, await connect(options, io))));
  online('import-bank <file>', 'Take over the register of a cell bank (CSV), with its declared gaps; again is safe')
    .option('--about <file>', 'JSON: site, product, source, declared facts, gaps, two verifiers', TEXT)
    .option('--dry-run', 'List what would be findings, and record nothing')
    .option('--offset <offset>', 'Of the dates in the register [+08:00]', TEXT)
    .option('--key <file>', 'Sign every request with this key of the organisation’s program', TEXT)
    .action(ends((file: string, options: Options) => importBank(file, options, io, () => connect(options, io))));
  withOrigins(online('trace <what>', `Follow cells: ${TRACES.join(', ')}`))
    .option('--format <format>', 'csv, xlsx or json; a table where left out', TEXT)
    .option('-o, --output <file>', 'File for csv and xlsx', TEXT)
    .option(
      '--columns <keys>',
      'Of the table: keys as in --json, with commas between; all that have something in them where left out',
      TEXT,
    )
    .action(ends(async (what: string, options: Options) => trace(what, options, io, await connect(options, io))));
  withOrigins(online('mock-recall', 'Exercise a recall: trace, freeze, notify, count; no stock is touched'))
    .option('--class <class>', 'I, II or III [I]', TEXT)
    .option('--hours <n>', 'By when sites answer [24]', TEXT)
    .option('--notice <number>', 'Number of the notice [MOCK-<date>]', TEXT)
    .option('--answers <file>', 'JSON: what each site answered; asked for where left out', TEXT)
    .option('--recall <id>', 'Take down later answers to this recall', TEXT)
    .action(ends(async (options: Options) => mockRecall(options, io, await connect(options, io))));
  online('replay <batch>', 'The whole history of a batch (or of one stream), with its chains checked')
    .option('--as-of <moment>', 'Log position or time', TEXT)
    .option('--ndjson', 'Whole events, one a line')
    .action(ends(async (batch: string, options: Options) => replay(batch, options, io, await connect(options, io))));
  online('gate [batch]', 'May the batch be released? With --unit and --treatment: may this bag go into this patient now?')
    .option('--unit <unit>', 'The bag; beside --patient its code, as scanned', TEXT)
    .option('--treatment <treatment>', 'The treatment it is meant for', TEXT)
    .option('--label <code>', 'What was scanned from the bag: a label that was replaced is red', TEXT)
    .option('--snapshot <file>', 'Without a network: a gate snapshot of the site', TEXT)
    .option('--patient <code>', 'In place of batch and --treatment: the patient’s code, as scanned', TEXT)
    .option('--policy <file>', 'With --snapshot: the policy that names the key of the log', TEXT)
    .action(
      ends(async (batch: string | undefined, options: Options) => {
        const snapshot = text(options, 'snapshot');
        if (snapshot !== undefined) return offlineGate(snapshot, options, io);
        if (batch === undefined) return bedsideGate(options, io, () => connect(options, io));
        return gate(batch, options, io, await connect(options, io));
      }),
    );
  online('erase <subject>', 'Erase the personal values of a person, or restrict them until the retention term ends')
    .option('--dry-run', 'Decide, and do nothing')
    .option('--study-ended <time>', 'When the last study that the person took part in ended (RFC 3339)', TEXT)
    .option('--offspring', 'Offspring are involved: restrict without end')
    .action(ends(async (subject: string, options: Options) => erase(subject, options, io, await connect(options, io))));
  online('outbox <action> [item]', `Keep events on disk until they have a receipt: ${OUTBOX_ACTIONS.join(', ')}`)
    .option('--dir <folder>', 'The outbox, on a local disk [CYTOLEDGER_OUTBOX]', TEXT)
    .option('--key <file>', 'add: sign it with this key of the organisation’s program', TEXT)
    .option('--policy <file>', 'run, prove: the keys that a proof must rest on', TEXT)
    .option('--wait <seconds>', 'prove: until nothing is pending, and no longer', TEXT)
    .option('--resend', 'decide: send it again')
    .option('--with <file>', 'decide --resend: what stands in its place', TEXT)
    .option('--drop', 'decide: never send it')
    .option('--because <text>', 'decide --drop: why', TEXT)
    .action(
      ends((action: string, item: string | undefined, options: Options) =>
        outbox(action, item, options, io, () => connect(options, io)),
      ),
    );

  cli
    .command(
      'verify [bundle]',
      'Verify an evidence bundle (or the standard input) offline: what was recorded, whether it is all, and who vouches for it',
    )
    .option('--policy <file>', 'Whose keys you trust: the policy file', TEXT)
    .option('--min-size <size>', 'The log must have had so many entries', TEXT)
    .option('--not-before <time>', 'Witnesses must have seen it then or later (RFC 3339)', TEXT)
    .option('--saved <file>', 'A checkpoint or heads note that you kept: the log must begin with it', TEXT)
    .option('--compare <file>', 'A bundle or checkpoint that somebody else was given: there must be one history', TEXT)
    .option('--explode <folder>', 'Also write checkpoints, proofs and entries as the files of their specifications', TEXT)
    .option('--events', 'Tell of every event')
    .option('--json', 'The report that every verifier prints equally')
    .action(ends((file: string | undefined, options: Options) => verify(file, options, io)));

  online('receipts <action>', `What was acknowledged, against the log: ${RECEIPTS_ACTIONS.join(', ')}`)
    .option('--policy <file>', 'The keys that receipts and proofs must rest on', TEXT)
    .option('--dir <folder>', 'The outbox [CYTOLEDGER_OUTBOX]', TEXT)
    .action(
      ends((action: string, options: Options) =>
        receipts(action, options, io, namesAsker(options, io) ? () => connect(options, io) : null),
      ),
    );

  declareFsck(cli, io, ends);
  declareOffline(
    cli,
    'rebuild',
    'Throw away the read models of a stopped platform; they are built anew at its next start',
  ).action(ends((options: Options) => rebuild(options, io)));
  declareAttestors(cli, io, ends);
  declareTopics(cli, io, ends);
  declareOffline(
    cli,
    'recover <action> [...files]',
    `A new log in the place of one that is lost for good: ${RECOVER_ACTIONS.join(', ')}`,
  )
    .option('--policy <file>', 'assess: of the old log; seal: of the new one', TEXT)
    .option('--checkpoint <file>', 'assess: a checkpoint that a quorum cosigned; the newest, and any older ones', TEXT)
    .option('--origin <name>', 'assess: of the new log', TEXT)
    .option('--reason <code>', 'assess: storage-lost, history-damaged or key-lost', TEXT)
    .option('--attestation <folder>', 'assess: what was attested [ATTESTATION_DIR, or DATA_DIR/attestation]', TEXT)
    .option('--all-lost', 'assess: there are no remains to look at')
    .option('--root <file>', 'sign: root key of the organisation', TEXT)
    .action(ends((action: string, files: string[], options: Options) => recover(action, files, options, io)));
  cli.help();
  return cli;
}

function withOrigins(command: ReturnType<CAC['command']>): ReturnType<CAC['command']> {
  return command
    .option('--donor <pseudonym>', 'Origin, or look-back', TEXT)
    .option('--donation <id>', 'Origin', TEXT)
    .option('--batch <id>', 'Origin', TEXT)
    .option('--unit <id>', 'Origin', TEXT)
    .option('--lot <number>', 'Origin: a material', TEXT)
    .option('--supplier <name>', 'Of the lot', TEXT)
    .option('--material <id>', 'Origin: the record of one lot', TEXT)
    .option('--patient <pseudonym>', 'given, donors, materials, work', TEXT)
    .option('--as-of <moment>', 'Log position or time', TEXT)
    .option('--min-position <position>', 'From a receipt', TEXT);
}

function failed(error: unknown, io: Io): ExitCode {
  if (error instanceof CliError) return say(io, error.message, error.advice, error.exit);
  if (error instanceof ApiProblem) return say(io, error.message, adviceFor(error), EXIT.refused);
  if (error instanceof ClientError) return notAnswered(error, io);
  if (error instanceof Error && error.name === 'CACError')
    return say(io, error.message, 'cytoledger --help shows how.', EXIT.usage);
  return say(io, error instanceof Error ? (error.stack ?? error.message) : String(error), undefined, EXIT.fault);
}

function notAnswered({ code, message }: ClientError, io: Io): ExitCode {
  const isOurs = code !== 'unreachable' && code !== 'unreadable-answer' && code !== 'aborted';
  if (isOurs) return say(io, message, undefined, EXIT.usage);
  return say(io, code === 'aborted' ? 'stopped' : message, 'Running it again is safe.', EXIT.unreachable);
}

function adviceFor({ status }: ApiProblem): string | undefined {
  if (status === 401) return 'The token is not valid (any more): set CYTOLEDGER_TOKEN, or --as ROLE beside a running demo.';
  if (status === 403) return 'Ask with the token of somebody who may.';
  if (status === 404) return 'Check the id, and whether the token may know of it.';
  return undefined;
}

function say(io: Io, message: string, advice: string | undefined, exit: ExitCode): ExitCode {
  tell(io, `cytoledger: ${message}${advice === undefined ? '' : `\n${advice}`}`);
  return exit;
}
