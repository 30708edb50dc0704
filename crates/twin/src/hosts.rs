//! The names under which Microsoft's clouds are reached, and which of them a request means.
//!
//! A client with a resolver override or a proxy talks to the twin as if it were the service; its
//! `Host` header then says which service of which cloud it wants.

/// One national cloud: where its token service and its Microsoft Graph are.
///
/// Source: <https://learn.microsoft.com/graph/deployments>,
/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cloud {
    /// Hosts of the token service.
    logins: &'static [&'static str],
    /// The host of Microsoft Graph.
    graph: &'static str,
    /// The host of Azure Resource Manager.
    arm: &'static str,
    /// Hosts of the Office 365 Management Activity API.
    activity: &'static [&'static str],
}

/// The clouds: global (and GCC), US Government L4, US Government L5 (DoD), China.
static CLOUDS: [Cloud; 4] = [
    Cloud {
        logins: &["login.microsoftonline.com"],
        graph: "graph.microsoft.com",
        arm: "management.azure.com",
        activity: &["manage.office.com", "manage-gcc.office.com"],
    },
    Cloud {
        logins: &["login.microsoftonline.us"],
        graph: "graph.microsoft.us",
        arm: "management.usgovcloudapi.net",
        activity: &["manage.office365.us"],
    },
    Cloud {
        logins: &["login.microsoftonline.us"],
        graph: "dod-graph.microsoft.us",
        arm: "management.usgovcloudapi.net",
        activity: &["manage.protection.apps.mil"],
    },
    Cloud {
        logins: &["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
        graph: "microsoftgraph.chinacloudapi.cn",
        arm: "management.chinacloudapi.cn",
        activity: &["manage.office365.cn"],
    },
];

/// The Graph of the global cloud, which clients name as the resource wherever the twin answers.
const GLOBAL_GRAPH: &str = "https://graph.microsoft.com";
/// The Azure Resource Manager of the global cloud, the same.
const GLOBAL_ARM: &str = "https://management.azure.com";
/// The Office 365 Management Activity API of the global cloud, the same.
const GLOBAL_ACTIVITY: &str = "https://manage.office.com";

/// Which service a request means by its `Host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// The twin by its own address: every service of every cloud.
    Own,
    /// A cloud's token service, by this host.
    Login(&'static str),
    /// A cloud's Microsoft Graph, by this host.
    Graph(&'static str),
}

/// What a `Host` header means; whatever is no name of a cloud is the twin's own.
pub(crate) fn site(host: &str) -> Site {
    let name = without_port(host);
    let is = |known: &&'static str| known.eq_ignore_ascii_case(name);
    if let Some(login) = CLOUDS.iter().flat_map(|cloud| cloud.logins).copied().find(is) {
        return Site::Login(login);
    }
    CLOUDS.iter().map(|cloud| cloud.graph).find(is).map_or(Site::Own, Site::Graph)
}

/// Every name of every cloud, each once.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = CLOUDS
        .iter()
        .flat_map(|cloud| {
            let hosts = [cloud.logins, cloud.activity].concat().into_iter();
            hosts.chain([cloud.graph, cloud.arm])
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether `resource` is a service of a cloud: machines stand in any of them.
pub(crate) fn is_of_a_cloud(resource: &str) -> bool {
    let host = resource.strip_prefix("https://");
    let is_it = |cloud: &Cloud| Some(cloud.graph) == host || Some(cloud.arm) == host;
    CLOUDS.iter().any(is_it) || is_activity(resource)
}

/// Whether `resource` is the Azure Resource Manager of a cloud.
pub(crate) fn is_arm(resource: &str) -> bool {
    let host = resource.strip_prefix("https://");
    CLOUDS.iter().any(|cloud| Some(cloud.arm) == host)
}

/// Whether `resource` is the Office 365 Management Activity API of a cloud.
pub(crate) fn is_activity(resource: &str) -> bool {
    let Some(host) = resource.strip_prefix("https://") else { return false };
    CLOUDS.iter().any(|cloud| cloud.activity.contains(&host))
}

impl Site {
    /// The origin by which the client knows the service, such as `https://graph.microsoft.us`;
    /// `own` is the twin's address.
    pub(crate) fn origin(self, host: &str, own: &str) -> String {
        match self {
            Self::Own => own.to_owned(),
            Self::Login(_) | Self::Graph(_) => format!("https://{}", host.to_ascii_lowercase()),
        }
    }

    /// Whether the token service is among what this name means.
    pub(crate) fn is_login(self) -> bool {
        !matches!(self, Self::Graph(_))
    }

    /// Whether Microsoft Graph is among what this name means.
    pub(crate) fn is_graph(self) -> bool {
        !matches!(self, Self::Login(_))
    }

    /// The origin of the token service beside this service, as a client of it would know it.
    pub(crate) fn login_origin(self, own: &str) -> String {
        let login = |graph: &str| {
            let cloud = CLOUDS.iter().find(|cloud| cloud.graph == graph)?;
            cloud.logins.first().copied()
        };
        let host = match self {
            Self::Own => None,
            Self::Login(login) => Some(login),
            Self::Graph(graph) => login(graph),
        };
        host.map_or_else(|| own.to_owned(), |host| format!("https://{host}"))
    }

    /// The resources for which this token service issues tokens, the usual one first; `own` is
    /// the twin's address.
    pub(crate) fn resources(self, own: &str) -> Vec<String> {
        match self {
            Self::Login(login) => CLOUDS
                .iter()
                .filter(|cloud| cloud.logins.contains(&login))
                .flat_map(|cloud| [&[cloud.graph, cloud.arm][..], cloud.activity].concat())
                .map(|host| format!("https://{host}"))
                .collect(),
            Self::Own | Self::Graph(_) => {
                let own = own.to_owned();
                vec![GLOBAL_GRAPH.into(), own, GLOBAL_ARM.into(), GLOBAL_ACTIVITY.into()]
            }
        }
    }

    /// Whether a token for `audience` opens this Microsoft Graph. The twin's own address stands
    /// for every cloud.
    pub(crate) fn accepts(self, audience: &str) -> bool {
        match self {
            Self::Graph(graph) => audience.strip_prefix("https://") == Some(graph),
            Self::Own | Self::Login(_) => !is_arm(audience) && !is_activity(audience),
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_means_one_service_of_one_cloud() {
        for (host, expected) in [
            ("login.microsoftonline.com", Site::Login("login.microsoftonline.com")),
            ("LOGIN.microsoftonline.US:443", Site::Login("login.microsoftonline.us")),
            ("login.partner.microsoftonline.cn", Site::Login("login.partner.microsoftonline.cn")),
            ("dod-graph.microsoft.us", Site::Graph("dod-graph.microsoft.us")),
            ("graph.microsoft.com:8443", Site::Graph("graph.microsoft.com")),
            ("127.0.0.1:8080", Site::Own),
            ("[::1]:8080", Site::Own),
            ("graph.microsoft.com.example", Site::Own),
            ("", Site::Own),
        ] {
            assert_eq!(site(host), expected, "{host}");
        }
    }

    #[test]
    fn tokens_stay_in_their_cloud() {
        let government = site("login.microsoftonline.us").resources("http://own");
        let azure = "https://management.usgovcloudapi.net";
        let graphs = ["https://graph.microsoft.us", "https://dod-graph.microsoft.us"];
        let office = ["https://manage.office365.us", "https://manage.protection.apps.mil"];
        assert_eq!(government, [graphs[0], azure, office[0], graphs[1], azure, office[1]]);
        assert!(!site("127.0.0.1").accepts(office[0]), "it is no Graph");
        let graph = site("graph.microsoft.us");
        assert!(graph.accepts("https://graph.microsoft.us"));
        assert!(!graph.accepts("https://graph.microsoft.com"));
        assert!(site("127.0.0.1").accepts("https://graph.microsoft.us"));
        assert_eq!(graph.origin("Graph.Microsoft.us:444", "x"), "https://graph.microsoft.us:444");
    }
}
