fn main() {
    let n: i32 = std::env::args().nth(1).map_or(64, |s| s.parse().unwrap());
    let (mut inside, mut checksum) = (0i32, 0u32);
    for y in 0..n {
        let ci = 2.0 * y as f64 / n as f64 - 1.0;
        let mut byte = 0u32;
        for x in 0..n {
            let cr = 2.0 * x as f64 / n as f64 - 1.5;
            let (mut zr, mut zi, mut tr, mut ti) = (0.0, 0.0, 0.0, 0.0);
            let mut rounds = 0;
            while rounds < 50 && tr + ti <= 4.0 {
                zi = 2.0 * zr * zi + ci;
                zr = tr - ti + cr;
                tr = zr * zr;
                ti = zi * zi;
                rounds += 1;
            }
            byte <<= 1;
            if tr + ti <= 4.0 {
                byte |= 1;
                inside += 1;
            }
            if x % 8 == 7 {
                checksum = checksum.wrapping_mul(31).wrapping_add(byte);
                byte = 0;
            }
        }
    }
    println!("{inside} {checksum}");
}
