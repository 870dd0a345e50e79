/**
 * The module graph of the build benchmark: 1,247 modules whose sizes and imports follow the distribution that seven real Go repositories
 * show together (log-normal lines; out-degree median 2, mean 3.9, 99th percentile 28; a quarter imports nothing; a fifth is imported by
 * nobody; 18 % of the edges lead into the top 1 %; longest path 26).
 * Deterministic: the same seed gives the same graph on every machine. Holds: nothing.
 */

export interface GraphModule {
  readonly index: number;
  /** `m0042`, in the folder `g04`: the name in both languages. */
  readonly name: string;
  readonly folder: string;
  readonly lines: number;
  /** Indices of what it imports, all smaller than its own. */
  readonly imports: readonly number[];
}

export interface Graph {
  readonly modules: readonly GraphModule[];
  /** The module imported by most others. */
  readonly core: number;
  /** A module of middling size that nobody but the program's entry imports. */
  readonly leaf: number;
}

/** A generator of pseudo-random numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many modules one imports: a quarter none, the others log-normal with a long tail. */
function outDegree(random: () => number): number {
  if (random() < 0.25) return 0;
  return Math.min(60, Math.max(1, Math.round(Math.exp(1.02 + 1.1 * normal(random)))));
}

const LONGEST_PATH = 26;
/** Shares of the ways in which an import is chosen. */
const TO_TOP = 0.085;
const TO_POPULAR = 0.55;

/** `totalLines` scales the modules' sizes: 740,000 is the full program, 74,000 a tenth. */
export function makeGraph(count = 1247, totalLines = 74_000, seed = 20_251): Graph {
  const random = randomFrom(seed);
  const top = Math.max(2, Math.round(count / 100));
  const sizes = Array.from({ length: count }, () => Math.min(5000, Math.max(25, Math.exp(5.45 + 1.35 * normal(random)))));
  const scale = totalLines / sizes.reduce((sum, size) => sum + size, 0);
  const level = new Array<number>(count).fill(0);
  const used = new Array<number>(count).fill(0);
  const modules: GraphModule[] = [];
  for (let index = 0; index < count; index++) {
    const imports = new Set<number>();
    const wanted = index < top ? Math.min(index, random() < 0.5 ? 0 : 1) : Math.min(index, outDegree(random));
    for (let tries = 0; imports.size < wanted && tries < wanted * 12; tries++) {
      const way = random();
      // Few modules draw most imports; the rest goes to any earlier module, so that about a fifth stays without an importer.
      const target = way < TO_TOP ? Math.floor(top * random() ** 1.5) : way < TO_TOP + TO_POPULAR ? Math.floor(index * random() ** 2.2) : Math.max(0, index - 1 - Math.floor(80 * random()));
      if (target < index && level[target]! < LONGEST_PATH - 1) imports.add(target);
    }
    for (const target of imports) {
      used[target]!++;
      level[index] = Math.max(level[index]!, level[target]! + 1);
    }
    const name = `m${String(index).padStart(4, '0')}`;
    modules.push({
      index, name, folder: `g${String(Math.floor(index / 40)).padStart(2, '0')}`,
      lines: Math.max(20, Math.round(sizes[index]! * scale)), imports: [...imports].sort((a, b) => a - b),
    });
  }
  const core = used.indexOf(Math.max(...used));
  const middle = [...modules].map((m) => m.lines).sort((a, b) => a - b)[Math.floor(count / 2)]!;
  const leaf = modules.findLast((m) => used[m.index] === 0 && m.imports.length >= 2 && m.lines >= middle)!.index;
  return { modules, core, leaf };
}

export interface GraphFacts {
  readonly lines: number;
  readonly meanOut: number;
  readonly medianOut: number;
  readonly p99Out: number;
  readonly importNothing: number;
  readonly importedByNobody: number;
  readonly intoTop: number;
  readonly longestPath: number;
}

/** What the graph is really like, for the report. */
export function factsOf(graph: Graph): GraphFacts {
  const { modules } = graph;
  const outs = modules.map((m) => m.imports.length).sort((a, b) => a - b);
  const edges = outs.reduce((a, b) => a + b, 0);
  const used = new Array<number>(modules.length).fill(0);
  const level = new Array<number>(modules.length).fill(0);
  for (const m of modules) {
    for (const target of m.imports) {
      used[target]!++;
      level[m.index] = Math.max(level[m.index]!, level[target]! + 1);
    }
  }
  const best = [...used].sort((a, b) => b - a).slice(0, Math.round(modules.length / 100)).reduce((a, b) => a + b, 0);
  return {
    lines: modules.reduce((sum, m) => sum + m.lines, 0),
    meanOut: edges / modules.length,
    medianOut: outs[outs.length >> 1]!,
    p99Out: outs[Math.floor(outs.length * 0.99)]!,
    importNothing: outs.filter((n) => n === 0).length / outs.length,
    importedByNobody: used.filter((n) => n === 0).length / outs.length,
    intoTop: best / edges,
    longestPath: Math.max(...level) + 1,
  };
}
