/**
 * A program built module by module: what changed is compiled, everything else is taken from the last build or from the store, and all of it is linked.
 * Consumes: a program of folders (or its plan). Produces: an executable, the state for the next build, events; or the answer that the whole
 * program has to be looked at, because it has mistakes to tell or needs what units do not give.
 * The order: look at files; interfaces of what changed; the graph; keys; the store; compile; instances of std; link. A module whose
 * text and visible interfaces are as they were keeps its key, so nothing that depends on an unchanged interface is even asked for.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../../diag/index.ts';
import { bug } from '../../base/index.ts';
import type { PackageSide } from '../../driver/index.ts';
import type { NeededInstance } from '../../mir/index.ts';
import { listModules, ModuleGraph, viewNamesIn } from '../../names/index.ts';
import type { GraphNode, ListedModule, ModuleFacts, ModuleList } from '../../names/index.ts';
import type { ProgramPlan } from '../../packages/index.ts';
import type { Host } from '../../source/index.ts';
import { linkUnits, unitToolchain } from '../cc.ts';
import type { UnitToolchain } from '../cc.ts';
import type { EventBus } from '../events/events.ts';
import { ContentStore, digestOf } from '../store/content-store.ts';
import type { Digest } from '../store/content-store.ts';
import { keyOf } from '../store/keys.ts';
import type { KeyField } from '../store/keys.ts';
import { environmentOf, isUnchanged, isUpToDate, readState, stampOf, writeState } from './build-state.ts';
import type { BuildState, FileStamp, ModuleState } from './build-state.ts';
import { UnitWorker } from './unit-worker.ts';
import type { UnitRecord } from './unit-record.ts';
import type { UnitJob, UnitOutcome, WorkerConfig } from './unit-worker.ts';
import { WorkerPool } from './worker-pool.ts';

export interface UnitBuildRequest {
  readonly host: Host;
  /** The absolute path of the workspace: names of files in programs are relative to it. */
  readonly root: string;
  /** What is built, as given. */
  readonly path: string;
  readonly plan: ProgramPlan | null;
  /** Files that decide the plan. */
  readonly manifests: readonly string[];
  readonly stdDir: string;
  readonly runtimeDir: string;
  /** Files of the tool itself. */
  readonly toolFiles: readonly string[];
  readonly threadEntry: string;
  readonly debug: boolean;
  readonly threads: number;
  readonly storeRoot: string;
  readonly statePath: string;
  readonly outPath: string;
  readonly events: EventBus;
  /** Whether nothing but files decides what there is to do. */
  readonly quick: boolean;
  /** Whether each module that was not compiled is told of too. */
  readonly detail: boolean;
}

export interface UnitBuildStats {
  readonly modules: number;
  /** Compiled now. */
  readonly executed: number;
  /** Unchanged since the last build of this workspace. */
  readonly kept: number;
  /** Found in the store. */
  readonly found: number;
  /** Why modules were asked for: reason to number. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly linked: boolean;
  readonly artifact: Digest;
  /** What the units that were not compiled took when they were. */
  readonly savedUs: number;
}

export interface UnitWarnings {
  readonly shownName: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type UnitBuildOutcome =
  | { readonly kind: 'built'; readonly stats: UnitBuildStats; readonly warnings: readonly UnitWarnings[] }
  /** The whole program must be looked at: for its mistakes, or since it cannot be made of units. */
  | { readonly kind: 'whole'; readonly why: 'mistakes' | 'no-units' }
  | { readonly kind: 'failed'; readonly code: string; readonly args: Readonly<Record<string, string>> };

/** What the store holds of std's unit. */
interface StdRecord {
  readonly object: Digest;
  readonly sizeBytes: number;
  readonly symbols: readonly string[];
  readonly calm: readonly string[];
  readonly views: readonly string[];
}

/** A module in this build. */
interface Item {
  readonly index: number;
  readonly listed: ListedModule;
  readonly shownName: string;
  readonly key: string;
  readonly stamp: FileStamp;
  readonly source: Digest;
  readonly side: number;
  /** Of the last build, for the same file. */
  readonly old: ModuleState | null;
  text: string | null;
  facts: ModuleFacts | null;
  views: readonly string[];
  interfaceText: string | null;
  interface: Digest;
}

interface StoredInterface {
  /** Names of the types of this module that may hold borrows without showing it. */
  readonly views: readonly string[];
  readonly source: Digest;
  readonly side: Digest;
  readonly text: string;
  readonly facts: ModuleFacts;
}

/** Fewer and smaller changes than this are compiled in this thread: starting others costs more. */
const ALONE_JOBS = 6;
const ALONE_TEXT = 150_000;

export async function buildUnits(request: UnitBuildRequest): Promise<UnitBuildOutcome> {
  return new UnitBuild(request).run();
}

class UnitBuild {
  private readonly request: UnitBuildRequest;
  private readonly store: ContentStore;
  private readonly events: EventBus;
  private toolchain!: UnitToolchain;
  private toolDigest: Digest = '';
  private views: readonly string[] = [];
  private oldViews: string | null = null;
  private items: readonly Item[] = [];
  private sides: readonly PackageSide[] = [];
  private sideDigests: readonly Digest[] = [];
  private old: BuildState | null = null;
  private oldInterfaces: ReadonlyMap<string, StoredInterface> | null = null;
  private pool: WorkerPool | null = null;
  private alone: UnitWorker | null = null;
  private readonly reasons = new Map<string, number>();

