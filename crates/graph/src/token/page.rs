//! What the browser shows when it comes back: one small page, complete in itself.

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The sign-in came back.
    Done,
    /// The service came back with a refusal.
    Refused,
    /// The request is not the answer to this sign-in.
    Stranger,
    /// There is nothing here.
    Nothing,
}

impl Page {
    /// The whole answer. Nothing is loaded, nothing is sent on: neither the page nor a referrer
    /// carries the address, which holds the code, to anybody.
    pub(super) fn answer(&self) -> String {
        let (status, title, text) = match self {
            Self::Done => {
                ("200 OK", "You are signed in", "Close this page and go back to the terminal.")
            }
            Self::Refused => (
                "200 OK",
                "The sign-in was refused",
                "The terminal says why. You can close this page.",
            ),
            Self::Stranger => (
                "400 Bad Request",
                "This answers another sign-in",
                "Close this page and use the address that the terminal shows.",
            ),
            Self::Nothing => ("404 Not Found", "Nothing here", "Halligan waits for a sign-in."),
        };
        let body = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>{title} - Halligan</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;\
             max-width:32rem;margin:20vh auto;padding:0 1rem;color:#222;background:#fff}}\
             @media(prefers-color-scheme:dark){{body{{color:#ddd;background:#1b1b1b}}}}</style>\
             </head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
        );
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\n\
             content-length: {}\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: default-src 'none'; style-src 'unsafe-inline'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
             x-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_complete_and_leaks_nothing() {
        for page in [Page::Done, Page::Refused, Page::Stranger, Page::Nothing] {
            let answer = page.answer();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
            assert!(head.contains("referrer-policy: no-referrer"));
            assert!(head.contains("default-src 'none'"));
            for outside in ["http://", "https://", "src=", "href=", "<script", "url("] {
                assert!(!body.contains(outside), "{outside}: {body}");
            }
            assert!(body.len() < 1_000);
        }
    }
}
