/**
 * The work on single modules: interfaces, and units from source text to an object in the store. Runs in worker threads, and in the builder's own
 * thread when there is little to do.
 * Consumes: requests as plain data. Produces: results as plain data; objects and records go to the store from here.
 * Holds: one UnitCompiler with std and the interfaces that it has been told.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnitCompiler } from '../../driver/index.ts';
import type { ModuleSource, ModuleView, PackageSide, StdUnit } from '../../driver/index.ts';
import type { NeededInstance } from '../../mir/index.ts';
import type { ModuleFacts } from '../../names/index.ts';
import type { Host } from '../../source/index.ts';
import { compileUnitFiles } from '../cc.ts';
import type { UnitToolchain } from '../cc.ts';
import { ContentStore, digestOf } from '../store/content-store.ts';
import type { Digest } from '../store/content-store.ts';
import type { UnitRecord } from './unit-record.ts';

export interface WorkerConfig {
  readonly storeRoot: string;
  readonly stdDir: string;
  readonly runtimeDir: string;
  readonly toolchain: UnitToolchain;
  readonly debug: boolean;
  readonly sides: readonly PackageSide[];
  /** All modules of the program; requests speak of them by index. */
  readonly modules: readonly { readonly path: readonly string[]; readonly shownName: string; readonly side: number }[];
}

export interface MadeInterface {
  readonly index: number;
  /** Null where the text has mistakes. */
  readonly made: { readonly text: string; readonly facts: ModuleFacts } | null;
}

export interface UnitJob {
  readonly index: number;
  readonly text: string;
  readonly visible: readonly number[];
  readonly wide: boolean;
  readonly isEntry: boolean;
  /** Where the result is remembered. */
  readonly key: Digest;
  readonly wideKey: Digest;
}

export type UnitOutcome =
  | { readonly index: number; readonly kind: 'made'; readonly record: UnitRecord; readonly wide: boolean }
  /** It has mistakes, which the whole program will tell. */
  | { readonly index: number; readonly kind: 'refused'; readonly codes: string }
  | { readonly index: number; readonly kind: 'failed'; readonly output: string };

/** Everything that a request for units needs besides the jobs. */
export interface UnitBatch {
  readonly jobs: readonly UnitJob[];
  /** Interfaces that were not told before. */
  readonly interfaces: readonly { readonly index: number; readonly text: string }[];
  /** Texts of all modules, where one job needs sources; else empty. */
  readonly sources: readonly string[];
  readonly stdUnit: Pick<StdUnit, 'symbols' | 'calm'> | null;
  readonly views: readonly string[];
}

export class UnitWorker {
  private readonly config: WorkerConfig;
  private readonly store: ContentStore;
  private readonly compiler: UnitCompiler;
  private readonly interfaces = new Map<number, string>();
  private expected = false;

  constructor(config: WorkerConfig, host: Host) {
    this.config = config;
    this.store = new ContentStore(config.storeRoot);
    this.compiler = new UnitCompiler(host, config.stdDir, { verify: false, optimize: true, debuggable: true });
  }

  private source(index: number, text: string): ModuleSource {
    const { path, shownName, side } = this.config.modules[index]!;
    return { path, shownName, text, side: this.config.sides[side]! };
  }

  private view(index: number): ModuleView {
    const { path, shownName, side } = this.config.modules[index]!;
    return { path, shownName, side: this.config.sides[side]!, interfaceText: this.interfaces.get(index)! };
  }

  makeInterfaces(items: readonly { readonly index: number; readonly text: string }[], views: readonly string[]): readonly MadeInterface[] {
    this.compiler.useViews(views);
    return items.map(({ index, text }): MadeInterface => {
      const made = this.compiler.interfaceOf(this.source(index, text));
      return { index, made: made === null ? null : { text: made.interface.text, facts: made.facts } };
    });
  }