  constructor(request: UnitBuildRequest) {
    this.request = request;
    this.store = new ContentStore(request.storeRoot);
    this.events = request.events;
  }

  async run(): Promise<UnitBuildOutcome> {
    const { request } = this;
    this.events.emit('build.start', { root: request.root, profile: 'dev' });
    const made = unitToolchain(request.runtimeDir, request.debug);
    if (!made.ok) return { kind: 'failed', code: made.code, args: made.args };
    this.toolchain = made.toolchain;
    const old = readState(request.statePath);
    this.old = old?.env === environmentOf() ? old : null;
    const lookedMs = Date.now();
    const listed = listModules(request.host, request.path, request.plan);
    if (listed === null) return { kind: 'whole', why: 'no-units' };
    const list: ModuleList = {
      modules: listed.modules.map((module) => ({ ...module, file: resolve(module.file) })), entry: resolve(listed.entry), folders: listed.folders.map((folder) => resolve(folder)),
    };
    this.entry = list.entry;
    const tool = this.lookAtTool();
    if (!this.look(list)) return { kind: 'whole', why: 'mistakes' };
    try {
      return await this.build(list, tool, lookedMs);
    } finally {
      await this.pool?.stop();
    }
  }

  // ---------------------------------------------------------------- looking

  /** Stamps of the tool's files; their content is read only where a stamp is new. */
  private lookAtTool(): readonly FileStamp[] {
    const { request, old } = this;
    const files = [...request.toolFiles, ...filesBelow(request.stdDir, '.cj'), ...filesBelow(request.runtimeDir, '.c'), ...filesBelow(request.runtimeDir, '.h')];
    // The C compiler is named by kind, version and flags; its binary is only watched.
    const now = stamps([...files, this.toolchain.compiler.command[0]!]);
    const known = old !== null && old.tool.length === now.length && old.tool.every((stamp, i) => sameStamp(stamp, now[i]!) && isUnchanged(stamp, old.lookedMs));
    this.toolDigest = known ? old.toolDigest : keyOf('tool', files.map((file): KeyField => [file.replace(/.*\/(?=std\/|runtime\/|dist\/)/, ''), digestOf(readFileSync(file))]));
    return now;
  }

  /** Reads what has changed. False where a file cannot be read. */
  private look(list: ModuleList): boolean {
    const { request, old } = this;
    const sides: PackageSide[] = [];
    const sideOf = new Map<unknown, number>();
    const oldIndex = new Map(old?.files.map((stamp, i) => [stamp[0], i]) ?? []);
    const items: Item[] = [];
    for (const [index, listed] of list.modules.entries()) {
      const { part } = listed;
      let side = sideOf.get(part);
      if (side === undefined) {
        side = sides.length;
        sideOf.set(part, side);
        sides.push({
          dependencies: part?.dependencies ?? new Map(), withheld: part?.withheld ?? new Map(), features: part === null ? { enabled: new Set(), declared: null } : { enabled: part.features, declared: part.declaredFeatures },
        });
      }
      const stamp = stampOf(listed.file);
      if (stamp === null) return false;
      const at = oldIndex.get(listed.file);
      const before = old === null || at === undefined ? null : { stamp: old.files[at]!, module: old.modules[at]! };
      let text: string | null = null;
      let source: Digest;
      if (before !== null && sameStamp(before.stamp, stamp) && stamp[2] < old!.lookedMs - 30) source = before.module.source;
      else {
        const read = request.host.readText(listed.file);
        if (!read.ok) return false;
        ({ text } = read);
        source = digestOf(text);
      }
      items.push({
        index, listed, shownName: this.nameOf(listed), key: listed.path.join('::'), stamp, source, side, old: before?.module ?? null, text, facts: null, views: [], interfaceText: null,
        interface: before?.module.source === source && this.sameTool() ? before.module.interface : '',
      });
    }
    this.items = items;
    this.sides = sides;
    this.sideDigests = sides.map((side) => keyOf('side', [...side.dependencies].map(([a, b]) => [a, b]), [...side.withheld].map(([a, b]) => [a, b]), [...side.features.enabled].sort(), [...(side.features.declared ?? ['?'])].sort()));
    return true;
  }

