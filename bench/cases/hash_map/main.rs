use std::collections::HashMap;

fn next(mut x: u64) -> u64 {
    x ^= x << 13;
    x ^= x >> 7;
    x ^ (x << 17)
}

fn main() {
    let n: i32 = std::env::args().nth(1).map_or(10000, |s| s.parse().unwrap());
    let mut map: HashMap<u64, u64> = HashMap::new();
    let start = 88172645463325252u64;
    let mut state = start;
    for i in 0..n {
        state = next(state);
        map.insert(state >> 20, i as u64);
    }
    state = start;
    let (mut found, mut sum) = (0u64, 0u64);
    for _ in 0..n {
        state = next(state);
        if let Some(value) = map.get(&(state >> 20)) {
            found += 1;
            sum = sum.wrapping_add(*value);
        }
        if map.contains_key(&(state >> 21)) {
            found += 1;
        }
    }
    state = start;
    for i in 0..n {
        state = next(state);
        if i % 3 == 0 {
            map.remove(&(state >> 20));
        }
    }
    println!("{found} {sum} {}", map.len());
}
