/**
 * The graph of packages: what each manifest needs, from which source, and which versions are selected.
 * Consumes: the manifests of a workspace, the download cache. Produces: a Resolution, or null after reports that tell the chain of requirements.
 * Holds: the candidates known so far. Rounds of selection (pure) alternate with rounds of fetching what was missing (in parallel).
 */
import { bug, isWithin, relativePath, resolvePath, unreachable } from '../base/index.ts';
import type { DiagInput, DiagSink } from '../diag/index.ts';
import { NO_SPAN } from '../source/index.ts';
import type { Span } from '../source/index.ts';
import type { DownloadCache, Failure } from './download-cache.ts';
import { membersOf, rootAbove, shownPath } from './find-workspace.ts';
import type { FoundWorkspace, ManifestStore } from './find-workspace.ts';
import type { PackageHost } from './host.ts';
import { newestOf } from './index-entry.ts';
import type { IndexEntry } from './index-entry.ts';
import type { Dependency, Manifest } from './manifest.ts';
import { importNameOf } from './names.ts';
import { selectVersions } from './select-versions.ts';
import type { Brings, Candidate, Missing, Need, Root, Selection, Step } from './select-versions.ts';
import { compareVersions, lineOf, parseVersion } from './version.ts';
import type { Version } from './version.ts';

/** Where a need is written, and what it says beside the version that counts. */
export interface Where {
  /** NO_SPAN for what an index says. */
  readonly span: Span;
  readonly importName: string;
  readonly name: string;
  /** A version beside a path or revision: what is there has to serve it. */
  readonly requirement: Version | null;
  readonly featureSpans: readonly Span[];
}

export type NodeInfo =
  | { readonly kind: 'local'; readonly isMember: boolean; readonly manifest: Manifest }
  | { readonly kind: 'git'; readonly url: string; readonly commit: string; readonly checkoutDir: string; readonly manifest: Manifest }
  | { readonly kind: 'index'; readonly name: string; readonly base: string; readonly registry: string | null };

export interface Resolution {
  readonly roots: readonly Root<Where>[];
  readonly selection: Selection<Where>;
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  entryOf(candidate: Candidate<Where>): IndexEntry;
  /** The versions of a node that were looked at. */
  entriesOf(node: string): readonly IndexEntry[];
}

/** A manifest whose dependencies are being read: where its paths lead, and which workspace it belongs to. */
interface Owner {
  readonly manifest: Manifest;
  readonly isMember: boolean;
  /** Paths may not leave this folder (of a checkout); null where they may. */
  readonly fence: string | null;
  readonly git: { readonly url: string; readonly commit: string } | null;
}

const PINNED = parseVersion('0.0.0')!;
const ANY_REGISTRY_VARIABLE = 'JC_REGISTRY';

export class Resolver {
  private readonly host: PackageHost;
  private readonly store: ManifestStore;
  private readonly sink: DiagSink;
  private readonly cache: DownloadCache;
  private readonly found: FoundWorkspace;
  private readonly memberDirs: ReadonlySet<string>;
  private readonly defaultRegistry: string | null;
  private readonly nodes = new Map<string, NodeInfo>();
  private readonly candidates = new Map<string, Candidate<Where>>();
  private readonly entries = new Map<Candidate<Where>, IndexEntry>();
  private readonly usedOverrides = new Set<Dependency>();

  constructor(host: PackageHost, store: ManifestStore, sink: DiagSink, cache: DownloadCache, found: FoundWorkspace) {
    this.host = host;
    this.store = store;
    this.sink = sink;
    this.cache = cache;
    this.found = found;
    this.memberDirs = new Set(found.members.map((member) => host.absolute(member.dir)));
    const variable = host.environment(ANY_REGISTRY_VARIABLE) ?? '';
    this.defaultRegistry = variable === '' ? null : variable.replace(/\/+$/, '');
  }

