//! Postfix, with STARTTLS by an authority of the tests' own and Dovecot's sign-in.
//!
//! Both run as instances of their own out of a temporary folder, on a free port of loopback, and
//! end with the test. They need root; where that or a program is missing, the test says so.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halligan_relay::smtp::{Delivery, Login, Options, SmtpError, Step, Trust, send};

use super::authority::{Authority, authority};
use super::{address, mail, options, run};

/// How long the servers may take to start, and a mail to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

const MASTER: &str = "\
smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
";

/// A mail server that ends when it is dropped.
struct MailServer {
    folder: tempfile::TempDir,
    port: u16,
    postfix: Child,
    dovecot: Child,
    authority: Authority,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let stop = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            let _ = command.args(arguments).stderr(Stdio::null()).stdout(Stdio::null()).status();
        };
        stop("postfix", &["-c", &self.path("postfix"), "stop"]);
        stop("doveadm", &["-c", &self.path("dovecot.conf"), "stop"]);
        for child in [&mut self.postfix, &mut self.dovecot] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl MailServer {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn options(&self) -> Options {
        let mut options = options(&format!("smtp://localhost:{}", self.port));
        options.trust = Trust::from_pem(self.authority.authority.as_bytes()).unwrap();
        options.login = login("correct horse");
        options
    }

    /// The mails that were delivered to somebody, once there are `count`.
    fn mailbox(&self, user: &str, count: usize) -> Vec<String> {
        let folder = self.folder.path().join("mail").join(user).join("new");
        wait_for(|| fs::read_dir(&folder).map_or(0, Iterator::count) >= count, &self.log());
        let files = fs::read_dir(&folder).unwrap();
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("postfix.out")).unwrap_or_default()
    }
}

fn login(password: &str) -> Option<Login> {
    Some(Login { user: "halligan".into(), password: password.to_owned().into() })
}

