//! Reading a file line by line in bounded memory.

use std::io::{self, BufRead, Read};

/// The lines of a file, the longest of them cut at a limit.
pub(crate) struct Lines<R> {
    reader: R,
    limit: usize,
    buffer: Vec<u8>,
}

/// One line without its line feed.
pub(crate) struct Text<'a> {
    pub bytes: &'a [u8],
    /// Whether there was a line feed behind it.
    pub ended: bool,
    /// Whether it was longer than the limit; its bytes are then only its beginning.
    pub cut: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Lines { reader, limit, buffer: Vec::new() }
    }

    pub(crate) fn next(&mut self) -> io::Result<Option<Text<'_>>> {
        self.buffer.clear();
        let limit = self.limit as u64 + 1;
        if self.reader.by_ref().take(limit).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        let ended = self.buffer.pop_if(|last| *last == b'\n').is_some();
        let cut = self.buffer.len() > self.limit;
        if cut {
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some(Text { bytes: &self.buffer, ended: ended || cut, cut }))
    }
}