  async resolve(): Promise<Resolution | null> {
    const before = this.sink.errorCount;
    const roots = this.found.members.map((member): Root<Where> => ({ candidate: this.local(member, true), features: [...member.features.keys()] }));
    let selection = selectVersions(roots, this.lookup);
    while (selection.missing.length > 0 && this.sink.errorCount === before) {
      await Promise.all(selection.missing.map((missing) => this.load(missing)));
      if (this.sink.errorCount === before) selection = selectVersions(roots, this.lookup);
    }
    if (this.sink.errorCount > before) return null;
    this.checkSelection(selection);
    for (const override of this.found.root.overrides) {
      if (!this.usedOverrides.has(override)) this.sink.report({ code: 'CJ0646', span: override.span, args: { name: override.name } });
    }
    if (this.sink.errorCount > before) return null;
    return {
      roots, selection, nodes: this.nodes,
      entryOf: (candidate) => this.entries.get(candidate) ?? bug(`${candidate.node} is of no index`),
      entriesOf: (node) => [...this.entries].filter(([candidate]) => candidate.node === node).map(([, entry]) => entry),
    };
  }

  private readonly lookup = (node: string, version: Version): Candidate<Where> | null =>
    this.candidates.get(node.startsWith('index ') ? `${node} ${version}` : node) ?? null;

  // -------------------------------------------------------------- candidates from manifests

  private local(manifest: Manifest, isMember: boolean): Candidate<Where> {
    const node = this.localNode(manifest);
    const known = this.candidates.get(node);
    if (known !== undefined) return known;
    this.nodes.set(node, { kind: 'local', isMember, manifest });
    return this.addManifest(node, { manifest, isMember, fence: null, git: null });
  }

  private localNode(manifest: Manifest): string {
    return `local ${this.host.absolute(manifest.dir)}`;
  }

  private addManifest(node: string, owner: Owner): Candidate<Where> {
    const { manifest } = owner;
    const features = new Map<string, readonly Brings[]>([...manifest.features]);
    const needs: Need<Where>[] = [];
    const candidate: Candidate<Where> = { node, version: manifest.package!.version.value, needs, features };
    // Known before its needs are read: packages may need each other in a circle, which is refused later with its path.
    this.candidates.set(node, candidate);
    const read = (dependencies: readonly Dependency[], dev: boolean): void => {
      for (const dependency of dependencies) {
        const need = this.needOf(owner, dependency, dev);
        if (need !== null) needs.push(need);
      }
    };
    read(manifest.dependencies, false);
    if (owner.isMember) read(manifest.devDependencies, true);
    return candidate;
  }

  private needOf(owner: Owner, written: Dependency, dev: boolean): Need<Where> | null {
    let dependency = written;
    let from = owner;
    if (written.source.kind === 'workspace') {
      const entry = this.fromWorkspace(owner, written);
      if (entry === null) return null;
      if (entry.kind === 'member') return this.makeNeed(written, this.localNode(entry.manifest), PINNED, dev, () => this.local(entry.manifest, true));
      dependency = {
        ...entry.dependency, key: written.key, importName: written.importName, span: written.span,
        features: [...entry.dependency.features, ...written.features], optional: written.optional,
        defaultFeatures: entry.dependency.defaultFeatures && written.defaultFeatures,
      };
      from = { ...owner, manifest: entry.root };
    }
    const override = this.overrideOf(dependency.name);
    if (override !== null) {
      dependency = { ...dependency, source: override.source, requirement: override.requirement };
      from = { manifest: this.found.root, isMember: true, fence: null, git: null };
    }
    const { source } = dependency;
    switch (source.kind) {
      case 'path':
        return this.pathNeed(from, dependency, source.path.value, source.path.span, dev, override !== null);
      case 'git': {
        const node = `git ${source.url}#${source.commit} ${dependency.name}`;
        return this.makeNeed(dependency, node, PINNED, dev);
      }
      case 'index': {
        const base = source.registry ?? this.defaultRegistry;
        if (base === null) {
          this.sink.report({ code: 'CJ0636', span: written.span, args: { name: dependency.name, variable: ANY_REGISTRY_VARIABLE } });
          return null;
        }
        return this.indexNeed(dependency, dependency.requirement!, base, source.registry, dev);
      }
      case 'workspace':
        return bug('a workspace dependency was not replaced');
      default:
        return unreachable(source);
    }
  }

