import { join } from 'node:path';
import type { Policy } from '@cytoledger/attest';
import type { Client } from '../client.ts';
import { ClientError } from '../errors.ts';
import { ApiProblem } from '../problem.ts';
import type { Finding } from '../proving/finding.ts';
import { passedTime } from '../proving/passed-time.ts';
import { checkProven, faultOfReceipt, includeByOf, proveSent } from '../proving/prove-sent.ts';
import type { Entry, Proven, Sent } from './entry.ts';
import type { Outbox } from './outbox.ts';
import { lockSender } from './sender-lock.ts';
import type { Spool } from './spool.ts';

/** How it stands with one event that was sent. */
export type Checked = {
  readonly entry: Entry;
  /** Where event and receipt lie. */
  readonly file: string;
  readonly finding: Finding;
};

export type Proved = {
  readonly proven: number;
  readonly pending: number;
  /** Overdue, contradicted or invalid: evidence, see `cytoledger receipts audit`. */
  readonly wrong: readonly Checked[];
  /** Why it ended before everything was asked for; null when everything was. */
  readonly stopped: { readonly code: string; readonly message: string } | null;
};

/** Proves what an outbox has sent, and audits its receipts. */
export function proofDesk(spool: Spool, dir: string): Pick<Outbox, 'prove' | 'audit'> {
  async function proveAll(client: Client, policy: Policy, signal: AbortSignal | undefined): Promise<Proved> {
    const totals = { proven: 0, pending: 0, wrong: [] as Checked[] };
    try {
      const passed = await passedTime(client, policy, signal);
      for await (const { name, kept } of spool.named<Sent>('sent')) {
        const finding = await proveSent(client, policy, kept, { passed, now: Date.now(), signal });
        if (finding.status === 'included') {
          const proven: Proven = { ...kept, proven: { ...finding, at: new Date().toISOString() } };
          await spool.move('sent', 'proven', name, JSON.stringify(proven));
          totals.proven++;
        } else if (finding.status === 'pending') totals.pending++;
        else totals.wrong.push({ entry: kept.entry, file: spool.path('sent', name), finding });
      }
      return { ...totals, stopped: null };
    } catch (error) {
      if (!(error instanceof ClientError) && !(error instanceof ApiProblem)) throw error;
      return { ...totals, stopped: { code: error.code, message: error.message } };
    }
  }

  return {
    prove: async (client, policy, { signal } = {}) => {
      // A lock of its own: what is to be sent does not wait for what is to be proven.
      const unlock = await lockSender(join(dir, 'sent'));
      try {
        await spool.recoverProven();
        return await proveAll(client, policy, signal);
      } finally {
        await unlock();
      }
    },
    audit: async function* (policy, client, { signal } = {}) {
      const passed = client ? await passedTime(client, policy, signal) : null;
      for await (const { name, kept } of spool.named<Proven>('proven')) {
        yield { entry: kept.entry, file: spool.path('proven', name), finding: checkProven(kept, policy) };
      }
      for await (const { name, kept } of spool.named<Sent>('sent')) {
        const finding = client
          ? await proveSent(client, policy, kept, { passed, now: Date.now(), signal })
          : (faultOfReceipt(kept, policy) ?? { status: 'not-asked' as const, includeBy: includeByOf(kept) });
        yield { entry: kept.entry, file: spool.path('sent', name), finding };
      }
    },
  };
}
