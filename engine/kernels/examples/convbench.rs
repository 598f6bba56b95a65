use kernels::{
    conv::Conv,
    window::{Window, Windows},
};
use std::time::Instant;
fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    pool.install(|| for (c, f, s, stride, k, pad) in [(1,32,28,1,3,0),(32,64,26,1,3,0),(3,16,32,1,3,1),(16,16,32,1,3,1),(16,32,32,2,3,1),(32,32,16,1,3,1),(16,32,32,2,1,0),(32,64,16,2,3,1),(64,64,8,1,3,1),(32,64,16,2,1,0)] {
        let w = Window { size: k, stride, dilation: 1, before: pad, after: pad };
        let conv = Conv { windows: Windows::new(64, [s, s], [w, w]).unwrap(), channels: c, filters: f, groups: 1 };
        let o = conv.windows.output[0];
        let x: Vec<f32> = (0..64*s*s*c).map(|i| (i % 97) as f32 * 0.01).collect();
        let wt: Vec<f32> = (0..f*c*k*k).map(|i| (i % 89) as f32 * 0.01).collect();
        let mut y = vec![0.0; 64*o*o*f]; let mut dx = x.clone(); let mut dw = wt.clone();
        let gf = (64*o*o*f*c*k*k*2) as f64 / 1e9;
        let mut time = |g: &mut dyn FnMut()| { g(); let mut best = f64::MAX; for _ in 0..15 { let t = Instant::now(); g(); best = best.min(t.elapsed().as_secs_f64()); } best };
        let a = time(&mut || conv.forward(&x, &wt, None, &mut y));
        let b = time(&mut || conv.backward_input(&y, &wt, &mut dx));
        let d = time(&mut || conv.backward_weight(&y, &x, &mut dw));
        println!("{c}->{f} @{s} s{stride} k{k}: fwd {:.2} ms {:.0} GF/s | dx {:.2} ms {:.0} | dw {:.2} ms {:.0}", a*1e3, gf/a, b*1e3, gf/b, d*1e3, gf/d);
    });
}
