//! The user that server programs run as when this process is root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use super::launch_error::LaunchError;

/// The unprivileged user that server programs run as, because PostgreSQL refuses to run as root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerUser {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl ServerUser {
    /// The user to change to; `None` when this process isn't root and the server runs as we do.
    ///
    /// The user needs an entry in the password file, since PostgreSQL looks its own name up.
    pub(super) fn needed() -> Result<Option<Self>, LaunchError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).map_err(LaunchError::file("read", path))?;
        Self::find(&passwd, "postgres")
            .or_else(|| Self::find(&passwd, "nobody"))
            .map(Some)
            .ok_or(LaunchError::ServerUserMissing)
    }

    fn find(passwd: &str, name: &str) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let &[entry, _, uid, gid, ..] = fields.as_slice() else {
                return None;
            };
            let (uid, gid) = (uid.parse().ok()?, gid.parse().ok()?);
            (entry == name).then(|| Self { name: name.to_owned(), uid, gid })
        })
    }

    /// Whether this user passes every folder on the way down to `folder`; missing ones don't count.
    fn can_enter(&self, folder: &Path) -> bool {
        folder.ancestors().filter_map(|ancestor| ancestor.metadata().ok()).all(|metadata| {
            let search_bit = match () {
                () if metadata.uid() == self.uid => 0o100,
                () if metadata.gid() == self.gid => 0o010,
                () => 0o001,
            };
            metadata.mode() & search_bit != 0
        })
    }
}

/// Whether the server's user can enter `folder`; without a change of user everything goes.
pub(super) fn can_enter(user: Option<&ServerUser>, folder: &Path) -> bool {
    user.is_none_or(|user| user.can_enter(folder))
}

/// Makes the server's user the owner of `path`; without a change of user it is ours already.
pub(super) fn give_to(user: Option<&ServerUser>, path: &Path) -> Result<(), LaunchError> {
    let Some(user) = user else { return Ok(()) };
    chown(path, Some(user.uid), Some(user.gid))
        .map_err(LaunchError::file("give away the ownership of", path))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        broken line\n\
        nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n\
        postgres:x:101:104::/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let postgres = ServerUser { name: "postgres".to_owned(), uid: 101, gid: 104 };
        assert_eq!(ServerUser::find(PASSWD, "postgres"), Some(postgres));
        assert_eq!(ServerUser::find(PASSWD, "post"), None);
    }

    #[test]
    fn user_and_group_are_read_from_their_own_fields() {
        let nobody = ServerUser::find(PASSWD, "nobody").map(|user| (user.uid, user.gid));
        assert_eq!(nobody, Some((65534, 65533)));
    }

    #[test]
    fn a_folder_below_a_private_one_cannot_be_entered() {
        let stranger = ServerUser { name: "stranger".to_owned(), uid: 4_000_000, gid: 4_000_000 };
        let private = tempfile::tempdir().expect("the temp dir is writable");
        fs::set_permissions(private.path(), Permissions::from_mode(0o700)).expect("it is ours");
        assert!(stranger.can_enter(Path::new("/")));
        assert!(!stranger.can_enter(&private.path().join("data")));
    }
}
