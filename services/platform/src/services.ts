import { collection } from '@cytoledger/collection';
import { followUp } from '@cytoledger/follow-up';
import { infusion } from '@cytoledger/infusion';
import { logistics } from '@cytoledger/logistics';
import { preparation } from '@cytoledger/preparation';
import { registry } from '@cytoledger/registry';
import { releaseQc } from '@cytoledger/release-qc';
import type { Service } from '@cytoledger/service-kit';
import { ConfigError } from './config.ts';

const COMMAND_SIDE: readonly Service[] = [collection, preparation, releaseQc, logistics, infusion, followUp, registry];

/** @throws ConfigError for a name that no service has */
export function chosenServices(all: readonly Service[], names: readonly string[]): readonly Service[] {
  const unknown = names.find((name) => !all.some((service) => service.name === name));
  if (unknown !== undefined)
    throw new ConfigError(
      `SERVICES: no service is called ${unknown}; there are ${[...new Set([...all.map((service) => service.name), 'trace', 'attestation', 'relay', 'inbound'])].join(', ')}`,
    );
  return names.length === 0 ? all : all.filter((service) => names.includes(service.name));
}

export function commandServices(): readonly Service[] {
  return COMMAND_SIDE;
}
