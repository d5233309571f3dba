//! One clerk's browser, as far as a measurement needs one: a session, pages, forms and orders over one kept connection.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// After so long a connection is made anew.
const IDLE: Duration = Duration::from_secs(2);

/// A browser with a session.
pub struct Browser {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    cookies: Vec<(String, String)>,
    csrf: String,
    used: Instant,
}

/// What came back.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Where it sends the browser; may be empty.
    pub location: String,
    /// The page.
    pub body: String,
}

impl Browser {
    /// Logs in.
    pub fn enter(address: SocketAddr, login: &str, password: &str) -> Result<Self> {
        let mut browser = Self {
            address,
            stream: connect(address)?,
            cookies: Vec::new(),
            csrf: String::new(),
            used: Instant::now(),
        };
        browser.get("/login")?;
        let answer = browser.post("/login", &[("login", login), ("password", password)])?;
        if answer.status != 303 {
            bail!("{login} cannot log in: {}", answer.status);
        }
        browser.get("/")?;
        Ok(browser)
    }

    /// A page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        let answer = self.send("GET", path, "", "")?;
        // Forms carry the token of the session.
        if let Some((_, rest)) = answer.body.split_once("name=\"csrf\" value=\"")
            && let Some((token, _)) = rest.split_once('"')
        {
            token.clone_into(&mut self.csrf);
        }
        Ok(answer)
    }

    /// A form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let csrf = self.csrf.clone();
        let all = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let body: Vec<String> = all
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.send(
            "POST",
            path,
            "application/x-www-form-urlencoded",
            &body.join("&"),
        )
    }

    /// Words typed into the box of the search, and the page they lead to.
    pub fn search(&mut self, words: &str) -> Result<Answer> {
        let sent = self.post("/search", &[("q", words)])?;
        if sent.status != 303 {
            return Ok(sent);
        }
        self.get(&sent.location)
    }

    /// An order of a program.
    pub fn order(&mut self, path: &str, json: &str) -> Result<Answer> {
        self.send("POST", path, "application/json", json)
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\n",
            self.address,
            cookies.join("; ")
        );
        if !kind.is_empty() {
            head.push_str(&format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        head.push_str("\r\n");
        head.push_str(body);
        // The server ends a connection that nobody uses.
        if self.used.elapsed() > IDLE {
            self.stream = connect(self.address)?;
        }
        self.used = Instant::now();
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.receive().with_context(|| format!("{method} {path}"))
    }

    fn receive(&mut self) -> Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status: u16 = line
            .split(' ')
            .nth(1)
            .context("no status")?
            .parse()
            .context("no status")?;
        let (mut length, mut chunked, mut location) = (0_usize, false, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = value.contains("chunked"),
                "location" => value.clone_into(&mut location),
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                line.clear();
                self.stream.read_line(&mut line)?;
                let size = usize::from_str_radix(line.trim(), 16)?;
                let mut part = vec![0; size + 2];
                self.stream.read_exact(&mut part)?;
                if size == 0 {
                    break;
                }
                part.truncate(size);
                body.extend(part);
            }
        } else {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok(Answer {
            status,
            location,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().and_then(|one| one.split_once('='));
        if let Some((name, value)) = pair {
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn connect(address: SocketAddr) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(BufReader::new(stream))
}

/// As a form or an address carries it.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