  private fromWorkspace(owner: Owner, written: Dependency): { kind: 'member'; manifest: Manifest } | { kind: 'entry'; dependency: Dependency; root: Manifest } | null {
    const root = owner.isMember ? this.found.root : owner.manifest.workspace !== null ? owner.manifest : rootAbove(this.host, this.store, owner.manifest.dir);
    if (root === null || root.workspace === null) {
      this.sink.report({ code: 'CJ0615', span: written.wholeSpan, args: { name: written.key, root: '' }, label: 'alone' });
      return null;
    }
    const dependency = root.workspace.dependencies.find((other) => other.key === written.key);
    if (dependency !== undefined) return { kind: 'entry', dependency, root };
    const members = owner.isMember ? this.found.members : (membersOf(this.host, this.store, this.sink, root) ?? []);
    const manifest = members.find((member) => member.package!.name.value === written.name);
    if (manifest !== undefined && owner.isMember) return { kind: 'member', manifest };
    this.sink.report({ code: 'CJ0615', span: written.wholeSpan, args: { name: written.key, root: root.file.name } });
    return null;
  }

  private overrideOf(name: string): Dependency | null {
    const override = this.found.root.overrides.find((other) => other.name === name);
    if (override === undefined) return null;
    this.usedOverrides.add(override);
    return override;
  }

  private pathNeed(from: Owner, dependency: Dependency, path: string, pathSpan: Span, dev: boolean, overridden: boolean): Need<Where> | null {
    const target = this.host.absolute(resolvePath(from.manifest.dir, path));
    if (from.fence !== null && !isWithin(from.fence, target)) {
      this.sink.report({ code: 'CJ0610', span: pathSpan, args: { path, name: dependency.name }, label: 'fence' });
      return null;
    }
    const dir = from.fence === null ? shownPath(this.host.absolute('.'), target) : target;
    if (!this.store.has(dir)) {
      this.sink.report({ code: 'CJ0610', span: pathSpan, args: { path, name: dependency.name }, label: this.host.kind(dir) === 'missing' ? 'missing' : undefined });
      return null;
    }
    const manifest = this.store.read(dir);
    // Its own mistakes have been reported where they stand.
    if (manifest === null) return null;
    if (manifest.package === null) {
      if (manifest.workspace !== null) this.sink.report({ code: 'CJ0610', span: pathSpan, args: { path, name: dependency.name }, label: 'workspace' });
      return null;
    }
    const found = manifest.package.name;
    if (found.value !== dependency.name) {
      this.sink.report({ code: 'CJ0611', span: pathSpan, args: { path, name: dependency.name, found: found.value }, related: [{ span: found.span, label: 'name' }], help: ['rename'] });
      return null;
    }
    if (from.git !== null) {
      const node = `git ${from.git.url}#${from.git.commit} ${dependency.name}`;
      this.nodes.set(node, { kind: 'git', url: from.git.url, commit: from.git.commit, checkoutDir: from.fence!, manifest });
      if (!this.candidates.has(node)) this.addManifest(node, { ...from, manifest, isMember: false });
      return this.makeNeed(dependency, node, PINNED, dev);
    }
    const isMember = this.memberDirs.has(target);
    return this.makeNeed(overridden ? { ...dependency, requirement: null } : dependency, this.localNode(manifest), PINNED, dev, () => this.local(manifest, isMember));
  }

  private indexNeed(dependency: Dependency, version: Version, base: string, registry: string | null, dev: boolean): Need<Where> {
    const node = `index ${registry ?? ''} ${dependency.name}@${lineOf(version)}`;
    if (!this.nodes.has(node)) this.nodes.set(node, { kind: 'index', name: dependency.name, base, registry });
    return this.makeNeed(dependency, node, version, dev);
  }