  /** The name of a file in messages of the program: the same wherever the workspace stands. */
  private nameOf(listed: ListedModule): string {
    const { root } = this.request;
    if (listed.file.startsWith(`${root}/`)) return listed.file.slice(root.length + 1);
    const { part } = listed;
    return part !== null && part.shownDir !== part.rootDir ? listed.shownName : relative(root, listed.file);
  }

  private textOf(item: Item): string {
    if (item.text === null) {
      const read = this.request.host.readText(item.listed.file);
      item.text = read.ok && digestOf(read.text) === item.source ? read.text : null;
    }
    return item.text ?? this.changed(item);
  }

  private changed(item: Item): never {
    throw new ChangedFile(item.listed.file);
  }

  // ---------------------------------------------------------------- the build

  private async build(list: ModuleList, tool: readonly FileStamp[], lookedMs: number): Promise<UnitBuildOutcome> {
    const { request, items, old } = this;
    const options = keyOf('options', this.toolDigest, this.toolchain.identity, request.outPath, this.sideDigests, list.entry, items.map((item): KeyField => [item.listed.file, item.shownName, item.side]));
    const sameProgram = old !== null && old.options === options;
    const changed = items.filter((item) => item.old === null || item.old.source !== item.source);
    if (sameProgram && changed.length === 0 && this.outputStands(old)) {
      if (!isUpToDate(old)) this.remember({ ...old, tool, lookedMs, files: items.map((item) => item.stamp), folders: stamps(list.folders), manifests: stamps(request.manifests) });
      return this.done({ executed: 0, kept: items.length, found: 0, linked: false, artifact: old.artifact, savedUs: old.modules.reduce((sum, module) => sum + module.record.durationUs, 0) }, old.modules);
    }
    this.events.emit('graph.ready', { modules: items.length, changed: changed.length });
    const std = this.standard();
    if (!('object' in std)) return this.compilerFailed(std.output);
    if (!(await this.interfaces(std))) return { kind: 'whole', why: 'mistakes' };
    const graph = new ModuleGraph(items.map((item): GraphNode => ({ key: item.key, path: item.listed.path, facts: item.facts, dependencies: this.sides[item.side]!.dependencies })));
    // Interfaces that stay as they were, of the same modules, leave every other key as it was.
    const steady = sameProgram && changed.every((item) => item.old?.interface === item.interface && item.facts === this.oldFacts(item));
    if (!steady && graph.findCycle() !== null) return { kind: 'whole', why: 'mistakes' };
    const keys = this.keys(graph, steady ? changed : items);
    const records: (UnitRecord | null)[] = items.map((item) => {
      const key = keys.get(item);
      return item.old !== null && (key === undefined || key.key === item.old.key || key.wideKey === item.old.key) && (key === undefined || sameProgram || this.sameTool()) ? item.old.record : null;
    });
    const kept = records.filter((record) => record !== null).length;
    let found = 0;
    const dirty: Item[] = [];
    for (const item of items) {
      const record = records[item.index]!;
      if (record !== null && this.store.hasBlob(record.object, record.sizeBytes)) continue;
      const reason = record !== null ? 'object-missing' : item.old === null ? (old === null ? 'first-build' : 'new') : item.old.source !== item.source ? 'source-changed' : 'interface-changed';
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      const key = keys.get(item) ?? this.keyOfItem(graph, item);
      keys.set(item, key);
      const stored = this.probe(key.key) ?? this.probe(key.wideKey);
      if (stored !== null) {
        records[item.index] = stored.record;
        keys.set(item, { ...key, key: stored.key });
        found++;
        if (this.events.isOn) this.events.emit('cache.hit', { module: item.key, source: 'store', key: key.key.slice(0, 12), bytes: stored.record.sizeBytes, duration_us: 0 });
      } else {
        records[item.index] = null;
        dirty.push(item);
        if (this.events.isOn) this.events.emit('cache.miss', { module: item.key, reason: reason === 'interface-changed' ? `interface-changed:${this.guilty(key.visible)}` : reason, duration_us: 0 });
      }
    }
    if (request.detail) for (const item of items) if (records[item.index] === item.old?.record && item.old !== null) this.events.emit('cache.hit', { module: item.key, source: 'workspace', key: item.old.key.slice(0, 12), bytes: item.old.record.sizeBytes, duration_us: 0 });
    const problem = await this.compile(dirty, keys, list, std, records);
    if (problem !== null) return problem;
    const complete = records.map((record) => record ?? bug('a module without a unit'));
    if (complete.some((record) => record.foreign)) return { kind: 'whole', why: 'no-units' };
    const instances = this.instances(complete, std);
    if (instances !== null && 'output' in instances) return this.compilerFailed(instances.output);
    return this.finish({ list, tool, lookedMs, options, keys, complete, instances, std, executed: dirty.length, kept: kept - this.count('object-missing'), found });
  }

