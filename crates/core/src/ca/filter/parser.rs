//! From words to an expression: `-not` binds before `-and`, `-and` before `-or`.
//!
//! Source: <https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#operator-precedence>.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::super::device::{Attribute, AttributeKind};
use super::error::RuleError;
use super::lexer::{Token, TokenKind, tokens};
use super::operator::Operator;
use super::{Comparison, Expression, Literal, Operand};

/// Longest rule, in characters.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>.
pub const RULE_CHARACTERS_MAX: usize = 3072;

/// How deep parentheses and `-not` may nest. No person writes so many; it bounds the stack.
pub const RULE_DEPTH_MAX: usize = 64;

const AND: &str = "-and";
const OR: &str = "-or";
const NOT: &str = "-not";

const TEXT: &str = "a text in quotes";
const FLAG: &str = "True or False";
const LIST: &str = "a list of texts in brackets";

/// Reads a rule.
pub(super) fn parse(rule: &str) -> Result<Expression, RuleError> {
    let characters = rule.chars().count();
    if characters > RULE_CHARACTERS_MAX {
        return Err(RuleError::TooLong { characters });
    }
    let tokens = tokens(rule)?;
    let mut parser = Parser { rest: &tokens, end: characters + 1, depth: 0 };
    let expression = parser.any()?;
    match parser.rest.first() {
        None => Ok(expression),
        after => Err(parser.unexpected(after, "-and, -or or the end of the rule")),
    }
}

