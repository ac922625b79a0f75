import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** npm passes a signal on that the terminal has delivered already: what comes again so soon is the same one. */
const REPEATED_MS = 500;
const PARENT_CHECK_MS = 500;

/**
 * Runs a program in the foreground to its end: its output is ours, and what stops us stops it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 0 where it ended because it was asked to, 128 + n where signal n killed it unasked
 */
export function runToEnd(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { ...options, stdio: 'inherit' });
    /** @type {{ signal: NodeJS.Signals, at: number } | undefined} */
    let asked;

    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      const now = Date.now();
      if (asked?.signal === signal && now - asked.at < REPEATED_MS) return;
      asked = { signal, at: now };
      // At a terminal Ctrl-C reaches the whole foreground group, the child included.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, stop);
    const stopWatching = whenOrphaned(() => stop('SIGTERM'));
    const settle = () => {
      for (const signal of FORWARDED) process.off(signal, stop);
      stopWatching();
    };

    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      settle();
      const status = code ?? statusOf(signal);
      resolve(asked && status === statusOf(asked.signal) ? 0 : status);
    });
  });
}

/** @param {NodeJS.Signals | null} signal */
function statusOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}

/**
 * An npm that is killed outright passes nothing on; without this its child would stay behind.
 *
 * @param {() => void} act
 * @returns {() => void} ends the watch
 */
function whenOrphaned(act) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