  private count(reason: string): number {
    return this.reasons.get(reason) ?? 0;
  }

  private sameTool(): boolean {
    return this.old !== null && this.old.toolDigest === this.toolDigest && this.old.toolchain === this.toolchain.identity;
  }

  private outputStands(old: BuildState): boolean {
    const output = stampOf(this.request.outPath);
    return output !== null && output[1] === old.output[1] && output[2] === old.output[2] && output[4] === old.output[4];
  }

  /** The first visible module whose interface is another than in the last build. */
  private guilty(visible: readonly number[]): string {
    return visible.map((index) => this.items[index]!).find((item) => item.old?.interface !== item.interface)?.key ?? 'imports';
  }

  // ---------------------------------------------------------------- interfaces

  private interfacesPath(): string {
    return this.request.statePath.replace(/state\.json$/, 'interfaces.json');
  }

  private readOldInterfaces(): ReadonlyMap<string, StoredInterface> {
    if (this.oldInterfaces === null) {
      const read = readInterfaces(this.interfacesPath());
      this.oldViews = read?.views.join() ?? null;
      this.oldInterfaces = new Map(read === null || read.tool !== this.toolDigest ? [] : Object.entries(read.modules));
    }
    return this.oldInterfaces;
  }

  private oldFacts(item: Item): ModuleFacts | null {
    return this.readOldInterfaces().get(item.key)?.facts ?? null;
  }

  /** Finds or makes the interface of every module. False where a text has mistakes. */
  private async interfaces(std: StdRecord): Promise<boolean> {
    const stored = this.readOldInterfaces();
    for (const item of this.items) {
      const before = stored.get(item.key);
      item.views = before !== undefined && before.source === item.source ? before.views : viewNamesIn(this.textOf(item));
    }
    this.views = [...new Set([...std.views, ...this.items.flatMap((item) => item.views)])].sort();
    // Another set of such names may make other interfaces of the same texts.
    const known = this.oldViews === this.views.join() ? stored : new Map<string, StoredInterface>();
    let missing = this.items.filter((item) => !this.takeInterface(item, known.get(item.key)));
    const packKey = keyOf('interfaces', this.toolDigest, this.views, this.items.map((item): KeyField => [item.key, this.sideDigests[item.side]!, item.source]));
    const many = missing.length > this.items.length / 5;
    if (many) {
      const pack = this.store.readRecord(packKey) as Readonly<Record<string, StoredInterface>> | null;
      if (pack !== null) missing = missing.filter((item) => !this.takeInterface(item, pack[item.key]));
    }
    if (missing.length === 0) return true;
    const work = missing.map((item) => ({ index: item.index, text: this.textOf(item) }));
    const made = this.isMuch(work) ? await this.threads().interfaces(work, this.views) : this.worker().makeInterfaces(work, this.views);
    for (const { index, made: one } of made) {
      if (one === null) return false;
      const item = this.items[index]!;
      const before = stored.get(item.key);
      // Facts that say the same are the same object, so that a comparison is one of identities.
      item.facts = before !== undefined && JSON.stringify(before.facts) === JSON.stringify(one.facts) ? before.facts : one.facts;
      item.interfaceText = one.text;
      item.interface = digestOf(one.text);
    }
    if (many) this.store.putRecord(packKey, this.allInterfaces());
    return true;
  }

