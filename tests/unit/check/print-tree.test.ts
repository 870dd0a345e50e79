/** `--dump=types`: the typed tree as text. Each program shows one group of nodes; expected texts are written out in full. */
import { describe, expect, it } from 'vitest';
import { printTree } from '../../../src/types/index.ts';
import { check } from './support.ts';

/** The tree of one function of the program. */
function treeOf(name: string, text: string): string {
  const { program, codes } = check(text);
  expect(codes.filter((code) => !code.startsWith('CJ09'))).toEqual([]);
  const decl = [...program.fns, ...program.consts].find((found) => !found.module.isStd && found.name === name && (found.kind === 'const' || found.hasBody))!;
  return printTree(program.bodyOf(decl)!);
}

describe('the typed tree as text', () => {
  it('shows callees with their generic arguments, borrows and coercions', () => {
    expect(treeOf('main', `
      trait Area { fn area(&self): Float64; }
      struct Square { side: Float64 }
      impl Area for Square { fn area(&self): Float64 { self.side } }
      fn first<T>(xs: &[T]): T where T: Copy { xs[0] }
      fn main() {
          let square = Square { side: 2.0 };
          square.area();
          let n = first(&[1, 2]);
          let shape: Box<dyn Area> = new Box(square);
          shape.area();
          var list = ArrayList::<Int32>::new();
          list.push(n);
      }`)).toMatchInlineSnapshot(`
        "fn app::main(): Unit
          block : Unit
            let square: Square
              new Square : Square
                .side = 2 : Float64
            call <Square as Area>::area : Float64
              ref auto : &Square
                square : Square
            let n: Int32
              call app::first::<Int32> : Int32
                coerce arrayToSlice : &[Int32]
                  ref : &[Int32; 2]
                    array : [Int32; 2]
                      1 : Int32
                      2 : Int32
            let shape: Box<dyn Area>
              coerce toDyn : Box<dyn Area>
                call std::core::boxed::boxNew::<Square> : Box<Square>
                  square : Square
            call <dyn Area as Area>::area : Float64
              ref auto : &dyn Area
                deref : dyn Area
                  shape : Box<dyn Area>
            let var list: ArrayList<Int32>
              call ArrayList<Int32>::new : ArrayList<Int32>
            call ArrayList<Int32>::push : Unit
              ref mut auto : &mut ArrayList<Int32>
                list : ArrayList<Int32>
              n : Int32
        "
      `);
  });

  it('shows closures with what they capture, and tells locals of one name apart', () => {
    expect(treeOf('main', `
      struct Pair { left: Int32, right: String }
      fn main() {
          var pair = Pair { left: 1, right: "b" };
          let add = |n: Int32| n + pair.left;
          let x = add(1);
          let x = add(x);
          let take = move || pair.right;
          take();
      }`)).toMatchInlineSnapshot(`
        "fn app::main(): Unit
          block : Unit
            let var pair: Pair
              new Pair : Pair
                .left = 1 : Int32
                .right = "b" : String
            let add: closure |Int32|: Int32
              closure shared |n: Int32| : closure |Int32|: Int32
                captures ref pair.left: &Int32
                + : Int32
                  n : Int32
                  field left of : Int32
                    pair : Pair
            let x: Int32
              call value shared : Int32
                callee = add : closure |Int32|: Int32
                1 : Int32
            let x#2: Int32
              call value shared : Int32
                callee = add : closure |Int32|: Int32
                x : Int32
            let take: closure ||: String
              closure once move || : closure ||: String
                captures move pair.right: String
                field right of : String
                  pair : Pair
            call value once : String
              callee = take : closure ||: String
        "
      `);
  });

  it('shows patterns, loops, jumps and errors as lowered', () => {
    expect(treeOf('scan', `
      enum Shape { Dot, Line(Int32), Box { w: Int32, h: Int32 } }
      fn size(shape: &Shape): Result<Int32, String> { Ok(1) }
      fn scan(shapes: &[Shape], limit: Int32): Result<Int32, String> {
          var total = 0;
          'outer: loop {
              for i in 0..limit : 2 { if i == 3 { break 'outer; } }
              match shapes {
                  [] => break,
                  [Shape::Dot, .., Shape::Line(n @ 1..=9)] if *n > limit => total += n,
                  [Shape::Box { w, .. } | Shape::Line(w), rest @ ..] => total = *w,
                  _ => { @defer println("x"); }
              }
          }
          let caught = try { size(&shapes[0])? } catch e: String => 0 catch p: Panic => -1;
          Ok(total + caught)
      }`)).toMatchInlineSnapshot(`
        "fn app::scan(shapes: &[Shape], limit: Int32): Result<Int32, String>
          block : Result<Int32, String>
            let var total: Int32
              0 : Int32
            loop 'outer : Unit
              block : Unit
                for '1 i: Int32 : Unit
                  from = 0 : Int32
                  to = limit : Int32
                  step = 2 : Int32
                  do = block : Unit
                    tail = if : Unit
                      cond = == : Bool
                        i : Int32
                        3 : Int32
                      then = block : Never
                        break 'outer : Never
                tail = match : Unit
                  of = shapes : &[Shape]
                  arm deref []
                    break 'outer : Never
                  arm deref [Shape::Dot, .., Shape::Line { .0 = ref n: &Int32 @ 1..=9 }]
                    if = > : Bool
                      deref : Int32
                        n : &Int32
                      limit : Int32
                    call <Int32 as AddAssign<&Int32>>::addAssign : Unit
                      ref mut auto : &mut Int32
                        total : Int32
                      n : &Int32
                  arm deref [Shape::Box { .w = ref w: &Int32 } | Shape::Line { .0 = ref w: &Int32 }, .. ref rest: &[Shape]]
                    assign : Unit
                      value = deref : Int32
                        w : &Int32
                      to = total : Int32
                  arm _
                    block : Unit
                      defer
                        call std::fmt::printStr : Unit
                          "x" : &str
                          true : Bool
            let caught: Int32
              try '2 : Int32
                block : Int32
                  tail = match : Int32
                    of = call app::size : Result<Int32, String>
                      ref : &Shape
                        index : Shape
                          base = deref : [Shape]
                            shapes : &[Shape]
                          at = 0 : usize
                    arm Result::Ok { .0 = value: Int32 }
                      value : Int32
                    arm Result::Err { .0 = error: String }
                      raise '2 to catch 0 : Never
                        error : String
                catch 0 e: String
                  0 : Int32
                catch 1 panic p: Panic
                  -1 : Int32
            tail = new Result::Ok : Result<Int32, String>
              .0 = + : Int32
                total : Int32
                caught : Int32
        "
      `);
  });

  it('shows generic functions, methods and constants in their own parameters', () => {
    const program = `
      const LIMIT: usize = 2 + 3;
      struct Cell<T> { value: T }
      impl<T> Cell<T> { fn map<U>(self, f: once fn(T): U): Cell<U> { Cell { value: f(self.value) } } }
      trait Named { fn name(): String; fn twice(): String { Self::name() } }
      impl<T> Named for Cell<T> { fn name(): String { "cell" } }
      fn main() { }`;
    expect(['LIMIT', 'map', 'twice', 'name'].map((name) => treeOf(name, program)).join('\n')).toMatchInlineSnapshot(`
      "const app::LIMIT: usize
        + : usize
          2 : usize
          3 : usize

      fn Cell<T>::map<U, once fn(T): U>(self: Cell<T>, f: once fn(T): U): Cell<U>
        block : Cell<U>
          tail = new Cell : Cell<U>
            .value = call value once : U
              callee = f : once fn(T): U
              field value of : T
                self : Cell<T>

      fn app::Named::twice(): String
        block : String
          tail = call <Self as Named>::name : String

      fn <Cell<T> as Named>::name(): String
        block : String
          tail = "cell" : String
      "
    `);
  });
});