fn wait_for(is_there: impl Fn() -> bool, said: &str) {
    let before = Instant::now();
    while !is_there() {
        assert!(before.elapsed() < PATIENCE, "{said}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What keeps the servers from running here.
fn missing() -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout != b"0\n" {
        return Some("Postfix runs as root only");
    }
    let found = |path: &str| Path::new(path).exists();
    if !found("/usr/sbin/postfix") {
        return Some("`postfix` is missing (Debian package `postfix`)");
    }
    (!found("/usr/sbin/dovecot")).then_some("`dovecot` is missing (package `dovecot-core`)")
}

fn server() -> Option<MailServer> {
    if let Some(why) = missing() {
        assert!(std::env::var_os("CI").is_none() || !why.contains("package"), "{why}");
        eprintln!("skipped: {why}");
        return None;
    }
    // Postfix will not keep its queue below a folder that others may write to.
    let folder = tempfile::Builder::new().prefix("halligan-postfix").tempdir().unwrap();
    let root = folder.path().to_owned();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
    let authority = authority();
    for (name, text) in [("cert.pem", &authority.certificate), ("key.pem", &authority.key)] {
        fs::write(root.join(name), text).unwrap();
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let dovecot = start_dovecot(&root);
    let port = free_port();
    let postfix = start_postfix(&root, port);
    let server = MailServer { folder, port, postfix, dovecot, authority };
    wait_for(|| TcpStream::connect(("127.0.0.1", port)).is_ok(), &server.log());
    Some(server)
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn start_dovecot(root: &Path) -> Child {
    let at = root.display();
    fs::write(root.join("users"), "halligan:{PLAIN}correct horse\n").unwrap();
    let text = format!(
        "base_dir = {at}/dovecot\nstate_dir = {at}/dovecot\nlog_path = {at}/dovecot.log\n\
         protocols =\nssl = no\ndisable_plaintext_auth = no\nauth_mechanisms = plain login\n\
         passdb {{\n driver = passwd-file\n args = username_format=%u {at}/users\n}}\n\
         userdb {{\n driver = static\n args = uid=nobody gid=nogroup home=/nonexistent\n}}\n\
         service auth {{\n unix_listener {at}/auth {{\n  mode = 0666\n }}\n}}\n"
    );
    fs::write(root.join("dovecot.conf"), text).unwrap();
    let mut dovecot = Command::new("/usr/sbin/dovecot");
    dovecot.arg("-F").arg("-c").arg(root.join("dovecot.conf"));
    let child = dovecot.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for(|| root.join("auth").exists(), "dovecot made no socket");
    child
}

fn start_postfix(root: &Path, port: u16) -> Child {
    let at = root.display();
    for folder in ["postfix", "queue", "data", "mail"] {
        fs::create_dir(root.join(folder)).unwrap();
    }
    own(&root.join("data"), "postfix");
    own(&root.join("mail"), "nobody");
    fs::write(root.join("mailboxes"), "ada@example.test ada/\ngrace@example.test grace/\n")
        .unwrap();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
         maillog_file = /dev/stdout\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         myhostname = localhost\nmydestination =\nmynetworks =\nlocal_transport = error:no\n\
         alias_maps =\nvirtual_mailbox_domains = example.test\n\
         virtual_mailbox_maps = texthash:{at}/mailboxes\nvirtual_mailbox_base = {at}/mail\n\
         virtual_minimum_uid = 1\nvirtual_uid_maps = static:65534\n\
         virtual_gid_maps = static:65534\nsmtpd_tls_security_level = may\n\
         smtpd_tls_cert_file = {at}/cert.pem\nsmtpd_tls_key_file = {at}/key.pem\n\
         smtpd_tls_auth_only = yes\nsmtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\n\
         smtpd_sasl_path = {at}/auth\nsmtpd_sasl_security_options = noanonymous\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
         smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, \
         reject\n"
    );
    fs::write(root.join("postfix/main.cf"), main).unwrap();
    let master = MASTER.replacen("smtp inet", &format!("127.0.0.1:{port} inet"), 1);
    fs::write(root.join("postfix/master.cf"), master).unwrap();
    let out = fs::File::create(root.join("postfix.out")).unwrap();
    let mut postfix = Command::new("/usr/sbin/postfix");
    postfix.arg("-c").arg(root.join("postfix")).arg("start-fg");
    postfix.stdin(Stdio::null()).stderr(out.try_clone().unwrap()).stdout(out).spawn().unwrap()
}

fn own(path: &PathBuf, user: &str) {
    assert!(Command::new("chown").arg(user).arg(path).status().unwrap().success());
}

fn try_send(options: &Options, to: &[&str]) -> Result<Delivery, SmtpError> {
    let to: Vec<_> = to.iter().map(|text| address(text)).collect();
    run(send(options, &to, &mail()))
}

/// One test, since starting the servers is most of its time.
#[test]
fn postfix_takes_what_is_private_signed_in_and_addressed_to_somebody() {
    let Some(server) = server() else { return };
    let options = server.options();

    let to = ["ada@example.test", "nobody@example.test", "grace@example.test"];
    let delivery = try_send(&options, &to).unwrap_or_else(|why| panic!("{why} {}", server.log()));
    assert_eq!(delivery.taken, 2, "{delivery:?}");
    let [(1, SmtpError::Refused { step: Step::Recipient, said, .. })] = &delivery.refused[..]
    else {
        panic!("{delivery:?}");
    };
    assert!(said.starts_with("550 ") && !said.contains("nobody@"), "{said}");
    let arrived = server.mailbox("ada", 1).remove(0);
    assert!(arrived.contains("\nTo: ada@example.test\n"), "{arrived}");
    assert!(arrived.contains("\nSubject: Halligan: 1 change, worse; it does not hold\n"));
    assert!(arrived.contains("with ESMTPSA"), "by TLS and signed in: {arrived}");
    assert!(!arrived.contains("grace"), "nobody sees who else was told");
    assert_eq!(server.mailbox("grace", 1).len(), 1);

    let mut wrong = server.options();
    wrong.login = login("battery staple");
    let error = try_send(&wrong, &to).unwrap_err();
    assert!(matches!(error, SmtpError::Refused { step: Step::Login, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("battery"));

    let mut stranger = server.options();
    stranger.login = None;
    let delivery = try_send(&stranger, &["ada@example.test"]).unwrap();
    assert_eq!(delivery.taken, 0, "{delivery:?}");

    let mut other = server.options();
    other.trust = Trust::from_pem(super::authority::authority().authority.as_bytes()).unwrap();
    let error = try_send(&other, &to).unwrap_err();
    assert!(error.to_string().contains("TLS failed: invalid peer certificate"), "{error}");

    // The certificate is for `localhost`.
    let mut number = server.options();
    number.server = format!("smtp://127.0.0.1:{}", server.port).parse().unwrap();
    let error = try_send(&number, &to).unwrap_err();
    assert!(matches!(error, SmtpError::Tls { .. }), "{error:?}");

    let port = server.port;
    drop(server);
    wait_for(|| TcpStream::connect(("127.0.0.1", port)).is_err(), "it does not stop");
    let error = try_send(&options, &to).unwrap_err();
    assert!(matches!(error, SmtpError::NotReached { .. }), "{error:?}");
}