struct Parser<'a> {
    rest: &'a [Token],
    /// The place after the last character.
    end: usize,
    /// How many parentheses and `-not` are open.
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Parts joined by `-or`.
    fn any(&mut self) -> Result<Expression, RuleError> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.take_word(OR) {
            parts.push(self.all()?);
        }
        Ok(joined(parts, Expression::Or))
    }

    /// Parts joined by `-and`.
    fn all(&mut self) -> Result<Expression, RuleError> {
        let first = self.part()?;
        let mut parts = vec![first];
        while self.take_word(AND) {
            parts.push(self.part()?);
        }
        Ok(joined(parts, Expression::And))
    }

    /// A comparison, or `-not` or parentheses around a part.
    fn part(&mut self) -> Result<Expression, RuleError> {
        let first = self.rest.first();
        if self.take_word(NOT) {
            return self
                .nested(first, |parser| parser.part().map(|part| Expression::Not(Box::new(part))));
        }
        if self.take(&TokenKind::Open) {
            return self.nested(first, |parser| {
                let inside = parser.any()?;
                parser.close(&TokenKind::Close, "-and, -or or `)`")?;
                Ok(inside)
            });
        }
        self.comparison().map(Expression::Comparison)
    }

    fn nested(
        &mut self,
        opened: Option<&Token>,
        read: impl FnOnce(&mut Self) -> Result<Expression, RuleError>,
    ) -> Result<Expression, RuleError> {
        if self.depth == RULE_DEPTH_MAX {
            return Err(RuleError::TooDeep { at: self.place(opened) });
        }
        self.depth += 1;
        let expression = read(self)?;
        self.depth -= 1;
        Ok(expression)
    }

    fn comparison(&mut self) -> Result<Comparison, RuleError> {
        let attribute = self.attribute()?;
        let operator = self.operator(attribute)?;
        let operand = self.operand(attribute, operator)?;
        Ok(Comparison { attribute, operator, operand })
    }

    fn attribute(&mut self) -> Result<Attribute, RuleError> {
        let token = self.next();
        let Some(Token { at, kind: TokenKind::Word(word) }) = token else {
            return Err(self.unexpected(token, "an attribute such as `device.trustType`"));
        };
        let name = match word.split_once('.') {
            Some((object, name)) if object.eq_ignore_ascii_case("device") => name,
            _ => return Err(RuleError::UnknownAttribute { at: *at, found: word.clone() }),
        };
        Attribute::from_graph(name)
            .ok_or_else(|| RuleError::UnknownAttribute { at: *at, found: word.clone() })
    }

    fn operator(&mut self, attribute: Attribute) -> Result<Operator, RuleError> {
        let token = self.next();
        let Some(Token { at, kind: TokenKind::Dashed(word) }) = token else {
            return Err(self.unexpected(token, "an operator such as `-eq`"));
        };
        let operator = Operator::from_graph(word)
            .ok_or_else(|| RuleError::UnknownOperator { at: *at, found: word.clone() })?;
        if operator.applies_to(attribute) {
            Ok(operator)
        } else {
            Err(RuleError::Unsupported { at: *at, attribute, operator })
        }
    }

    /// The value: its kind follows from attribute and operator.
    fn operand(&mut self, attribute: Attribute, operator: Operator) -> Result<Operand, RuleError> {
        let token = self.next();
        let kind = token.map(|token| &token.kind);
        if let Some(TokenKind::Word(word)) = kind
            && (word.eq_ignore_ascii_case("null") || word.eq_ignore_ascii_case("$null"))
        {
            return Err(RuleError::Null { at: self.place(token), attribute });
        }
        let wrong = |expected| RuleError::WrongValue {
            at: self.place(token),
            attribute,
            found: described(token),
            expected,
        };
        if attribute.kind() == AttributeKind::Flag {
            return match kind {
                Some(TokenKind::Word(word) | TokenKind::Text(word)) => {
                    flag(word).map(Operand::Flag).ok_or_else(|| wrong(FLAG))
                }
                _ => Err(wrong(FLAG)),
            };
        }
        match (operator, kind) {
            (Operator::In | Operator::NotIn, Some(TokenKind::OpenList)) => self.list(),
            (Operator::In | Operator::NotIn, _) => Err(wrong(LIST)),
            (_, Some(TokenKind::Text(text))) => Ok(Operand::Text(Literal::new(text.clone()))),
            _ => Err(wrong(TEXT)),
        }
    }

    /// What is left of a list whose bracket was read.
    fn list(&mut self) -> Result<Operand, RuleError> {
        let mut literals = Vec::new();
        loop {
            let token = self.next();
            let Some(Token { kind: TokenKind::Text(text), .. }) = token else {
                return Err(self.unexpected(token, TEXT));
            };
            literals.push(Literal::new(text.clone()));
            if !self.take(&TokenKind::Comma) {
                self.close(&TokenKind::CloseList, "`,` or `]`")?;
                return Ok(Operand::List(literals));
            }
        }
    }

    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Takes the next word where it is this one.
    fn take(&mut self, wanted: &TokenKind) -> bool {
        let is_there = self.rest.first().is_some_and(|token| token.kind == *wanted);
        if is_there {
            self.next();
        }
        is_there
    }

    /// Takes `-and`, `-or` or `-not`, in any letter case.
    fn take_word(&mut self, wanted: &str) -> bool {
        let is_there = matches!(
            self.rest.first(),
            Some(Token { kind: TokenKind::Dashed(word), .. }) if word.eq_ignore_ascii_case(wanted)
        );
        if is_there {
            self.next();
        }
        is_there
    }

    fn close(&mut self, wanted: &TokenKind, expected: &'static str) -> Result<(), RuleError> {
        if self.take(wanted) { Ok(()) } else { Err(self.unexpected(self.rest.first(), expected)) }
    }

    fn unexpected(&self, token: Option<&Token>, expected: &'static str) -> RuleError {
        RuleError::Unexpected { at: self.place(token), found: described(token), expected }
    }

    fn place(&self, token: Option<&Token>) -> usize {
        token.map_or(self.end, |token| token.at)
    }
}

fn described(token: Option<&Token>) -> String {
    token.map_or_else(|| "the end of the rule".into(), |token| token.kind.to_string())
}

/// The only part, or all of them joined.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn flag(word: &str) -> Option<bool> {
    if word.eq_ignore_ascii_case("true") {
        Some(true)
    } else if word.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
