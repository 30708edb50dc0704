//! A witness as Microsoft's own engine is asked about it: the body of
//! `POST /identity/conditionalAccess/evaluate`.

use halligan_core::ca::SignIn;
use halligan_core::id::UserId;
use halligan_wire::Entity as _;
use halligan_wire::evaluate::Question;
use serde_json::Value;

/// The body that asks about a sign-in of a user; `null` where the engine has no words for what the
/// sign-in is for. What it cannot be told (the position of the Authenticator app, the compliant
/// network) is left out.
pub fn request(user: UserId, sign_in: &SignIn) -> Value {
    let question = Question::of(user, sign_in);
    question.map_or(Value::Null, |question| Value::Object(question.write()))
}
