import { posix } from 'node:path';
import { type Fault, lineOf } from './fault.ts';
import { HOST, PACKAGES, PURE, SERVICES } from './layers.ts';

/** A source file: its path from the root, with slashes, and what stands in it. */
export type Source = { readonly file: string; readonly text: string };

/** `import … from '…'`, `export … from '…'`, `import '…'` and `import('…')`, types included; over several lines too. */
const IMPORTED = /(?:^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*|^import\s*|\bimport\s*\(\s*)(['"])([^'"\n]+)\1/gm;
const OURS = /^@cytoledger\/([^/]+)/;
const MEMBER = /^(packages|services)\/([^/]+)\//;
const FOR_SPECS = /\.(spec|fixture)\.ts$/;
/** Stand-ins for foreign systems, which specs of any package may use. */
const DOUBLES = 'test/doubles/';

/**
 * Checks the imports of packages and services against {@link PACKAGES} and its siblings. `services` are the names of all services.
 */
export function layeringFaults(sources: readonly Source[], services: ReadonlySet<string>): Fault[] {
  return sources.flatMap(({ file, text }) => {
    const home = MEMBER.exec(file);
    if (!home) return [];
    const [folder, kind, name] = home as unknown as [string, 'packages' | 'services', string];
    return [...text.matchAll(IMPORTED)].flatMap((match) => {
      const message = faultOf(match[2]!, { file, folder, kind, name }, services);
      return message === undefined ? [] : [{ file, line: lineOf(text, match.index), message }];
    });
  });
}

type Home = { readonly file: string; readonly folder: string; readonly kind: 'packages' | 'services'; readonly name: string };

function faultOf(imported: string, home: Home, services: ReadonlySet<string>): string | undefined {
  const forSpecs = FOR_SPECS.test(home.file);
  if (imported.startsWith('.')) {
    const target = posix.join(posix.dirname(home.file), imported);
    if (target.startsWith(home.folder) || (forSpecs && target.startsWith(DOUBLES))) return undefined;
    return `reaches out of ${home.folder} to ${target}: import a package by its name`;
  }
  const ours = OURS.exec(imported)?.[1];
  if (ours !== undefined) return forbiddenOfOurs(ours, home, services);
  const pure = home.kind === 'packages' ? PURE[home.name] : undefined;
  if (pure && !forSpecs && !pure.includes(imported))
    return `${home.name} is pure: it imports ${pure.join(', ')} and nothing else`;
  return undefined;
}

function forbiddenOfOurs(ours: string, { kind, name }: Home, services: ReadonlySet<string>): string | undefined {
  if (ours === name) return `${name} imports itself by name: use a relative path`;
  if (services.has(ours)) {
    if (kind === 'services' && name === HOST) return undefined;
    return `${kind === 'services' ? 'a service' : 'a package'} must not import the service ${ours}`;
  }
  const allowed = kind === 'services' ? SERVICES : PACKAGES[name];
  if (!allowed) return `${name} has no place in infra/local/lint/layers.ts yet`;
  if (allowed.includes(ours)) return undefined;
  return `${name} must not import ${ours}; it may import ${allowed.join(', ') || 'nothing of ours'}`;
}
