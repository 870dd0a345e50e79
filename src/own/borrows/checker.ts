/**
 * The borrow checker of a program: summaries on demand, errors body by body.
 * Consumes: a TypedProgram and MIR as built. Produces: diagnostics CJ0510–CJ0523, summaries as plain data.
 * docs/passes/borrows.md tells which rule lives in which file.
 */
import type { DiagSink } from '../../diag/index.ts';
import type { Span } from '../../source/index.ts';
import type { Body } from '../../mir/index.ts';
import type { FnDecl, ModuleDecl, TypedProgram } from '../../types/index.ts';
import { analyzeBody, bodySignature } from './analyze-body.ts';
import type { Analysis } from './analyze-body.ts';
import { findConflicts, findKept } from './conflicts.ts';
import type { Conflict, Kept } from './conflicts.ts';
import { checkContract } from './fit.ts';
import { CHECK_ALL } from './options.ts';
import type { BorrowOptions } from './options.ts';
import { BorrowReporter } from './report.ts';
import { Summaries } from './summaries.ts';
import type { Owner } from './summaries.ts';
import { nodeKey, plainNode, plainSummary } from './summary.ts';
import type { Summary, SummaryNode } from './summary.ts';
import { witness } from './witness.ts';

interface Finding {
  readonly analysis: Analysis;
  readonly conflicts: readonly Conflict[];
  readonly kept: readonly Kept[];
}

/** A program under others, whose summaries are found once for all of them. */
export interface BorrowGround {
  readonly checker: BorrowChecker;
  owns(module: ModuleDecl): boolean;
}

export class BorrowChecker {
  readonly program: TypedProgram;
  private readonly summaries: Summaries;
  private readonly findings = new Map<Owner, Finding[]>();
  private readonly visited = new Set<Owner>();
  private readonly options: BorrowOptions;
  private readonly bodiesOf: (owner: Owner) => readonly Body[];

  /** `bodiesOf`: MIR as built of a function or constant, its closures after it. */
  constructor(program: TypedProgram, bodiesOf: (owner: Owner) => readonly Body[], options: BorrowOptions = CHECK_ALL, checkStd = false, ground: BorrowGround | null = null) {
    this.program = program;
    this.options = options;
    this.bodiesOf = bodiesOf;
    this.summaries = new Summaries(program, bodiesOf, options, (owner, analysis) => {
      if (owner.module.isStd && !checkStd) return;
      const conflicts = findConflicts(analysis);
      const kept = findKept(analysis);
      if (conflicts.length === 0 && kept.length === 0 && analysis.facts.misfits.length === 0 && !analysis.unknownEscapes) return;
      const list = this.findings.get(owner);
      if (list === undefined) this.findings.set(owner, [{ analysis, conflicts, kept }]);
      else list.push({ analysis, conflicts, kept });
    }, ground === null ? null : { summaries: ground.checker.summaries, owns: ground.owns });
  }

  /** Reports every misuse of borrows in a function or constant and in the closures in it. */
  check(owner: Owner, sink: DiagSink): void {
    if (this.visited.has(owner)) return;
    this.visited.add(owner);
    this.summaries.visit(owner);
    for (const { analysis, conflicts, kept } of this.findings.get(owner) ?? []) {
      const reporter = new BorrowReporter(analysis, sink, this);
      reporter.conflicts(conflicts);
      if (this.options.noContracts !== true) reporter.misfits();
      reporter.kept(kept);
      reporter.unknown();
    }
    this.findings.delete(owner);
    if (owner.kind === 'fn' && this.options.noContracts !== true) checkContract(owner, this.summaries, sink, (decl, from, to) => this.witnessIn(decl, from, to));
  }

  /** A function whose body an interface leaves out although its callers need to know what it does with borrows; null where there was none. */
  get unknown(): FnDecl | null {
    return this.summaries.unknown;
  }

  /** What a function's result and interior slots borrow from: plain data. For a trait's method without a known body, the contract. */
  summaryOf(decl: FnDecl): Summary {
    const known = this.summaries.fn(decl);
    return plainSummary(known);
  }

  /** The place in a function's body where a borrow first flows from one node of its summary to another; null where there is none. */
  witnessOf(decl: FnDecl, from: SummaryNode, to: SummaryNode): Span | null {
    const { sig } = this.summaries.fn(decl);
    const find = (node: SummaryNode): number => sig.nodes.findIndex((_, i) => nodeKey(plainNode(sig, i)) === nodeKey(node));
    const [source, target] = [find(from), find(to)];
    return source < 0 || target < 0 ? null : this.witnessIn(decl, source, target);
  }

  private witnessIn(decl: FnDecl, from: number, to: number): Span | null {
    const body = this.bodiesOf(decl)[0];
    if (body === undefined) return null;
    return witness(analyzeBody(body, this.summaries.tables, bodySignature(body, this.summaries.tables), this.summaries, this.options), from, to);
  }
}
