#[derive(Clone, Copy, PartialEq)]
enum Token { Open, Close, Colon, Comma, Text(usize), Number(i64), Word, End }

struct Lexer<'a> { text: &'a [u8], at: usize }

impl Lexer<'_> {
    fn next(&mut self) -> Token {
        while self.at < self.text.len() && (self.text[self.at] == b' ' || self.text[self.at] == b'\n') {
            self.at += 1;
        }
        if self.at >= self.text.len() {
            return Token::End;
        }
        let c = self.text[self.at];
        match c {
            b'{' | b'[' => { self.at += 1; Token::Open }
            b'}' | b']' => { self.at += 1; Token::Close }
            b':' => { self.at += 1; Token::Colon }
            b',' => { self.at += 1; Token::Comma }
            b'"' => {
                self.at += 1;
                let start = self.at;
                while self.text[self.at] != b'"' {
                    if self.text[self.at] == b'\\' {
                        self.at += 1;
                    }
                    self.at += 1;
                }
                self.at += 1;
                Token::Text(self.at - 1 - start)
            }
            b'0'..=b'9' | b'-' => {
                let negative = c == b'-';
                if negative {
                    self.at += 1;
                }
                let mut value = 0i64;
                while self.at < self.text.len() && self.text[self.at].is_ascii_digit() {
                    value = value * 10 + (self.text[self.at] - b'0') as i64;
                    self.at += 1;
                }
                Token::Number(if negative { -value } else { value })
            }
            _ => {
                while self.at < self.text.len() && self.text[self.at].is_ascii_lowercase() {
                    self.at += 1;
                }
                Token::Word
            }
        }
    }
}

fn main() {
    let n: i32 = std::env::args().nth(1).map_or(1000, |s| s.parse().unwrap());
    let mut text = String::from("[");
    for i in 0..n {
        if i > 0 {
            text.push_str(",\n");
        }
        text.push_str("{\"id\": ");
        text.push_str(&i.to_string());
        text.push_str(", \"name\": \"item \\\"");
        text.push_str(&(i * 31 % 977).to_string());
        text.push_str("\\\"\", \"active\": true, \"delta\": -");
        text.push_str(&(i % 97).to_string());
        text.push('}');
    }
    text.push(']');
    let (mut tokens, mut numbers, mut characters) = (0i64, 0i64, 0usize);
    let (mut depth, mut deepest) = (0, 0);
    for _ in 0..10 {
        let mut lexer = Lexer { text: text.as_bytes(), at: 0 };
        loop {
            match lexer.next() {
                Token::End => break,
                Token::Open => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                Token::Close => depth -= 1,
                Token::Number(value) => numbers += value,
                Token::Text(length) => characters += length,
                Token::Colon | Token::Comma | Token::Word => {}
            }
            tokens += 1;
        }
    }
    println!("{} {tokens} {numbers} {characters} {deepest}", text.len());
}
