import { type AnyFact, facts } from '@cytoledger/domain';
import { type OpenQuestion, Refusal, type Answer as Reply, type Service, service, TITLES } from '@cytoledger/service-kit';
import { type FormPage, formIndex, formPage } from './form-page.ts';

const HTML = 'text/html';

/** Forms to print for when there is no computer at the bench. They hold nothing but the questions, so that no token is asked. */
export function formsService(): Service {
  return service('forms', { en: 'Forms for paper', zh: '纸质表格' }, (desk) => {
    desk.open('GET /v1/forms', {
      title: { en: 'Forms for paper', zh: '纸质表格目录' },
      produces: [HTML],
      handle: () => page(formIndex([...facts.values()].filter(isByHand))),
    });
    const form = {
      title: { en: 'A form for one kind of record', zh: '一种记录的纸质表格' },
      description:
        'Made from what the record takes: its code and version are printed, and go into `capture.form` when the page is copied.',
      produces: [HTML],
      handle: ({ params }: OpenQuestion) => page(formPage(factOf(params['type']!), params['stream'] ?? null)),
    };
    desk.open('GET /v1/forms/:type', form);
    desk.open('GET /v1/forms/:type/:stream', {
      ...form,
      title: { en: 'A form for one record', zh: '预印记录编号的纸质表格' },
    });
  });
}

/** What the platform derives, nobody fills in. */
function isByHand({ kind, aggregate }: AnyFact): boolean {
  return kind !== 'derived' && aggregate.name !== 'log';
}

/** @throws Refusal 404 */
function factOf(type: string): AnyFact {
  const fact = facts.get(type);
  if (fact && isByHand(fact)) return fact;
  throw new Refusal({
    status: 404,
    code: 'no-such-form',
    title: TITLES.notFound,
    detail: { en: `There is no form for ${type}; /v1/forms lists them.`, zh: `没有 ${type} 的表格；见 /v1/forms。` },
  });
}

function page({ html, policy }: FormPage): Reply {
  return {
    type: `${HTML}; charset=utf-8`,
    headers: { 'content-security-policy': `${policy}; frame-ancestors 'none'`, 'x-content-type-options': 'nosniff' },
    body: html,
  };
}
