//! dotenvy: a line of base64 in is a file, a line of JSON out what its iterator makes of it.
//! The process environment is the reader's own, argv[1] as NAME=value lines.
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

fn base64(line: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for byte in line.bytes() {
        let Some(digit) = digits.iter().position(|known| *known == byte) else { break };
        bits = bits << 6 | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if (letter as u32) < 0x20 => out += &format!("\\u{:04x}", letter as u32),
            letter => out.push(letter),
        }
    }
    out + "\""
}

fn outcome(file: &[u8]) -> Option<String> {
    let mut variables = BTreeMap::new();
    for pair in dotenvy::from_read_iter(file) {
        let (name, value) = pair.ok()?;
        variables.insert(name, value);
    }
    let pairs: Vec<String> = variables.iter().map(|(name, value)| json(name) + ":" + &json(value)).collect();
    Some(format!("{{{}}}", pairs.join(",")))
}

fn main() {
    for (name, _) in std::env::vars_os() {
        std::env::remove_var(name);
    }
    for line in std::env::args().nth(1).unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once('=') {
            std::env::set_var(name, value);
        }
    }
    for line in io::stdin().lock().lines() {
        println!("{}", outcome(&base64(&line.unwrap())).unwrap_or("null".into()));
        io::stdout().flush().unwrap();
    }
}
