// The twin of `bombs.cj`: rustc --edition 2024 -O bombs.rs && ./bombs | diff - bombs.stdout
// docs/testing/destruction.md lists the cells that differ.
#![allow(dead_code, unused_assignments, unused_variables, unreachable_code, unused_must_use)]
struct D { name: String }
impl Drop for D { fn drop(&mut self) { print!("-{} ", self.name); if self.name.starts_with("!") { panic!("bomb"); } } }
fn d(name: &str) -> D { print!("+{} ", name); D { name: name.to_string() } }
struct Pair { a: D, b: D }
fn pair(a: &str, b: &str) -> Pair { Pair { a: d(a), b: d(b) } }
enum Either { One(D), Two(D, D) }
trait Look { fn shown(&self) -> usize; }
impl Look for D { fn shown(&self) -> usize { 1 } }
impl Look for Pair { fn shown(&self) -> usize { 2 } }
impl D {
    fn with(self, other: &D, _n: i32) -> D { print!("with:{} ", other.name); self }
    fn yes(&self) -> bool { true }
    fn no(&self) -> bool { false }
    fn size(&self) -> usize { self.name.len() }
    fn number(&self) -> Option<i32> { Some(1) }
    fn nothing(&self) -> Option<i32> { None }
    fn down(&self, left: &mut i32) -> Option<i32> { if *left == 0 { None } else { *left -= 1; Some(*left) } }
    fn positive(&self, left: &mut i32) -> bool { *left -= 1; *left >= 0 }
}
struct Defer<F: FnMut()>(F);
impl<F: FnMut()> Drop for Defer<F> { fn drop(&mut self) { (self.0)() } }
fn look(x: &D) { print!("look:{} ", x.name); }
fn see(x: &D, _n: i32, y: &D) -> D { print!("see:{}:{} ", x.name, y.name); d("seen") }
fn take(_x: D) { print!("take "); }
fn take2(_x: D, _y: D) { print!("take2 "); }
fn some(name: &str) -> Option<D> { Some(d(name)) }
fn fail() -> Option<i32> { None }
fn list2(a: &str, b: &str) -> Vec<D> { vec![d(a), d(b)] }
fn inner(_p: D, Pair { a, b: _ }: Pair, how: i32) -> Option<i32> {
    let _l = d("l");
    look(&a);
    match how { 1 => return Some(1), 2 => { fail()?; } 7 => panic!("inside"), _ => {} }
    Some(2)
}

