//! What If: asks Microsoft's own engine which policies apply to one sign-in.
//!
//! It is the only question that Graph takes as a `POST`. It changes nothing, so that it is sent
//! again like any read, and it counts against the one request per second of Conditional Access.
//!
//! Source: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>.

use halligan_core::ca::SignIn;
use halligan_core::id::UserId;
use halligan_core::permission::EVALUATE as PERMISSION;
use halligan_wire::Entity;
use halligan_wire::evaluate::{NotAskable, Question, WhatIf};
use serde_json::Value;
use thiserror::Error;

use crate::client::Client;
use crate::problem::Problem;
use crate::request::Request;

/// Where the question goes.
pub const EVALUATE: &str = "/v1.0/identity/conditionalAccess/evaluate";

/// Why there is no answer about a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluateError {
    /// The service has no words for the sign-in.
    #[error("{0}")]
    NotAskable(NotAskable),
    /// Whoever asks lacks the permission.
    #[error("What If takes the permission `{PERMISSION}`: {0}")]
    Permission(Problem),
    /// The tenant has no Conditional Access.
    #[error("What If takes a licence: {0}")]
    Licence(Problem),
    /// The service gave no answer.
    #[error("What If gave no answer: {0}")]
    Service(Problem),
}

impl EvaluateError {
    /// Whether other questions of the same client would fail the same way.
    pub fn is_for_all(&self) -> bool {
        match self {
            Self::NotAskable(_) => false,
            Self::Permission(_) | Self::Licence(_) => true,
            Self::Service(problem) => problem.is_fatal() || problem.is_outage(),
        }
    }

    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotAskable(_) | Self::Licence(_) => None,
            Self::Permission(problem) | Self::Service(problem) => problem.hint(),
        }
    }
}

impl From<Problem> for EvaluateError {
    fn from(problem: Problem) -> Self {
        if problem.is_permission() {
            Self::Permission(problem)
        } else if problem.is_licence() {
            Self::Licence(problem)
        } else {
            Self::Service(problem)
        }
    }
}

impl Client {
    /// What Microsoft's engine says about a sign-in of `user`: one answer per policy of the tenant,
    /// those in report-only among them as if they were on. What it is not told about the sign-in
    /// is [`halligan_wire::evaluate::unsaid`].
    ///
    /// # Errors
    ///
    /// [`EvaluateError`], which names the permission where that is what lacks.
    pub async fn evaluate(
        &self,
        user: UserId,
        sign_in: &SignIn,
    ) -> Result<Vec<WhatIf>, EvaluateError> {
        let question = Question::of(user, sign_in).map_err(EvaluateError::NotAskable)?;
        let body = Value::Object(question.write()).to_string();
        let mut url = self.origin().clone();
        url.set_path(EVALUATE);
        Ok(self.list(Request::asking(url, body)).await?)
    }
}
