//! Pages of the sign-in service: small, and whole in themselves.

use super::form::Form;
use super::{Content, Refusal, Reply, delegated};
use crate::directory::Directory;

/// Users that a page lists at most; any other can be named.
const MAX_LISTED: usize = 200;

/// A page to pick a user on; the client's fields go along.
pub(super) fn pick(directory: &Directory, form: &Form, title: &str) -> Reply {
    let mut inside = String::new();
    for (name, value) in form.fields().filter(|(name, _)| !["pick", "decline"].contains(name)) {
        let (name, value) = (escaped(name), escaped(value));
        inside.push_str(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"));
    }
    for (name, shown) in delegated::users(directory).iter().take(MAX_LISTED) {
        let (name, shown) = (escaped(name), escaped(shown));
        inside.push_str(&format!(
            "<p><button name=\"pick\" value=\"{name}\">{shown}</button> {name}</p>"
        ));
    }
    inside.push_str("<p><button name=\"decline\" value=\"1\">Decline</button></p>");
    let content = Content::Page(page(title, &format!("<form method=\"get\">{inside}</form>")));
    Reply { status: 200, content }
}

/// A page to enter a device code on: only the code says whose users sign in.
pub(super) fn code() -> Reply {
    let inside = "<form method=\"get\"><p><label>Code <input name=\"code\"></label></p>\
                  <p><button>Next</button></p></form>";
    Reply { status: 200, content: Content::Page(page("Enter the code", inside)) }
}

/// A page that says why there is nothing to sign in to.
pub(super) fn refused(refusal: &Refusal) -> Reply {
    let content = Content::Page(text("Sorry, but we're having trouble", &refusal.described()));
    Reply { status: refusal.status, content }
}

/// A page with one sentence.
pub(super) fn text(title: &str, sentence: &str) -> String {
    page(title, &format!("<p>{}</p>", escaped(sentence)))
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         </head><body><h1>{title}</h1>{body}</body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_says_stays_text() {
        let form = Form::read(b"client_id=1&x=%22%3E%3Cscript%3E&pick=old").unwrap();
        let reply = pick(&Directory::story(), &form, "T");
        let Content::Page(page) = reply.content else { panic!("no page") };
        assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !page.contains("<script"));
        assert!(page.contains("Amara Diallo") && !page.contains("value=\"old\""));
    }
}
