//! A browser as small as a test needs: it keeps cookies, follows nothing, and knows the token of the last page.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use std::collections::BTreeMap;
use tower::ServiceExt;

pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Seen {
    /// The token of the forms on the page.
    pub fn csrf(&self) -> String {
        let rest = self
            .text
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }

    /// How far what the page shows has come, as its forms say it back.
    pub fn seen(&self) -> String {
        let rest = self.text.split("name=\"seen\" value=\"").nth(1);
        let rest = rest.expect("a form that says what was seen");
        rest.split('"').next().unwrap().to_owned()
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A page without the marks that only keep a day or an amount on one line.
fn unbroken(page: &str) -> String {
    let mut parts = page.split("<span class=\"nowrap\">");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        text += &part.replacen("</span>", "", 1);
    }
    text
}

impl Browser {
    pub fn new(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// A cookie as it is held.
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_default()
    }

    /// A cookie that somebody else put there.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A second window of the same session.
    pub fn take_over(&mut self, other: &Self) {
        self.cookies.clone_from(&other.cookies);
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                format!(
                    "{}={}",
                    web::answer::percent(name),
                    web::answer::percent(value)
                )
            })
            .collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// An order of a program.
    pub async fn order(&mut self, path: &str, json: &serde_json::Value) -> Seen {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Words typed into the box of the search; the page of the answer, where they lead to one.
    pub async fn search(&mut self, words: &str) -> Seen {
        let csrf = self.get("/search").await.csrf();
        let fields = [("csrf", csrf.as_str()), ("q", words)];
        let sent = self.post("/search", &fields).await;
        if sent.location().starts_with("/search?") {
            return self.get(sent.location()).await;
        }
        sent
    }

    /// The same of a program.
    pub async fn search_api(&mut self, words: &str) -> Seen {
        let asked = serde_json::json!({ "q": words });
        self.order("/api/v1/search", &asked).await
    }

    /// A form with a file, as a browser sends it.
    pub async fn post_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Seen {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!("--grenze\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        body.extend(
            format!("--grenze\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n")
                .bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n--grenze--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Seen {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, 16 * 1024 * 1024).await.unwrap();
        Seen {
            status: parts.status,
            headers: parts.headers,
            text: unbroken(&String::from_utf8_lossy(&bytes)),
        }
    }

    /// Logs in and returns the token of the session's forms.
    pub async fn log_in(&mut self, login: &str, password: &str) -> String {
        let csrf = self.get("/login").await.csrf();
        let fields = [
            ("csrf", csrf.as_str()),
            ("login", login),
            ("password", password),
            ("next", "/"),
        ];
        let seen = self.post("/login", &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
        let home = self.get("/").await;
        match home.location() {
            "" => home.csrf(),
            // Whoever was given a password is led to its change.
            first => self.get(first).await.csrf(),
        }
    }

    /// Logs in with a password that was handed over, and chooses an own one.
    pub async fn first_log_in(&mut self, login: &str, given: &str, own: &str) -> String {
        let csrf = self.log_in(login, given).await;
        let fields = [
            ("csrf", csrf.as_str()),
            ("present", given),
            ("password", own),
            ("again", own),
        ];
        let seen = self.post("/me/password", &fields).await;
        assert_eq!(seen.location(), "/login?ended=password", "{}", seen.text);
        self.log_in(login, own).await
    }
}
