//! Controls of published frameworks that a check serves.

use core::fmt;

/// A control, by framework and identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Control {
    /// Whose control it is.
    pub framework: Framework,
    /// Its identifier there.
    pub id: &'static str,
}

/// A framework whose controls are mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Framework {
    /// CIS Microsoft 365 Foundations Benchmark 7.0.0.
    CisM365,
    /// CISA Secure Cloud Business Applications, baseline for Entra ID.
    Scuba,
    /// NIST SP 800-53 revision 5.
    Nist,
    /// ISO/IEC 27001:2022, annex A.
    Iso27001,
    /// MITRE ATT&CK technique that the check makes harder.
    Mitre,
}

impl Framework {
    /// The framework's name with its version.
    pub fn title(self) -> &'static str {
        match self {
            Self::CisM365 => "CIS Microsoft 365 7.0.0",
            Self::Scuba => "CISA SCuBA",
            Self::Nist => "NIST SP 800-53",
            Self::Iso27001 => "ISO/IEC 27001:2022",
            Self::Mitre => "MITRE ATT&CK",
        }
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.framework.title(), self.id)
    }
}

/// A control of CIS Microsoft 365 Foundations 7.0.0.
pub(super) const fn cis(id: &'static str) -> Control {
    Control { framework: Framework::CisM365, id }
}

/// A policy of CISA SCuBA.
pub(super) const fn scuba(id: &'static str) -> Control {
    Control { framework: Framework::Scuba, id }
}

/// A control of NIST SP 800-53.
pub(super) const fn nist(id: &'static str) -> Control {
    Control { framework: Framework::Nist, id }
}

/// A control of ISO/IEC 27001:2022, annex A.
pub(super) const fn iso(id: &'static str) -> Control {
    Control { framework: Framework::Iso27001, id }
}

/// A technique of MITRE ATT&CK.
pub(super) const fn mitre(id: &'static str) -> Control {
    Control { framework: Framework::Mitre, id }
}
