//! Where sign-in and Microsoft Graph are reached.

use std::net::IpAddr;

use reqwest::Url;
use thiserror::Error;

/// The services of one cloud: each an origin, such as `https://graph.microsoft.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    login: String,
    graph: String,
    arm: Option<Service>,
    activity: Option<Service>,
}

/// A service beside Graph, and the resource that its tokens are for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Service {
    origin: String,
    audience: String,
}

/// Azure Resource Manager of the global cloud: its address, and what its tokens are for.
pub const AZURE_RESOURCE_MANAGER: &str = "https://management.azure.com";

/// The Office 365 Management Activity API of the global cloud.
pub const OFFICE_MANAGEMENT: &str = "https://manage.office.com";

/// The same for GCC, whose tenants have everything else in the global cloud.
pub const OFFICE_MANAGEMENT_GCC: &str = "https://manage-gcc.office.com";

/// A cloud that Microsoft runs, with tenants, sign-in and Microsoft Graph of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// What a register calls it, such as `usGov`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The origin of the token service.
    pub login: &'static str,
    /// The origin of Microsoft Graph; tokens are asked for with it as their resource.
    pub graph: &'static str,
    /// The origin of Azure Resource Manager, and the resource of its tokens.
    pub arm: &'static str,
    /// The origin of the Office 365 Management Activity API, and the resource of its tokens.
    pub activity: &'static str,
}

/// Every cloud that is known by name, the global one first. Government Community Cloud (GCC)
/// tenants are in the global one.
///
/// Source: <https://learn.microsoft.com/graph/deployments>; names as in Graph PowerShell's
/// `Connect-MgGraph -Environment`. Azure Resource Manager:
/// <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure> and
/// <https://learn.microsoft.com/azure/china/resources-developer-guide>. Office 365 Management
/// Activity API:
/// <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference>,
/// which leaves China out; its address is the one that public clients of 21Vianet's tenants have.
pub const CLOUDS: [Cloud; 4] = [
    Cloud {
        name: "global",
        title: "the global cloud, and GCC",
        login: "https://login.microsoftonline.com",
        graph: "https://graph.microsoft.com",
        arm: AZURE_RESOURCE_MANAGER,
        activity: OFFICE_MANAGEMENT,
    },
    Cloud {
        name: "usGov",
        title: "US Government L4 (GCC High)",
        login: "https://login.microsoftonline.us",
        graph: "https://graph.microsoft.us",
        arm: "https://management.usgovcloudapi.net",
        activity: "https://manage.office365.us",
    },
    Cloud {
        name: "usGovDod",
        title: "US Government L5 (DoD)",
        login: "https://login.microsoftonline.us",
        graph: "https://dod-graph.microsoft.us",
        arm: "https://management.usgovcloudapi.net",
        activity: "https://manage.protection.apps.mil",
    },
    Cloud {
        name: "china",
        title: "China, operated by 21Vianet",
        login: "https://login.chinacloudapi.cn",
        graph: "https://microsoftgraph.chinacloudapi.cn",
        arm: "https://management.chinacloudapi.cn",
        activity: "https://manage.office365.cn",
    },
];

/// Why an address is refused as an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// It cannot be read as an address.
    #[error("`{0}` is not an address such as `https://graph.microsoft.com`")]
    NotAnAddress(String),
    /// It would send a credential in the clear over a network.
    #[error("`{0}` is not https; plain http is for loopback addresses only")]
    NotHttps(String),
    /// It says more than scheme, host and port.
    #[error("`{0}` must end after the host and port")]
    NotAnOrigin(String),
}

impl Endpoints {
    /// The global cloud, which GCC shares.
    pub fn global() -> Self {
        let [global, ..] = &CLOUDS;
        Self::of(global)
    }

    /// One of the [`CLOUDS`].
    pub fn of(cloud: &Cloud) -> Self {
        let own = |at: &str| Some(Service { origin: at.into(), audience: at.into() });
        let (arm, activity) = (own(cloud.arm), own(cloud.activity));
        Self { login: cloud.login.into(), graph: cloud.graph.into(), arm, activity }
    }

