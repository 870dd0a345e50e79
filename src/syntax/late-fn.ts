/**
 * A function whose body is made when something asks for it: most functions of std are never called by a program, most derived methods
 * neither, and a large program's bodies need not all be in memory at a time.
 * Consumes: everything else about the function, and how to make its body. Holds: the body, from when it is first read until it is forgotten.
 */
import type { BlockExpr, FnItem } from './ast.ts';

export class LateFnItem implements FnItem {
  readonly kind = 'fn';
  readonly name: FnItem['name'];
  readonly generics: FnItem['generics'];
  readonly self: FnItem['self'];
  readonly params: FnItem['params'];
  readonly ret: FnItem['ret'];
  readonly where: FnItem['where'];
  declare readonly body: BlockExpr;
  readonly bodySpan: FnItem['bodySpan'];
  readonly bodyHoldsItems = false;
  readonly unsafe: boolean;
  readonly attrs: FnItem['attrs'];
  readonly visibility: FnItem['visibility'];
  readonly doc: FnItem['doc'];
  readonly span: FnItem['span'];
  /** Whether the body has ever been made, so that its mistakes are known. */
  isRead = false;
  private made: BlockExpr | null = null;
  private readonly make: () => BlockExpr;

  constructor(fn: Omit<FnItem, 'kind' | 'body' | 'bodyHoldsItems'>, make: () => BlockExpr) {
    this.name = fn.name;
    this.generics = fn.generics;
    this.self = fn.self;
    this.params = fn.params;
    this.ret = fn.ret;
    this.where = fn.where;
    this.bodySpan = fn.bodySpan;
    this.unsafe = fn.unsafe;
    this.attrs = fn.attrs;
    this.visibility = fn.visibility;
    this.doc = fn.doc;
    this.span = fn.span;
    this.make = make;
    Object.defineProperty(this, 'body', READ_BODY);
  }

  /** Frees the memory of the body; who reads it again gets it made anew. */
  forgetBody(): void {
    this.made = null;
  }

  static read(fn: LateFnItem): BlockExpr {
    fn.isRead = true;
    return (fn.made ??= fn.make());
  }
}

/** A property of the object itself, so that a copy `{ ...fn }` has a body too. One function for all, so that all have one shape. */
const READ_BODY: PropertyDescriptor & ThisType<LateFnItem> = {
  enumerable: true,
  get() {
    return LateFnItem.read(this);
  },
};