  /** Compiles units and puts objects and records into the store. */
  compile(batch: UnitBatch): readonly UnitOutcome[] {
    for (const { index, text } of batch.interfaces) this.interfaces.set(index, text);
    this.compiler.useViews(batch.views);
    if (batch.stdUnit !== null) this.compiler.useStdUnit(batch.stdUnit);
    if (!this.expected) {
      this.expected = true;
      this.compiler.expect(this.config.modules.map(({ path, side }) => ({ path, side: this.config.sides[side]! })));
    }
    const folder = this.store.temporary('.units');
    mkdirSync(folder, { recursive: true });
    try {
      return this.compileIn(folder, batch);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private compileIn(folder: string, batch: UnitBatch): readonly UnitOutcome[] {
    const outcomes: UnitOutcome[] = [];
    const written: { readonly job: UnitJob; readonly name: string; readonly wide: boolean; readonly record: Omit<UnitRecord, 'object' | 'sizeBytes'> }[] = [];
    for (const job of batch.jobs) {
      const start = performance.now();
      let wide = job.wide;
      let result = this.compileOne(job, wide, batch);
      if (result.kind === 'refused' && !wide && batch.sources.length > 0) {
        wide = true;
        result = this.compileOne(job, true, batch);
      }
      if (result.kind === 'refused') {
        outcomes.push({ index: job.index, kind: 'refused', codes: [...new Set(result.diagnostics.map((diag) => diag.code))].join(' ') });
        continue;
      }
      // The name stands in debug information: it is the module's own.
      const name = `u${digestOf(this.config.modules[job.index]!.path.join('::')).slice(0, 20)}`;
      writeFileSync(join(folder, `${name}.c`), result.cText);
      const { needed, foreign, warnings } = result;
      written.push({ job, name, wide, record: { needed, foreign, warnings, durationUs: Math.round((performance.now() - start) * 1000) } });
    }
    if (written.length === 0) return outcomes;
    const { config } = this;
    const failure = compileUnitFiles(config.toolchain, config.runtimeDir, config.debug, folder, written.map(({ name }) => `${name}.c`));
    if (failure !== null) return [...outcomes, ...written.map(({ job }): UnitOutcome => ({ index: job.index, kind: 'failed', output: failure }))];
    for (const { job, name, wide, record } of written) {
      const { digest, sizeBytes } = this.store.adoptBlob(join(folder, `${name}.o`));
      const whole: UnitRecord = { object: digest, sizeBytes, ...record };
      this.store.putRecord(wide ? job.wideKey : job.key, whole);
      outcomes.push({ index: job.index, kind: 'made', record: whole, wide });
    }
    return outcomes;
  }

  private compileOne(job: UnitJob, wide: boolean, batch: UnitBatch): ReturnType<UnitCompiler['compile']> {
    const sources = wide ? batch.sources.flatMap((text, index) => (index === job.index ? [] : [this.source(index, text)])) : null;
    return this.compiler.compile({ module: this.source(job.index, job.text), visible: wide ? [] : job.visible.map((index) => this.view(index)), sources, isEntry: job.isEntry });
  }

  /** std's own unit as an object in the store. */
  makeStd(): { readonly ok: true; readonly object: Digest; readonly sizeBytes: number; readonly symbols: readonly string[]; readonly calm: readonly string[]; readonly views: readonly string[] } | { readonly ok: false; readonly output: string } {
    const { cText, symbols, calm, views } = this.compiler.compileStd();
    const made = this.object(cText);
    return made.ok ? { ...made, symbols, calm, views } : made;
  }

  /** The unit of a program's instances of std. */
  makeInstances(needed: readonly NeededInstance[], stdUnit: Pick<StdUnit, 'symbols' | 'calm'>): ObjectResult {
    this.compiler.useStdUnit(stdUnit);
    return this.object(this.compiler.compileInstances(needed));
  }

  private object(cText: string): ObjectResult {
    const folder = this.store.temporary('.units');
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(join(folder, 'unit.c'), cText);
      const failure = compileUnitFiles(this.config.toolchain, this.config.runtimeDir, this.config.debug, folder, ['unit.c']);
      if (failure !== null) return { ok: false, output: failure };
      const { digest, sizeBytes } = this.store.adoptBlob(join(folder, 'unit.o'));
      return { ok: true, object: digest, sizeBytes };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

export type ObjectResult = { readonly ok: true; readonly object: Digest; readonly sizeBytes: number } | { readonly ok: false; readonly output: string };
