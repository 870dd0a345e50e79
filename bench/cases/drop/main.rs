// The peer of main.cj: Rust's Drop.
#[repr(C)]
struct Timespec { sec: i64, nsec: i64 }
extern "C" { fn clock_gettime(id: i32, out: *mut Timespec) -> i32; }

#[inline]
fn clock() -> i64 {
    let mut t = Timespec { sec: 0, nsec: 0 };
    unsafe { clock_gettime(1, &mut t) };
    t.sec * 1_000_000_000 + t.nsec
}

struct Resource<'a> { log: &'a mut Vec<i64>, left: i64, block: Box<[u64; 8]> }
impl Drop for Resource<'_> {
    fn drop(&mut self) {
        let now = clock();
        self.log.push(now - self.left + self.block[3] as i64);
    }
}

#[inline(never)]
fn scope(log: &mut Vec<i64>) {
    let mut r = Resource { log, left: 0, block: Box::new([0; 8]) };
    r.left = clock();
}

fn main() {
    let n = 200_000;
    let mut log = Vec::with_capacity(n);
    let mut base = Vec::with_capacity(n);
    for _ in 0..n {
        scope(&mut log);
        let a = clock();
        base.push(clock() - a);
    }
    log.sort_unstable();
    base.sort_unstable();
    println!("{} {} {} {} {} {}", log[n / 2], log[n * 99 / 100], log[n * 999 / 1000], log[n - 1], base[n / 2], log.len());
}
