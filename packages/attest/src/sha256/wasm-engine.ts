import { fourLanesModule } from './four-lanes.ts';

/** What is used here of the WebAssembly JavaScript Interface, §5. */
declare const WebAssembly: {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => Compiled;
  readonly Memory: new (pages: { readonly initial: number }) => Memory;
  readonly Instance: new (
    module: Compiled,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: unknown };
};
type Compiled = object;
export type Memory = { readonly buffer: ArrayBuffer };

const PAGE = 64 * 1024;

/** See {@link fourLanesModule}. */
export type Lanes = {
  readonly nodes: (from: number, to: number) => void;
  readonly rungs: (from: number, to: number) => void;
};

export function memoryOf(bytes: number): Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
}

let compiled: Compiled | undefined;

/** Undefined on a machine that has no vectors. */
export function lanesIn(memory: Memory): Lanes | undefined {
  if (compiled === undefined) {
    const bytes = fourLanesModule();
    if (!WebAssembly.validate(bytes)) return undefined;
    compiled = new WebAssembly.Module(bytes);
  }
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as Lanes;
}
