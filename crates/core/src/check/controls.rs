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
    /// CIS Critical Security Controls 8.1.
    CisControls,
    /// ITSG-33 of the Canadian Centre for Cyber Security, as the cloud guardrails ask for it.
    Itsg33,
    /// Controls of the Australian Information Security Manual and the Essential Eight.
    Ism,
    /// The HIPAA security rule, 45 CFR.
    Hipaa,
    /// Microsoft cloud security benchmark, version 2.
    Mcsb,
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
            Self::CisControls => "CIS Controls 8.1",
            Self::Itsg33 => "ITSG-33",
            Self::Ism => "Australian ISM",
            Self::Hipaa => "HIPAA 45 CFR",
            Self::Mcsb => "MCSB v2",
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

/// A safeguard of the CIS Critical Security Controls.
pub(super) const fn cis_controls(id: &'static str) -> Control {
    Control { framework: Framework::CisControls, id }
}

/// A control of ITSG-33.
pub(super) const fn itsg(id: &'static str) -> Control {
    Control { framework: Framework::Itsg33, id }
}

/// A control of the Australian Information Security Manual, or of the Essential Eight.
pub(super) const fn ism(id: &'static str) -> Control {
    Control { framework: Framework::Ism, id }
}

/// A section of the HIPAA security rule.
pub(super) const fn hipaa(id: &'static str) -> Control {
    Control { framework: Framework::Hipaa, id }
}

/// A control of the Microsoft cloud security benchmark.
pub(super) const fn mcsb(id: &'static str) -> Control {
    Control { framework: Framework::Mcsb, id }
}

/// A technique of MITRE ATT&CK.
pub(super) const fn mitre(id: &'static str) -> Control {
    Control { framework: Framework::Mitre, id }
}
