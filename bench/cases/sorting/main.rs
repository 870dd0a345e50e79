fn numbers(n: usize) -> Vec<i64> {
    let mut state = 88172645463325252u64;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 1) as i64
        })
        .collect()
}

fn checksum(xs: &[i64]) -> u64 {
    xs.iter().fold(0u64, |s, x| s.wrapping_mul(31).wrapping_add(*x as u64))
}

fn main() {
    let n: usize = std::env::args().nth(1).map_or(10000, |s| s.parse().unwrap());
    let mut a = numbers(n);
    a.sort();
    let mut b = numbers(n);
    b.sort_unstable();
    let ordered = a.is_sorted() && b.is_sorted();
    println!("{ordered} {} {}", checksum(&a), checksum(&b));
}
