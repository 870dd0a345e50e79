use std::collections::HashMap;

fn main() {
    let n: usize = std::env::args().nth(1).map_or(10000, |s| s.parse().unwrap());
    let mut seed = 42u32;
    let dna: Vec<u8> = (0..n)
        .map(|_| {
            seed = (seed * 3877 + 29573) % 139968;
            let pick = seed * 100 / 139968;
            if pick < 30 { 0 } else if pick < 50 { 1 } else if pick < 70 { 2 } else { 3 }
        })
        .collect();
    for length in [1usize, 2, 4, 6, 12, 18] {
        let mut counts: HashMap<u64, i32> = HashMap::new();
        let mask = (1u64 << (2 * length)) - 1;
        let mut key = 0u64;
        for (i, base) in dna.iter().enumerate() {
            key = ((key << 2) | *base as u64) & mask;
            if i + 1 >= length {
                *counts.entry(key).or_insert(0) += 1;
            }
        }
        let most = counts.values().copied().max().unwrap_or(0);
        let sum = counts.iter().fold(0u64, |s, (k, t)| s.wrapping_add(k.wrapping_mul(*t as u64)));
        println!("{length}\t{}\t{most}\t{sum}", counts.len());
    }
}
