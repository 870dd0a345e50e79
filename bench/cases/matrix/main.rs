fn multiply_ints(a: &[i64], b: &[i64], c: &mut [i64], n: usize) {
    for i in 0..n {
        for k in 0..n {
            let x = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += x * b[k * n + j];
            }
        }
    }
}

fn multiply_floats(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        for k in 0..n {
            let x = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += x * b[k * n + j];
            }
        }
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).map_or(40, |s| s.parse().unwrap());
    let a: Vec<i64> = (0..n * n).map(|i| (i * 7 % 101) as i64).collect();
    let b: Vec<i64> = (0..n * n).map(|i| (i * 13 % 97) as i64).collect();
    let fa: Vec<f64> = a.iter().map(|x| *x as f64).collect();
    let fb: Vec<f64> = b.iter().map(|x| *x as f64).collect();
    let mut c = vec![0i64; n * n];
    let mut fc = vec![0f64; n * n];
    multiply_ints(&a, &b, &mut c, n);
    multiply_floats(&fa, &fb, &mut fc, n);
    let trace: i64 = (0..n).map(|i| c[i * n + i]).sum();
    let float_trace: f64 = (0..n).map(|i| fc[i * n + i]).sum();
    println!("{trace} {float_trace:.1}");
}