  private takeInterface(item: Item, stored: StoredInterface | undefined): boolean {
    if (stored === undefined || stored.source !== item.source || stored.side !== this.sideDigests[item.side]) return false;
    item.facts = stored.facts;
    item.interfaceText = stored.text;
    item.interface = digestOf(stored.text);
    return true;
  }

  private allInterfaces(): Readonly<Record<string, StoredInterface>> {
    return Object.fromEntries(this.items.map((item) => [item.key, { source: item.source, views: item.views, side: this.sideDigests[item.side]!, text: item.interfaceText!, facts: item.facts! }]));
  }

  // ---------------------------------------------------------------- keys and the store

  private keys(graph: ModuleGraph, items: readonly Item[]): Map<Item, UnitKey> {
    return new Map(items.map((item) => [item, this.keyOfItem(graph, item)]));
  }

  private allSources: Digest | null = null;

  private keyOfItem(graph: ModuleGraph, item: Item): UnitKey {
    const node = graph.node(item.key)!;
    const nodes = graph.visibleFrom(node);
    const visible = nodes.map((other) => this.indexOf(other));
    const base: KeyField = [this.toolDigest, this.toolchain.identity, this.sideDigests[item.side]!, item.key, item.shownName, item.listed.file === this.entry ? 'entry' : ''];
    this.allSources ??= keyOf('sources', this.items.map((other): KeyField => [other.key, other.shownName, this.sideDigests[other.side]!, other.source]));
    return {
      key: keyOf('S', base, item.source, visible.map((index): KeyField => [this.items[index]!.key, this.items[index]!.shownName, this.items[index]!.interface])),
      wideKey: keyOf('W', base, item.source, this.allSources),
      visible,
      wide: graph.needsSources(node, nodes),
    };
  }

  private indices: ReadonlyMap<string, number> | null = null;

  private indexOf(node: GraphNode): number {
    this.indices ??= new Map(this.items.map((item) => [item.key, item.index]));
    return this.indices.get(node.key)!;
  }

  private entry = '';

  private probe(key: Digest): { readonly key: Digest; readonly record: UnitRecord } | null {
    const record = this.store.readRecord(key) as UnitRecord | null;
    return record !== null && typeof record.object === 'string' && this.store.hasBlob(record.object, record.sizeBytes) ? { key, record } : null;
  }

  // ---------------------------------------------------------------- compiling

  private config(): WorkerConfig {
    const { request } = this;
    return {
      storeRoot: request.storeRoot, stdDir: request.stdDir, runtimeDir: request.runtimeDir, toolchain: this.toolchain, debug: request.debug, sides: this.sides,
      modules: this.items.map((item) => ({ path: item.listed.path, shownName: item.shownName, side: item.side })),
    };
  }

  private worker(): UnitWorker {
    return (this.alone ??= new UnitWorker(this.config(), this.request.host));
  }

  private threads(): WorkerPool {
    return (this.pool ??= new WorkerPool(this.request.threadEntry, this.config(), this.request.threads));
  }

  private isMuch(work: readonly { readonly text: string }[]): boolean {
    return this.request.threads > 1 && work.length > ALONE_JOBS && work.reduce((sum, item) => sum + item.text.length, 0) > ALONE_TEXT;
  }

  /** std's unit, from the store or made now. */
  private standard(): StdRecord | { readonly ok: false; readonly output: string } {
    const key = keyOf('std', this.toolDigest, this.toolchain.identity);
    const known = this.store.readRecord(key) as StdRecord | null;
    if (known !== null && this.store.hasBlob(known.object, known.sizeBytes)) return known;
    this.events.emit('compile.start', { module: 'std' });
    const start = this.events.nowUs();
    const made = this.worker().makeStd();
    if (!made.ok) return made;
    this.store.putRecord(key, made);
    this.events.emit('compile.finish', { module: 'std', duration_us: this.events.nowUs() - start });
    return made;
  }

