fn element(i: usize, j: usize) -> f64 {
    1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) as f64
}

fn multiply(v: &[f64], out: &mut [f64]) {
    for i in 0..v.len() {
        out[i] = v.iter().enumerate().map(|(j, x)| element(i, j) * x).sum();
    }
}

fn multiply_transposed(v: &[f64], out: &mut [f64]) {
    for i in 0..v.len() {
        out[i] = v.iter().enumerate().map(|(j, x)| element(j, i) * x).sum();
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).map_or(100, |s| s.parse().unwrap());
    let (mut u, mut v, mut t) = (vec![1.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..10 {
        multiply(&u, &mut t);
        multiply_transposed(&t, &mut v);
        multiply(&v, &mut t);
        multiply_transposed(&t, &mut u);
    }
    let (mut vbv, mut vv) = (0.0, 0.0);
    for i in 0..n {
        vbv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    println!("{:.9}", (vbv / vv as f64).sqrt());
}
