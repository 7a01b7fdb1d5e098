// SPDX-License-Identifier: MIT
use std::thread;

fn vowels(text: &str) -> usize {
    text.chars().filter(|c| "aeiou".contains(*c)).count()
}

fn main() {
    let counts: Vec<_> = ["one", "two", "three"]
        .map(|word| thread::spawn(move || vowels(word)))
        .into_iter()
        .map(|t| t.join().unwrap())
        .collect();
    println!("{:?} on {}", counts, std::env::consts::ARCH);
}

#[test]
fn counts_vowels() {
    assert_eq!(vowels("aarch sixty-four"), 5);
}
