/** What the process says when it ends (docs/guides/cli.md). */
export const EXIT = {
  done: 0,
  /** The question was answered, and the answer is no: a red gate, damage found, lines that were refused. */
  no: 1,
  /** The command line, a file or the environment is not as it must be. Nothing was done. */
  usage: 2,
  /** The platform refused the request as a whole. */
  refused: 3,
  /** No answer. Running the same command again is safe. */
  unreachable: 4,
  /** A fault of this program. */
  fault: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Says what is wrong and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitCode;
  /** One sentence: what to do. */
  readonly advice: string | undefined;

  constructor(message: string, advice?: string, exit: ExitCode = EXIT.usage) {
    super(message);
    this.advice = advice;
    this.exit = exit;
  }
}
