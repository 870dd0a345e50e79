struct Tree {
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

fn build(depth: i32) -> Box<Tree> {
    if depth == 0 {
        Box::new(Tree { left: None, right: None })
    } else {
        Box::new(Tree { left: Some(build(depth - 1)), right: Some(build(depth - 1)) })
    }
}

fn check(tree: &Tree) -> i32 {
    match (&tree.left, &tree.right) {
        (Some(left), Some(right)) => 1 + check(left) + check(right),
        _ => 1,
    }
}

fn main() {
    let n: i32 = std::env::args().nth(1).map_or(8, |s| s.parse().unwrap());
    let min = 4;
    let max = n.max(min + 2);
    {
        let stretch = build(max + 1);
        println!("stretch tree of depth {}\t check: {}", max + 1, check(&stretch));
    }
    let long_lived = build(max);
    for depth in (min..=max).step_by(2) {
        let iterations = 1 << (max - depth + min);
        let sum: i32 = (0..iterations).map(|_| check(&build(depth))).sum();
        println!("{iterations}\t trees of depth {depth}\t check: {sum}");
    }
    println!("long lived tree of depth {max}\t check: {}", check(&long_lived));
}
