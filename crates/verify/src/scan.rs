//! Reading canonical JSON: no spaces, names sorted by their bytes, whole numbers of 64 bits, text escaped as
//! little as JSON allows. Nothing is copied; what is not canonical is a fault with its offset.

/// Lists and maps inside each other, at most.
pub(crate) const MAX_DEPTH: u32 = 32;

/// The bytes that do not stand for themselves in a text.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

/// What is wrong with a line, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub at: usize,
    pub what: &'static str,
}

pub(crate) type Scanned<T> = Result<T, Fault>;

/// A place in a line.
pub(crate) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Scanned<Self> {
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(Scan { bytes, at: 0 }),
            Err(error) => Err(Fault { at: error.valid_up_to(), what: "not UTF-8" }),
        }
    }

    pub(crate) fn fault<T>(&self, what: &'static str) -> Scanned<T> {
        Err(Fault { at: self.at, what })
    }

    fn peek(&self) -> u8 {
        // The byte 0 stands nowhere in canonical JSON, so it can say "the end" too.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == byte;
        self.at += usize::from(here);
        here
    }

    pub(crate) fn finish(&self) -> Scanned<()> {
        if self.at == self.bytes.len() { Ok(()) } else { self.fault("something behind the end") }
    }

    /// What stands between two places, as it is written.
    pub(crate) fn raw(&mut self, read: impl FnOnce(&mut Self) -> Scanned<()>) -> Scanned<&'a [u8]> {
        let from = self.at;
        read(self)?;
        Ok(&self.bytes[from..self.at])
    }

    /// A text, as it is written between its quotes.
    pub(crate) fn text(&mut self) -> Scanned<&'a [u8]> {
        if !self.take(b'"') {
            return self.fault("a text was expected");
        }
        let from = self.at;
        loop {
            let rest = &self.bytes[self.at..];
            let Some(plain) = rest.iter().position(|byte| SPECIAL[usize::from(*byte)]) else {
                return self.fault("a text that does not end");
            };
            self.at += plain;
            match rest[plain..] {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(&self.bytes[from..self.at - 1]);
                }
                [b'\\', b'"' | b'\\', ..] => self.at += 2,
                [b'\\', b'u', b'0', b'0', b'0' | b'1', b'0'..=b'9' | b'a'..=b'f', ..] => self.at += 6,
                [b'\\', ..] => return self.fault("an escape that is not needed"),
                _ => return self.fault("a control character in a text"),
            }
        }
    }

    /// A whole number.
    pub(crate) fn int(&mut self) -> Scanned<i64> {
        let from = self.at;
        let negative = self.take(b'-');
        let first = self.peek();
        let mut value: i64 = 0;
        while let digit @ b'0'..=b'9' = self.peek() {
            let digit = i64::from(digit - b'0');
            let next = value
                .checked_mul(10)
                .and_then(|tens| if negative { tens.checked_sub(digit) } else { tens.checked_add(digit) });
            let Some(next) = next else { return self.fault("a number beyond 64 bits") };
            value = next;
            self.at += 1;
        }
        let digits = self.at - from - usize::from(negative);
        if digits == 0 || (first == b'0' && (digits > 1 || negative)) {
            return self.fault("a whole number was expected");
        }
        Ok(value)
    }

    /// A whole number that is not negative and at most `limit`.
    pub(crate) fn count(&mut self, limit: u64) -> Scanned<u64> {
        let from = self.at;
        match u64::try_from(self.int()?) {
            Ok(value) if value <= limit => Ok(value),
            _ => Err(Fault { at: from, what: "a number out of its range" }),
        }
    }

    /// A list; returns how many items it has.
    pub(crate) fn list(&mut self, mut item: impl FnMut(&mut Self) -> Scanned<()>) -> Scanned<u64> {
        if !self.take(b'[') {
            return self.fault("a list was expected");
        }
        if self.take(b']') {
            return Ok(0);
        }
        let mut items = 0;
        loop {
            item(self)?;
            items += 1;
            if self.take(b']') {
                return Ok(items);
            }
            if !self.take(b',') {
                return self.fault("a comma was expected");
            }
        }
    }

    /// A map with its names in rising order; returns how many members it has. `member` gets each name as it is
    /// written and reads the value.
    pub(crate) fn map(&mut self, member: impl FnMut(&mut Self, &'a [u8]) -> Scanned<()>) -> Scanned<u64> {
        self.members(true, member)
    }

    /// A map with its names in any order, for a line that no hash is over.
    pub(crate) fn loose_map(
        &mut self,
        member: impl FnMut(&mut Self, &'a [u8]) -> Scanned<()>,
    ) -> Scanned<u64> {
        self.members(false, member)
    }

    fn members(
        &mut self,
        sorted: bool,
        mut member: impl FnMut(&mut Self, &'a [u8]) -> Scanned<()>,
    ) -> Scanned<u64> {
        if !self.take(b'{') {
            return self.fault("a map was expected");
        }
        if self.take(b'}') {
            return Ok(0);
        }
        let mut members = 0;
        let mut before: &[u8] = b"";
        loop {
            let from = self.at;
            let name = self.text()?;
            if sorted && members > 0 && !rises(before, name) {
                return Err(Fault { at: from, what: "a name out of order" });
            }
            if !self.take(b':') {
                return self.fault("a colon was expected");
            }
            member(self, name)?;
            before = name;
            members += 1;
            if self.take(b'}') {
                return Ok(members);
            }
            if !self.take(b',') {
                return self.fault("a comma was expected");
            }
        }
    }

    /// Any value.
    pub(crate) fn value(&mut self, depth: u32) -> Scanned<()> {
        match self.peek() {
            b'"' => self.text().map(drop),
            b'-' | b'0'..=b'9' => self.int().map(drop),
            b'[' | b'{' if depth == 0 => self.fault("too many lists and maps inside each other"),
            b'[' => self.list(|scan| scan.value(depth - 1)).map(drop),
            b'{' => self.map(|scan, _| scan.value(depth - 1)).map(drop),
            _ => match ["null", "true", "false"]
                .iter()
                .find(|word| self.bytes[self.at..].starts_with(word.as_bytes()))
            {
                Some(word) => {
                    self.at += word.len();
                    Ok(())
                }
                None => self.fault("a value was expected"),
            },
        }
    }
}

/// Whether the second name sorts after the first by the bytes of what they mean, not of how they are escaped.
fn rises(first: &[u8], second: &[u8]) -> bool {
    if first.contains(&b'\\') || second.contains(&b'\\') {
        meaning(first) < meaning(second)
    } else {
        first < second
    }
}

/// The bytes that a text stands for, given as written.
pub(crate) fn meaning(written: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'\\', b'u', _, _, high, low, rest @ ..] => {
                let digit = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or(0) as u8;
                bytes.push(digit(high) * 16 + digit(low));
                rest
            }
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        };
    }
}
