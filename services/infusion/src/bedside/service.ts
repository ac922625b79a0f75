import { treatments } from '@cytoledger/domain';
import {
  type Caller,
  HOSPITAL,
  type Question,
  Refusal,
  type Answer as Reply,
  type Service,
  service,
  TITLES,
} from '@cytoledger/service-kit';
import { z } from 'zod';
import { bedsideLight } from './light.ts';
import { offlinePage, onlinePage } from './page.ts';
import type { BedsideParts } from './parts.ts';
import { lookupOf, makeSnapshot, type SignedSnapshot } from './snapshot.ts';

const HTML = 'text/html';
const JOSE = 'application/jose';
const PRODUCES = ['application/json', HTML, JOSE];
const Code = z.string().min(1).max(300);

const SNAPSHOT = {
  title: { en: 'Gate snapshot for the bedside without a network', zh: '床旁离线闸门快照' },
  description:
    'What the gate says of each bag of the site, signed, with the moment it was made and the one at which it stops answering. ' +
    '`?format=html` is a page that works from a disk: scan bag and patient, and it says green, amber or red, and its own age. ' +
    '`?format=jose` is the compact JWS for `cytoledger gate --snapshot`.',
  permission: { by: [...HOSPITAL, 'oversight'] },
  produces: PRODUCES,
} as const;

/** The bedside: asked with codes as they are scanned, with a network and without. */
export function bedsideService(parts: BedsideParts): Service {
  const given = (question: Question, snapshot: SignedSnapshot) => replied(parts, question, snapshot);
  return service('bedside', { en: 'At the bedside', zh: '床旁' }, (ward) => {
    ward.query('GET /v1/sites/:site/gate-snapshot', {
      ...SNAPSHOT,
      params: z.object({ site: z.string().max(100) }),
      handle: async (question) => {
        const { caller, commands, signal, params } = question;
        const site = params['site']!;
        requireOwn(caller, site);
        return given(question, await makeSnapshot(parts, { caller, commands, signal, site }));
      },
    });
    ward.query('GET /v1/treatments/:treatmentId/gate-snapshot', {
      ...SNAPSHOT,
      title: { en: 'Gate snapshot of the bags for one treatment', zh: '单次治疗的离线闸门快照' },
      params: z.object({ treatmentId: z.uuid() }),
      handle: async (question) => {
        const { caller, commands, signal, params } = question;
        const treatment = params['treatmentId']!;
        const site = await commands.consider((look) => look(treatments.treatment, treatment)?.site ?? null);
        if (site === null) throw notFound();
        requireOwn(caller, site);
        return given(question, await makeSnapshot(parts, { caller, commands, signal, site, treatment }));
      },
    });
    ward.query('GET /v1/bedside/light', {
      title: {
        en: 'May this bag go into this patient now? Asked with scanned codes',
        zh: '扫码询问：这袋细胞现在可以输给这位患者吗？',
      },
      description: 'As of now, read from the log; nothing is recorded. Reasons come in both languages.',
      permission: { by: HOSPITAL },
      query: z.strictObject({ unit: Code, patient: Code }),
      handle: async ({ caller, commands, signal, query }) => ({
        headers: { 'cache-control': 'no-store' },
        body: await bedsideLight(
          { commands, lookup: lookupOf(parts), caller, signal },
          query as { unit: string; patient: string },
        ),
      }),
    });
    ward.open('GET /bedside', {
      title: { en: 'Page for the bedside', zh: '床旁核对页面' },
      description: 'A page without anything in it but the form: what it asks, it asks with the token that is pasted into it.',
      produces: [HTML],
      handle: () => {
        const { html, policy } = onlinePage();
        return page(html, policy);
      },
    });
  });
}

function replied({ origin }: BedsideParts, { accepts }: Question, snapshot: SignedSnapshot): Reply {
  const file = (extension: string) => ({
    'cache-control': 'no-store',
    'content-disposition': `attachment; filename="gate-${snapshot.site}-${snapshot.madeAt.replace(/[:.]/g, '')}.${extension}"`,
  });
  if (accepts === JOSE) return { type: JOSE, headers: file('jws'), body: snapshot.jws };
  if (accepts !== HTML) return { headers: { 'cache-control': 'no-store' }, body: snapshot };
  const { html, policy } = offlinePage({ origin, key: snapshot.key, snapshot: snapshot.jws });
  const shown = page(html, policy);
  return { ...shown, headers: { ...shown.headers, ...file('html') } };
}

function page(html: string, policy: string): Reply {
  return {
    type: `${HTML}; charset=utf-8`,
    headers: {
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body: html,
  };
}

/** A hospital asks about itself; oversight about all. What is not theirs is answered like what there is not. @throws Refusal 404 */
function requireOwn(caller: Caller, site: string): void {
  if (caller.org !== site && !caller.roles.includes('oversight')) throw notFound();
}

function notFound(): Refusal {
  return new Refusal({
    status: 404,
    code: 'not-found',
    title: TITLES.notFound,
    detail: { en: 'There is no such site or treatment of yours.', zh: '贵机构没有这样的场所或治疗。' },
  });
}