    /// The cloud with this name, in any letter case.
    pub fn named(name: &str) -> Option<Self> {
        CLOUDS.iter().find(|cloud| cloud.name.eq_ignore_ascii_case(name)).map(Self::of)
    }

    /// Another cloud, or a twin.
    ///
    /// Both addresses are origins. Plain http is accepted for loopback addresses (127.0.0.0/8,
    /// `[::1]`, `localhost`), where nobody listens in.
    pub fn custom(login: &str, graph: &str) -> Result<Self, EndpointError> {
        Ok(Self { login: origin(login)?, graph: origin(graph)?, arm: None, activity: None })
    }

    /// The same with Azure Resource Manager at this origin, for tokens of this audience: only there
    /// diagnostic settings can be read. In Microsoft's clouds the two are the same.
    pub fn with_arm(self, arm: &str, audience: &str) -> Result<Self, EndpointError> {
        let arm = Service { origin: origin(arm)?, audience: origin(audience)? };
        Ok(Self { arm: Some(arm), ..self })
    }

    /// The same with the Office 365 Management Activity API at this origin.
    ///
    /// Tokens for an address of Microsoft's are for that address; for another one they are for
    /// [`OFFICE_MANAGEMENT`].
    pub fn with_activity(self, activity: &str) -> Result<Self, EndpointError> {
        let origin = origin(activity)?;
        let of_clouds = CLOUDS.iter().map(|cloud| cloud.activity);
        let known = of_clouds.chain([OFFICE_MANAGEMENT_GCC]).find(|known| *known == origin);
        let audience = known.unwrap_or(OFFICE_MANAGEMENT).into();
        Ok(Self { activity: Some(Service { origin, audience }), ..self })
    }

    /// The origin of the token service, without a slash at its end.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The origin of Microsoft Graph, without a slash at its end.
    pub fn graph(&self) -> &str {
        &self.graph
    }

    /// The origin of Azure Resource Manager, without a slash at its end; `None` where it is not
    /// known, and then diagnostic settings stay unread.
    pub fn arm(&self) -> Option<&str> {
        self.arm.as_ref().map(|arm| arm.origin.as_str())
    }

    /// What tokens for Azure Resource Manager are for.
    pub(crate) fn arm_audience(&self) -> Option<&str> {
        self.arm.as_ref().map(|arm| arm.audience.as_str())
    }

    /// The origin of the Office 365 Management Activity API, without a slash at its end; `None`
    /// where it is not known.
    pub fn activity(&self) -> Option<&str> {
        self.activity.as_ref().map(|activity| activity.origin.as_str())
    }

    /// What tokens for the Office 365 Management Activity API are for.
    pub(crate) fn activity_audience(&self) -> Option<&str> {
        self.activity.as_ref().map(|activity| activity.audience.as_str())
    }

    /// Whether sign-in and Graph are on this machine, where no proxy belongs in between.
    pub(crate) fn are_loopback(&self) -> bool {
        [&self.login, &self.graph]
            .into_iter()
            .all(|text| Url::parse(text).is_ok_and(|url| is_loopback(&url)))
    }
}

fn origin(text: &str) -> Result<String, EndpointError> {
    let Ok(url) = Url::parse(text.trim()) else {
        return Err(EndpointError::NotAnAddress(text.into()));
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(EndpointError::NotHttps(text.into())),
        _ => return Err(EndpointError::NotAnAddress(text.into())),
    }
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if bare {
        Ok(url.as_str().trim_end_matches('/').into())
    } else {
        Err(EndpointError::NotAnOrigin(without_credentials(url)))
    }
}