fn locals(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _a = d("a"); let _b = d("!b"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } let _c = d("c");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn nested_blocks(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _a = d("a"); { let _b = d("!b"); { let _c = d("c"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } let _e = d("e"); } let _f = d("f");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn shadowed(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("1"); look(&a); let a = d("!2"); look(&a); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } let _a = d("3");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn underscore(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _ = d("at once"); let (_x, _) = (d("!kept"), d("skipped")); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn declared_later(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a; let _b = d("b"); if round == 0 { a = d("!a"); look(&a); } match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn call_arguments(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            take2(d("a"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!b") });
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn temporaries(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            see(&d("t"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } 1 }, &d("!u"));
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn receiver_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            d("t").with(&d("!u"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } 1 }).with(&d("v"), 2);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn tail_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _v = { let _l = d("l"); see(&d("!t"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } 1 }, &d("u")) };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn extended_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let r = &d("!lent"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } look(r);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn partial_move(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let p = pair("a", "!b"); take(p.a); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } look(&p.b);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn conditional_move(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let _b = d("!b"); if round == 0 { take(a); } match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn moved_in_the_end(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let _b = d("!b"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } take(a);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn half_a_struct(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Pair { a: d("a"), b: { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!b") } };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn struct_update(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let base = pair("x", "!y"); let _p = Pair { a: { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("n") }, ..base };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn half_an_array(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = [d("1"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") }, d("3")];
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn half_a_tuple(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = (d("1"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") }, d("3"));
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn half_a_variant(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Either::Two(d("1"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") });
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn array(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = [d("1"), d("!2"), d("3")]; match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn tuple(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = (d("1"), d("!2")); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn variant(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Either::Two(d("1"), d("!2")); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn option_in_option(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Some(Some(d("!1"))); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn boxed(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Box::new(pair("1", "!2")); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn boxing(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _p = Box::new({ let _l = d("l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!x") });
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn out_of_a_box(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let p = Box::new(pair("a", "!b")); take(p.a); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn reassigned(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut a = d("1"); look(&a); a = { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") }; look(&a);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn reassigned_field(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut p = pair("a", "!b"); p.a = { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("new a") }; look(&p.b);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn revived(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut a = d("1"); take(a); a = { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") }; look(&a);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn moved_before_reassignment(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut a = d("1"); if round == 0 { take(a); a = { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!2") }; } look(&a);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn element_assigned(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut l = list2("1", "!2"); l[0] = { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("new") }; look(&l[1]);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn list(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _l = list2("1", "!2"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn if_condition(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            if d("c").yes() { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } else { print!("else "); }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn else_branch(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            if d("c").no() { print!("then "); } else { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn and_or(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _b = d("l").yes() && { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } true } && d("!r").no() || d("s").yes();
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn if_let_move(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            if let Some(x) = some("x") { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } look(&x); }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn if_let_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            if let Some(_n) = d("s").number() { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn let_else(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let Some(x) = some("!x") else { panic!("never") }; match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } look(&x);
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn let_else_taken(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let Some(_x) = d("t").nothing() else { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } continue };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn while_let(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut q = list2("1", "!2"); while let Some(x) = q.pop() { let _l = d("l"); look(&x); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn while_let_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut left = 2; while let Some(_n) = d("s").down(&mut left) { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn while_condition(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let mut left = 2; while d("c").positive(&mut left) { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn loop_value(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _v = loop { let _l = d("l"); match how { 1 => return Some(1), 2 => { fail()?; } 5 => break 'outer, 6 => continue 'outer, _ => {} } break d("!v"); };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn for_by_value(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            for x in list2("1", "!2") { let _l = d("l"); look(&x); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn for_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            for x in list2("1", "!2").iter() { look(x); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_move(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            match some("x") { Some(x) => { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } look(&x); } None => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_rest_stays(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            match pair("a", "!b") { Pair { a, b: _ } => { look(&a); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            match d("s").number() { Some(_n) => { let _l = d("!l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } None => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_guard(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            match some("x") { Some(ref x) if { let _g = d("!g"); look(x); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } false } => {} Some(x) => { look(&x); } None => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_guard_temporary(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            match some("x") { Some(_) if d("!g").with(&d("h"), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } 1 }).no() => {} _ => { print!("other "); } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn match_value(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _v = match how { 100 => d("never"), _ => { let _l = d("l"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } d("!v") } };
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn closure_captures(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let b = d("!b"); let f = move || { look(&a); look(&b); }; f(); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } f();
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn closure_called_once(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let b = d("!b"); let f = move || { take(a); look(&b); }; if round == 0 { f(); } match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn closure_body(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let f = |n: i32| -> Option<i32> { let _l = d("!l"); look(&a); if n == 1 { return None; } if n == 2 { fail()?; } Some(n) }; let _r = f(how); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn function_value(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let a = d("a"); let f: Box<dyn Fn(i32) -> i32> = Box::new(move |n| { look(&a); n }); let _b = d("!b"); f(1); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn dyn_value(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _x: Box<dyn Look> = Box::new(d("x")); let _y: Box<dyn Look> = Box::new(pair("!y", "z")); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn in_a_call(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _r = inner(d("p"), pair("!q", "r"), how); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn text_parts(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _s = format!("{} {} {}", d("x").size(), { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } 1 }, d("!y").size());
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn block_with_label_of_loops(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            'inner: for i in 0..2 { let _i = d("i"); for _ in 0..2 { let _j = d("!j"); if i == 0 { continue 'inner; } match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } }
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn deferred(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _a = d("a"); let _d1 = Defer(|| print!("deferred 1 ")); let _b = d("!b"); let _d2 = Defer(|| { let _l = d("l"); print!("deferred 2 "); }); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } let _c = d("c");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn deferred_in_a_branch(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            if round == 0 { let _d1 = Defer(|| print!("deferred ")); let _b = d("!b"); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } print!("after ");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn using_block(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            { let a = d("a"); let b = d("!b"); { let _l = d("l"); look(&a); look(&b); match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } } } print!("after ");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn catching(how: i32) -> Option<i32> {
    let _first = d("first");
    'outer: for _o in 0..2 {
        let _outer = d("outer");
        for round in 0..2 {
            let _r: Result<i32, String> = { let _t = d("t"); if how == 7 { drop(_t); let _h = d("!handler"); Err(String::new()) } else { match how { 1 => return Some(1), 2 => { fail()?; } 3 => break, 4 => continue, 5 => break 'outer, 6 => continue 'outer, _ => {} } Ok(1) } }; let _z = d("z");
            print!("end:{} ", round);
        }
        print!("turn ");
    }
    Some(0)
}

fn each(name: &str, f: fn(i32) -> Option<i32>) {
    let edges = ["end", "return", "?", "break", "continue", "break outer", "continue outer", "panic"];
    for how in 0..7 {
        print!("{}, {}: ", name, edges[how as usize]);
        match std::panic::catch_unwind(|| f(how)) { Ok(Some(n)) => println!("= {}", n), Ok(None) => println!("= None"), Err(_) => println!("= panic") }
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    each("locals", locals);
    each("nested_blocks", nested_blocks);
    each("shadowed", shadowed);
    each("underscore", underscore);
    each("declared_later", declared_later);
    each("call_arguments", call_arguments);
    each("temporaries", temporaries);
    each("receiver_temporary", receiver_temporary);
    each("tail_temporary", tail_temporary);
    each("extended_temporary", extended_temporary);
    each("partial_move", partial_move);
    each("conditional_move", conditional_move);
    each("moved_in_the_end", moved_in_the_end);
    each("half_a_struct", half_a_struct);
    each("struct_update", struct_update);
    each("half_an_array", half_an_array);
    each("half_a_tuple", half_a_tuple);
    each("half_a_variant", half_a_variant);
    each("array", array);
    each("tuple", tuple);
    each("variant", variant);
    each("option_in_option", option_in_option);
    each("boxed", boxed);
    each("boxing", boxing);
    each("out_of_a_box", out_of_a_box);
    each("reassigned", reassigned);
    each("reassigned_field", reassigned_field);
    each("revived", revived);
    each("moved_before_reassignment", moved_before_reassignment);
    each("element_assigned", element_assigned);
    each("list", list);
    each("if_condition", if_condition);
    each("else_branch", else_branch);
    each("and_or", and_or);
    each("if_let_move", if_let_move);
    each("if_let_temporary", if_let_temporary);
    each("let_else", let_else);
    each("let_else_taken", let_else_taken);
    each("while_let", while_let);
    each("while_let_temporary", while_let_temporary);
    each("while_condition", while_condition);
    each("loop_value", loop_value);
    each("for_by_value", for_by_value);
    each("for_temporary", for_temporary);
    each("match_move", match_move);
    each("match_rest_stays", match_rest_stays);
    each("match_temporary", match_temporary);
    each("match_guard", match_guard);
    each("match_guard_temporary", match_guard_temporary);
    each("match_value", match_value);
    each("closure_captures", closure_captures);
    each("closure_called_once", closure_called_once);
    each("closure_body", closure_body);
    each("function_value", function_value);
    each("dyn_value", dyn_value);
    each("in_a_call", in_a_call);
    each("text_parts", text_parts);
    each("block_with_label_of_loops", block_with_label_of_loops);
    each("deferred", deferred);
    each("deferred_in_a_branch", deferred_in_a_branch);
    each("using_block", using_block);
    each("catching", catching);
}