  private async compile(dirty: readonly Item[], keys: ReadonlyMap<Item, UnitKey>, list: ModuleList, std: StdRecord, records: (UnitRecord | null)[]): Promise<UnitBuildOutcome | null> {
    if (dirty.length === 0) return null;
    const mayBeWide = dirty.some((item) => keys.get(item)!.wide);
    const cost = (item: Item): number => item.old?.record.durationUs ?? this.textOf(item).length;
    const ordered = [...dirty].sort((a, b) => cost(b) - cost(a));
    const jobs = ordered.map((item): UnitJob => {
      const { key, wideKey, visible, wide } = keys.get(item)!;
      return { index: item.index, text: this.textOf(item), visible, wide, isEntry: item.listed.file === list.entry, key, wideKey };
    });
    const refused: number[] = [];
    let failure: string | null = null;
    const onDone = (outcome: UnitOutcome, worker: number): void => {
      const item = this.items[outcome.index]!;
      if (outcome.kind === 'made') {
        records[item.index] = outcome.record;
        const key = keys.get(item)!;
        if (outcome.wide) (keys as Map<Item, UnitKey>).set(item, { ...key, key: key.wideKey });
        this.events.emit('compile.finish', { module: item.key, worker, duration_us: outcome.record.durationUs });
      } else if (outcome.kind === 'refused') {
        refused.push(item.index);
        this.events.emit('warning', { module: item.key, reason: 'refused', codes: outcome.codes });
      } else failure = outcome.output;
    };
    const stdUnit = { symbols: std.symbols, calm: std.calm };
    const run = async (some: readonly UnitJob[], sources: readonly string[]): Promise<void> => {
      const needed = new Map<number, string>();
      for (const job of some) for (const index of job.visible) needed.set(index, this.items[index]!.interfaceText!);
      if (this.isMuch(some)) await this.threads().compile(some, needed, sources, stdUnit, this.views, onDone);
      else for (const outcome of this.worker().compile({ jobs: some, interfaces: [...needed].map(([index, text]) => ({ index, text })), sources, stdUnit, views: this.views })) onDone(outcome, 0);
    };
    const allTexts = (): readonly string[] => this.items.map((item) => this.textOf(item));
    await run(jobs, mayBeWide ? allTexts() : []);
    if (refused.length > 0 && !mayBeWide) {
      // What interfaces refuse may stand with the sources: few modules, or the program has mistakes.
      const again = jobs.filter((job) => refused.includes(job.index)).map((job): UnitJob => ({ ...job, wide: true }));
      if (again.length > 20) return { kind: 'whole', why: 'mistakes' };
      refused.length = 0;
      await run(again, allTexts());
    }
    if (failure !== null) return this.compilerFailed(failure);
    return refused.length > 0 ? { kind: 'whole', why: 'mistakes' } : null;
  }

  private compilerFailed(output: string): UnitBuildOutcome {
    return { kind: 'failed', code: 'CJ0703', args: { compiler: this.toolchain.compiler.command.join(' '), output, source: this.request.path } };
  }