/// The address without what may be a password in it: the text ends in an error message.
fn without_credentials(mut url: Url) -> String {
    let cleared = url.set_username("").is_ok() && url.set_password(None).is_ok();
    if cleared { url.into() } else { String::new() }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(text: &str) -> Result<String, EndpointError> {
        Endpoints::custom("https://login.microsoftonline.us", text).map(|made| made.graph)
    }

    #[test]
    fn every_cloud_is_found_by_its_name_and_is_https() {
        assert_eq!(Endpoints::named("GLOBAL"), Some(Endpoints::global()));
        assert_eq!(Endpoints::named("germany"), None);
        for cloud in CLOUDS {
            let named = Endpoints::named(cloud.name).unwrap();
            let custom = Endpoints::custom(cloud.login, cloud.graph);
            let custom = custom.and_then(|made| made.with_arm(cloud.arm, cloud.arm));
            let custom = custom.and_then(|made| made.with_activity(cloud.activity));
            assert_eq!(custom, Ok(named), "{}", cloud.name);
            assert!(cloud.login.starts_with("https://") && cloud.graph.starts_with("https://"));
        }
        let dod = Endpoints::named("usgovdod").unwrap();
        assert_eq!(
            (dod.login(), dod.graph()),
            ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us")
        );
    }

    #[test]
    fn https_and_loopback_are_accepted_and_normalised() {
        for (text, expected) in [
            ("https://graph.microsoft.us/", "https://graph.microsoft.us"),
            ("HTTPS://Graph.Microsoft.US", "https://graph.microsoft.us"),
            ("https://graph.example:8443", "https://graph.example:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.9.9.9:8080/", "http://127.9.9.9:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            assert_eq!(graph(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn azure_resource_manager_is_an_origin_as_well() {
        let twin = Endpoints::custom("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
        assert_eq!(twin.arm(), None);
        let with = twin.clone().with_arm("http://127.0.0.1:2/", AZURE_RESOURCE_MANAGER).unwrap();
        assert_eq!(with.arm(), Some("http://127.0.0.1:2"));
        assert_eq!(with.arm_audience(), Some(AZURE_RESOURCE_MANAGER));
        let plain = "http://management.azure.com";
        let refused = twin.with_arm(plain, AZURE_RESOURCE_MANAGER);
        assert_eq!(refused, Err(EndpointError::NotHttps(plain.into())));
        assert_eq!(Endpoints::global().arm(), Some(AZURE_RESOURCE_MANAGER));
        assert_eq!(Endpoints::global().arm_audience(), Some(AZURE_RESOURCE_MANAGER));
    }

    #[test]
    fn tokens_for_the_activity_are_for_where_it_is_or_for_the_global_one() {
        let audience = |at: &str| {
            let made = Endpoints::global().with_activity(at)?;
            assert_eq!(made.activity(), Some(at));
            Ok(made.activity_audience().map(str::to_owned))
        };
        let gcc = OFFICE_MANAGEMENT_GCC;
        assert_eq!(audience(gcc), Ok(Some(gcc.to_owned())));
        assert_eq!(audience("http://127.0.0.1:1"), Ok(Some(OFFICE_MANAGEMENT.to_owned())));
        let plain = "http://manage.office.com";
        assert_eq!(audience(plain), Err(EndpointError::NotHttps(plain.into())));
    }

    #[test]
    fn plain_http_to_anywhere_else_is_refused() {
        for text in [
            "http://graph.microsoft.com",
            "http://localhost.example",
            "http://128.0.0.1",
            "http://[::2]",
            "http://127.0.0.1.example",
        ] {
            assert_eq!(graph(text), Err(EndpointError::NotHttps(text.into())));
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["graph.microsoft.com", "", "ftp://graph.microsoft.com", "file:///etc"] {
            assert_eq!(graph(text), Err(EndpointError::NotAnAddress(text.into())));
        }
        for text in
            ["https://graph.microsoft.com/v1.0", "https://a.example/?q", "https://a.example/#f"]
        {
            assert_eq!(graph(text), Err(EndpointError::NotAnOrigin(text.into())));
        }
        let refused = graph("https://user:hunter2@graph.example/").map_err(|why| why.to_string());
        assert!(refused.is_err_and(|text| !text.contains("hunter2")));
    }

    #[test]
    fn only_two_loopback_addresses_are_a_local_pair() {
        assert!(!Endpoints::global().are_loopback());
        let local = Endpoints::custom("http://127.0.0.1:1", "http://[::1]:2");
        assert!(local.is_ok_and(|made| made.are_loopback()));
        let mixed = Endpoints::custom("http://127.0.0.1:1", "https://graph.microsoft.com");
        assert!(mixed.is_ok_and(|made| !made.are_loopback()));
    }
}