  private makeNeed(dependency: Dependency, node: string, version: Version, dev: boolean, load?: () => void): Need<Where> {
    load?.();
    const pinned = !node.startsWith('index ');
    return {
      node, version, dev,
      features: dependency.features.map((feature) => feature.value),
      defaultFeatures: dependency.defaultFeatures,
      optionalKey: dependency.optional ? dependency.key : null,
      key: dependency.key,
      where: {
        span: dependency.span, importName: dependency.importName, name: dependency.name, requirement: pinned ? dependency.requirement : null,
        featureSpans: dependency.features.map((feature) => feature.span),
      },
    };
  }

  // -------------------------------------------------------------- what has to be fetched

  private async load(missing: Missing<Where>): Promise<void> {
    const { need } = missing;
    if (need.node.startsWith('git ')) await this.loadGit(missing);
    else if (need.node.startsWith('index ')) await this.loadIndex(missing);
    else bug(`nobody has read ${need.node}`);
  }

  private async loadGit(missing: Missing<Where>): Promise<void> {
    const { node } = missing.need;
    const [, url, commit, name] = /^git (.*)#([0-9a-f]+) (.*)$/.exec(node)!;
    const had = await this.cache.commit(url!, commit!, name!);
    if (!had.ok) return this.fail(missing, had);
    const shown = `${name!}-${commit!.slice(0, 12)}`;
    const manifest = this.inCheckout(had.value, name!, shown);
    if (manifest === null) {
      this.report(missing, { code: 'CJ0610', args: { path: `${url!}#${commit!.slice(0, 12)}`, name: name! }, label: 'repository' });
      return;
    }
    this.nodes.set(node, { kind: 'git', url: url!, commit: commit!, checkoutDir: had.value, manifest });
    this.addManifest(node, { manifest, isMember: false, fence: this.host.absolute(had.value), git: { url: url!, commit: commit! } });
  }

  /** The package of a name at the top of a checkout, or among the members of the workspace there. */
  private inCheckout(dir: string, name: string, shown: string): Manifest | null {
    if (!this.store.has(dir)) return null;
    const top = this.store.read(dir, shown);
    if (top === null) return null;
    if (top.package?.name.value === name) return top;
    return membersOf(this.host, this.store, this.sink, top)?.find((member) => member.package!.name.value === name) ?? null;
  }

  private async loadIndex(missing: Missing<Where>): Promise<void> {
    const { node, version } = missing.need;
    const info = this.nodes.get(node);
    if (info?.kind !== 'index') return bug(`${node} is of no index`);
    const had = await this.cache.index(info.base, info.registry ?? '', info.name, version);
    if (!had.ok) return this.fail(missing, had);
    const entry = had.value.get(version);
    if (entry === undefined) {
      if (had.value.size === 0) return this.fail(missing, { ok: false, code: 'CJ0628', args: { name: info.name, registry: info.base } });
      const serving = newestOf(had.value.values(), (other) => lineOf(other) === lineOf(version) && compareVersions(other, version) > 0) ?? newestOf(had.value.values());
      const text = this.spanOf(missing.need, missing.by);
      this.report(missing, {
        code: 'CJ0629',
        args: { name: info.name, version, known: [...had.value.values()].map((other) => other.version).sort(compareVersions).slice(-8).map((other) => `\`${other}\``).join(', ') },
        help: ['known'],
        fixes: serving === null || text !== missing.need.where.span ? [] : this.requirementFix(missing.need.where.span, serving.version),
      });
      return;
    }
    const candidate: Candidate<Where> = {
      node, version,
      features: new Map([...entry.features].map(([name, items]) => [name, items.map(bringsOf)])),
      needs: entry.dependencies.map((dependency) => this.needOfEntry(info.base, info.registry, dependency)).filter((need) => need !== null),
    };
    this.entries.set(candidate, entry);
    this.candidates.set(`${node} ${version}`, candidate);
  }

