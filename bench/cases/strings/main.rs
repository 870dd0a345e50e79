fn main() {
    let n: i32 = std::env::args().nth(1).map_or(1000, |s| s.parse().unwrap());
    let mut text = String::new();
    for i in 0..n {
        text.push_str("line ");
        text.push_str(&i.to_string());
        text.push_str(": the quick brown fox ");
        text.push_str(&(i * 7 % 1000).to_string());
        text.push('\n');
    }
    let (mut words, mut digits, mut hash) = (0, 0, 2166136261u32);
    for line in text.lines() {
        for word in line.split(' ') {
            words += 1;
            for byte in word.bytes() {
                hash = (hash ^ byte as u32).wrapping_mul(16777619);
                if byte.is_ascii_digit() {
                    digits += 1;
                }
            }
        }
    }
    println!("{} {words} {digits} {hash}", text.len());
}