  /** The unit of the instances of std that all modules together need; null where that is none. */
  private instances(records: readonly UnitRecord[], std: StdRecord): { readonly key: Digest; readonly object: Digest; readonly sizeBytes: number } | null | { readonly output: string } {
    const needed = new Map<string, NeededInstance>();
    for (const record of records) for (const item of record.needed) needed.set(item.symbol, item);
    if (needed.size === 0) return null;
    const sorted = [...needed.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const key = keyOf('instances', this.toolDigest, this.toolchain.identity, sorted.map((item) => item.symbol));
    const known = this.store.readRecord(key) as { readonly object: Digest; readonly sizeBytes: number } | null;
    if (known !== null && this.store.hasBlob(known.object, known.sizeBytes)) return { key, ...known };
    const made = this.worker().makeInstances(sorted, std);
    if (!made.ok) return made;
    const record = { object: made.object, sizeBytes: made.sizeBytes };
    this.store.putRecord(key, record);
    return { key, ...record };
  }

  // ---------------------------------------------------------------- the end

  private finish(parts: {
    readonly list: ModuleList; readonly tool: readonly FileStamp[]; readonly lookedMs: number; readonly options: Digest; readonly keys: ReadonlyMap<Item, UnitKey>;
    readonly complete: readonly UnitRecord[]; readonly instances: BuildState['instances']; readonly std: StdRecord; readonly executed: number; readonly kept: number; readonly found: number;
  }): UnitBuildOutcome {
    const { request, items, old } = this;
    const { complete, instances, std } = parts;
    const objects = [...complete.map((record) => record.object), ...(instances === null ? [] : [instances.object]), std.object];
    const linkKey = keyOf('L', this.toolDigest, this.toolchain.identity, objects);
    const artifact = keyOf('artifact', items.map((item, i): KeyField => [item.key, complete[i]!.object]).sort(), linkKey, 'dev');
    const linked = old === null || old.linkKey !== linkKey || !this.outputStands(old);
    if (linked) {
      this.events.emit('link.start', { objects: objects.length });
      const start = this.events.nowUs();
      mkdirSync(dirname(request.outPath), { recursive: true });
      const temporary = `${request.outPath}.${process.pid}.tmp`;
      const failure = linkUnits(this.toolchain, objects.map((object) => this.store.blobPath(object)), temporary);
      if (failure !== null) {
        rmSync(temporary, { force: true });
        return this.compilerFailed(failure);
      }
      renameSync(temporary, request.outPath);
      this.events.emit('link.finish', { duration_us: this.events.nowUs() - start });
    }
    const modules = items.map((item, i): ModuleState => ({ source: item.source, interface: item.interface, key: parts.keys.get(item)?.key ?? item.old!.key, record: complete[i]! }));
    const state: BuildState = {
      version: 1, env: environmentOf(), options: parts.options, toolDigest: this.toolDigest, toolchain: this.toolchain.identity, lookedMs: parts.lookedMs, tool: parts.tool,
      manifests: stamps(request.manifests), folders: stamps(parts.list.folders), files: items.map((item) => item.stamp), modules, instances, linkKey, artifact,
      output: stampOf(request.outPath) ?? bug('the executable is gone'), quick: request.quick && complete.every((record) => record.warnings.length === 0),
    };
    this.remember(state);
    const savedUs = complete.reduce((sum, record) => sum + record.durationUs, 0);
    return this.done({ executed: parts.executed, kept: parts.kept, found: parts.found, linked, artifact, savedUs }, modules);
  }

  private remember(state: BuildState): void {
    writeState(this.request.statePath, state);
    if (this.items.some((item) => item.interfaceText === null)) return;
    const path = this.interfacesPath();
    writeState(path, { tool: this.toolDigest, views: this.views, modules: this.allInterfaces() });
  }

  private done(numbers: Omit<UnitBuildStats, 'modules' | 'reasons'>, modules: readonly ModuleState[]): UnitBuildOutcome {
    const warnings: UnitWarnings[] = [];
    for (const [i, module] of modules.entries()) {
      if (module.record.warnings.length === 0) continue;
      warnings.push({ shownName: this.items[i]!.shownName, text: this.textOf(this.items[i]!), diagnostics: module.record.warnings });
    }
    const stats: UnitBuildStats = { modules: modules.length, reasons: this.reasons, ...numbers };
    this.events.emit('build.finish', { modules: stats.modules, executed: stats.executed, hits: stats.modules - stats.executed, artifact: stats.artifact, duration_us: this.events.nowUs() });
    return { kind: 'built', stats, warnings };
  }
}

interface UnitKey {
  readonly key: Digest;
  readonly wideKey: Digest;
  readonly visible: readonly number[];
  readonly wide: boolean;
}

/** A file was written while the build was reading: it is built again from the start. */
export class ChangedFile extends Error {
  constructor(file: string) {
    super(`${file} changed during the build`);
  }
}

function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.every((field, i) => field === b[i]);
}

function stamps(paths: readonly string[]): readonly FileStamp[] {
  return paths.map(stampOf).filter((stamp) => stamp !== null);
}

interface InterfacesFile {
  readonly tool: Digest;
  readonly views: readonly string[];
  readonly modules: Readonly<Record<string, StoredInterface>>;
}

function readInterfaces(path: string): InterfacesFile | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as InterfacesFile;
  } catch {
    // Not there yet, or torn: interfaces are made again.
    return null;
  }
}

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(join(folder, entry.name), ending);
    return entry.name.endsWith(ending) ? [join(folder, entry.name)] : [];
  });
}