  private needOfEntry(base: string, registry: string | null, written: IndexEntry['dependencies'][number]): Need<Where> | null {
    const dependency: Dependency = {
      key: written.key, importName: importNameOf(written.key), name: written.name, source: { kind: 'index', registry: written.registry ?? registry },
      requirement: written.requirement, features: written.features.map((value) => ({ value, span: NO_SPAN })), defaultFeatures: written.defaultFeatures,
      optional: written.optional, span: NO_SPAN, wholeSpan: NO_SPAN,
    };
    if (this.found.root.overrides.some((other) => other.name === written.name)) {
      return this.needOf({ manifest: this.found.root, isMember: true, fence: null, git: null }, dependency, false);
    }
    return this.indexNeed(dependency, written.requirement, written.registry ?? base, written.registry ?? registry, false);
  }

  /** The text of the requirement, where it stands in a manifest as `name = "1.2"`. */
  private requirementFix(span: Span, version: Version): NonNullable<DiagInput['fixes']> {
    for (const manifest of [this.found.root, ...this.found.members]) {
      for (const dependency of [...manifest.dependencies, ...manifest.devDependencies]) {
        if (dependency.span !== span) continue;
        const text = manifest.file.text.slice(dependency.wholeSpan.lo, dependency.wholeSpan.hi);
        const quoted = /^[^=]*=\s*("[^"]*")$/.exec(text) ?? /\bversion\s*=\s*("[^"]*")/.exec(text);
        if (quoted === null) return [];
        const lo = dependency.wholeSpan.lo + text.lastIndexOf(quoted[1]!);
        return [{ key: 'version', args: { version }, edits: [{ span: { file: span.file, lo, hi: lo + quoted[1]!.length }, text: `"${version}"` }] }];
      }
    }
    return [];
  }

  // -------------------------------------------------------------- checks of what was selected

  private checkSelection(selection: Selection<Where>): void {
    const byName = new Map<string, { source: string; step: Step<Where> }>();
    for (const [node, selected] of selection.selected) {
      const name = this.nameOf(selected.candidate);
      const source = node.startsWith('index ') ? node.replace(/@[^@]*$/, '') : node;
      const other = byName.get(name);
      if (other === undefined) byName.set(name, { source, step: selected.step });
      else if (other.source !== source) {
        // The place is that of the one who is needed, not that of a member itself.
        const [first, second] = selected.step.need === null ? [selected.step, other.step] : [other.step, selected.step];
        this.sink.report({
          code: 'CJ0627', span: second.need === null ? NO_SPAN : this.spanOf(second.need, second.by!),
          args: { name, first: this.describe(first), second: this.describe(second), chain1: this.chain(first), chain2: this.chain(second) }, help: ['override'],
        });
      }
      for (const need of selected.needs) this.checkNeed(selection, selected.step, need);
    }
    if (this.sink.errorCount === 0) this.checkCircles(selection);
  }

  private checkNeed(selection: Selection<Where>, step: Step<Where>, need: Need<Where>): void {
    const target = selection.selected.get(need.node);
    if (target === undefined) return;
    const { requirement, name } = need.where;
    const { version } = target.candidate;
    if (requirement !== null && (lineOf(requirement) !== lineOf(version) || compareVersions(version, requirement) < 0)) {
      this.sink.report({ code: 'CJ0653', span: this.spanOf(need, step), args: { name, version: requirement, found: version } });
    }
    need.features.forEach((feature, i) => {
      if (target.candidate.features.has(feature)) return;
      const place = need.where.featureSpans[i]!;
      const known = [...target.candidate.features.keys()].sort();
      this.sink.report({
        code: 'CJ0620', span: place === NO_SPAN ? this.spanOf(need, step) : place, args: { feature, package: name, known: known.map((other) => `\`${other}\``).join(', ') },
        help: known.length === 0 ? ['none'] : ['known'],
      });
    });
    const info = this.nodes.get(need.node);
    if (info?.kind === 'index' && this.entries.get(target.candidate)?.yanked === true) {
      this.sink.report({ code: 'CJ0637', span: this.spanOf(need, step), args: { name, version, chain: this.chain(target.step) } });
    }
  }

