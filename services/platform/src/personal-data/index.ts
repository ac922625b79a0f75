import { type Service, service } from '@cytoledger/service-kit';
import { type ErasureParts, erasureRoute } from './erasure.ts';

/** Requests of persons about their data (PIPL Art 47): it has the vault, and reads the log to know what the law lets it erase. */
export function personalData(parts: ErasureParts): Service {
  return service('personal-data', { en: 'Erasure and restriction of personal data', zh: '个人信息的删除与限制' }, (office) => {
    const { method, path, ...route } = erasureRoute(parts);
    office.query(`${method} ${path}`, route);
  });
}
