import { AttestError, entryBundle, readTilePath, type TilePath } from '@cytoledger/attest';
import { type Answer, inWords, type QueryRoute, Refusal, type ServiceBuilder } from '@cytoledger/service-kit';
import type { AttestedLog } from '../reading/attested-log.ts';

const TEXT = 'text/plain; charset=utf-8';
const BINARY = 'application/octet-stream';
/** What a tile holds never changes. */
const FOR_EVER = 'max-age=31536000, immutable';
const NEWEST = { 'cache-control': 'no-cache' };

/** The log as C2SP tlog-tiles serves it, and the heads notes beside it. Hashes tell nobody anything; headers are for monitors and auditors. */
export function publicLog(log: AttestedLog, routes: ServiceBuilder): void {
  routes.open('GET /log/checkpoint', {
    title: { en: 'The newest checkpoint that a quorum of witnesses has cosigned', zh: '见证方法定人数已联署的最新检查点' },
    produces: [TEXT],
    handle: () => note(log.released?.note, 'checkpoint'),
  });
  routes.open('GET /log/tile/*', {
    title: { en: 'A tile of hashes (C2SP tlog-tiles)', zh: '哈希瓦片（C2SP tlog-tiles）' },
    produces: [BINARY],
    handle: ({ params }) => {
      const bytes = log.tile(tileAt(params['*']!));
      if (!bytes) throw noTile();
      return { type: BINARY, headers: { 'cache-control': `public, ${FOR_EVER}` }, body: bytes };
    },
  });
  routes.query('GET /log/tile/entries/*', entriesRoute(log));
  routes.open('GET /log/heads', {
    title: { en: 'The newest heads note, with the cosignatures of monitors so far', zh: '最新的流头声明及监测方联署' },
    produces: [TEXT],
    handle: () => note(log.heads?.note, 'heads note'),
  });
  routes.open('POST /log/heads/cosignatures', {
    title: { en: 'A monitor hands in its cosignature of the newest heads note', zh: '监测方提交对最新流头声明的联署' },
    description: "The heads note's text with the monitor's signature, as a note. It counts if the policy pins the monitor's key.",
    produces: [TEXT],
    handle: ({ text }) => cosigned(log, text),
  });
  routes.open('GET /log/policy', {
    title: { en: 'A copy of the policy, for convenience: verify with your own', zh: '策略副本，仅供参考：验证请用自存版本' },
    produces: [TEXT],
    handle: () => note(log.policyText ?? undefined, 'policy'),
  });
}

function entriesRoute(log: AttestedLog): Omit<QueryRoute, 'method' | 'path'> {
  return {
    title: { en: 'The headers behind a tile of leaf hashes (C2SP tlog-tiles entry bundle)', zh: '叶瓦片对应的事件头' },
    permission: { by: ['auditor', 'log.monitor'] },
    produces: [BINARY],
    handle: async ({ params }) => {
      const headers = await log.entries(tileAt(`entries/${params['*']!}`));
      if (!headers) throw noTile();
      return { type: BINARY, headers: { 'cache-control': `private, ${FOR_EVER}` }, body: entryBundle(headers) };
    },
  };
}

function note(text: string | undefined, what: string): Answer {
  if (text === undefined)
    throw new Refusal({
      status: 404,
      code: 'not-yet',
      title: { en: 'Nothing yet', zh: '尚无内容' },
      detail: { en: `There is no ${what} yet.`, zh: `尚无 ${what}。` },
    });
  return { type: TEXT, headers: NEWEST, body: text };
}

async function cosigned(log: AttestedLog, posted: Buffer): Promise<Answer> {
  try {
    const outcome = await log.cosignHeads(posted);
    if (outcome === 'added') return { type: TEXT, headers: NEWEST, body: 'added\n' };
    throw outcome === 'moved'
      ? new Refusal({
          status: 409,
          code: 'heads-note-moved',
          title: { en: 'Another heads note is the newest by now', zh: '此时最新的已是另一份头部说明' },
        })
      : new Refusal({
          status: 403,
          code: 'unknown-monitor',
          title: { en: "The policy pins no monitor's key of this signature", zh: '策略中没有与该签名对应的监测方密钥' },
        });
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new Refusal({
      status: 400,
      code: error.code,
      title: { en: 'This is no cosignature', zh: '这不是联署' },
      detail: inWords('无法识别联署', error.message),
    });
  }
}

function tileAt(path: string): TilePath {
  try {
    return readTilePath(`tile/${path}`);
  } catch {
    throw noTile();
  }
}

function noTile(): Refusal {
  return new Refusal({
    status: 404,
    code: 'no-such-tile',
    title: { en: 'The log has no such tile', zh: '日志没有这样的数据块' },
  });
}
