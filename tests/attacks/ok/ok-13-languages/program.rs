use std::collections::HashMap;

fn main() {
    let threads: Vec<_> = (1..10u64).map(|n| std::thread::spawn(move || n * n)).collect();
    let map: HashMap<usize, u64> = threads.into_iter().enumerate().map(|(i, t)| (i, t.join().unwrap())).collect();
    println!("done {}", map.values().sum::<u64>());
}