  /** Packages need each other in no circle; what only tests need does not count. */
  private checkCircles(selection: Selection<Where>): void {
    const state = new Map<string, 'open' | 'done'>();
    const trail: { readonly node: string; readonly need: Need<Where> }[] = [];
    const visit = (node: string): void => {
      state.set(node, 'open');
      const selected = selection.selected.get(node)!;
      for (const need of selected.needs) {
        if (need.dev) continue;
        trail.push({ node, need });
        const seen = state.get(need.node);
        if (seen === undefined) visit(need.node);
        else if (seen === 'open') {
          const circle = trail.slice(trail.findIndex((step) => step.node === need.node));
          const names = circle.map((step) => this.nameOf(selection.selected.get(step.node)!.candidate));
          const placed = circle.filter((step) => step.need.where.span !== NO_SPAN);
          this.sink.report({
            code: 'CJ0612', span: placed[0]?.need.where.span ?? NO_SPAN, args: { circle: [...names, names[0]!].map((name) => `\`${name}\``).join(' → ') },
            related: placed.slice(1).map((step) => ({ span: step.need.where.span, label: 'step', args: { to: step.need.where.name } })),
          });
        }
        trail.pop();
      }
      state.set(node, 'done');
    };
    for (const node of selection.selected.keys()) if (!state.has(node)) visit(node);
  }

  // -------------------------------------------------------------- words

  private nameOf(candidate: Candidate<Where>): string {
    const info = this.nodes.get(candidate.node) ?? bug(`${candidate.node} has no source`);
    return info.kind === 'index' ? info.name : info.manifest.package!.name.value;
  }

  private describe(step: Step<Where>): string {
    const info = this.nodes.get(step.candidate.node)!;
    switch (info.kind) {
      case 'local': {
        const rootDir = this.host.absolute(this.found.root.dir);
        return `folder ${relativePath(rootDir, this.host.absolute(info.manifest.dir))}`;
      }
      case 'git':
        return `${info.url}#${info.commit.slice(0, 12)}`;
      case 'index':
        return info.base;
      default:
        return unreachable(info);
    }
  }

  /** `app 0.1.0 → web 1.2.0 → json 2.0.0`. */
  chain(step: Step<Where>): string {
    const out: string[] = [];
    for (let at: Step<Where> | null = step; at !== null; at = at.by) out.unshift(`${this.nameOf(at.candidate)} ${at.candidate.version}`);
    return out.join(' → ');
  }

  /** Where a need is written; for needs that an index tells, where the user's manifest leads there. */
  private spanOf(need: Need<Where>, by: Step<Where>): Span {
    let span = need.where.span;
    for (let at: Step<Where> | null = by; span === NO_SPAN && at !== null; at = at.by) span = at.need?.where.span ?? span;
    return span;
  }

  private fail(missing: Missing<Where>, failure: Failure): void {
    this.report(missing, { code: failure.code, args: failure.args, help: failure.help });
  }

  private report(missing: Missing<Where>, diag: Omit<DiagInput, 'span'>): void {
    const { need, by } = missing;
    const chain = `${this.chain(by)} → ${need.where.name}${need.node.startsWith('index ') ? ` ${need.version}` : ''}`;
    this.sink.report({ ...diag, span: this.spanOf(need, by), args: { ...diag.args, chain } });
  }
}

function bringsOf(text: string): Brings {
  if (text.startsWith('dep:')) return { kind: 'dependency', key: text.slice(4) };
  const slash = text.indexOf('/');
  return slash > 0 ? { kind: 'dependencyFeature', key: text.slice(0, slash), feature: text.slice(slash + 1) } : { kind: 'feature', feature: text };
}

